/**
 * gcc's own preprocessor tests (gcc.dg/cpp and c-c++-common/cpp; those that run and those that scan the output among them),
 * preprocessed by us and by gcc 12 under the kernel's language, gnu11: the same tokens, or an error from both. What the programs among
 * them compute is tested in test/hosted. They are not in this repository: scripts/get-gcc-testsuite.sh unpacks them, or
 * PATCHCHECK_GCC_TESTSUITE names the folder gcc/testsuite of gcc's source.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { preprocess } from './preprocess.js';
import { hasGcc12, tokensOfOutput } from './testing/gcc.js';

const full = process.env['PATCHCHECK_FULL'] === '1';
const suite =
  process.env['PATCHCHECK_GCC_TESTSUITE'] ??
  join(import.meta.dirname, '../../../.cache/gcc-testsuite');
const present = hasGcc12 && existsSync(join(suite, 'gcc.dg/cpp'));

/** Of how many files one is read by default. */
const SLICE = 20;

if (!present)
  console.warn(
    "gcc's test suite or gcc 12 is not here: its preprocessor tests are NOT read (scripts/get-gcc-testsuite.sh)",
  );

/** Tests on which we differ, and why that is right. */
const exceptions: ReadonlyMap<string, string> = new Map([
  ['pr65238-3.c', 'includes a file from outside of the tree'],
  ['recurse-3.c', 'an unterminated quote: what gcc prints behind it is read as part of it'],
  ['ucnid-7-utf8.c', 'not UTF-8'],
]);

/** What <stdc-predef.h> defines, which gcc reads first. */
const implicit =
  '#define _STDC_PREDEF_H 1\n#define __STDC_IEC_559__ 1\n#define __STDC_IEC_559_COMPLEX__ 1\n' +
  '#define __STDC_ISO_10646__ 201706L\n#define __STDC_IEC_60559_BFP__ 201404L\n#define __STDC_IEC_60559_COMPLEX__ 201404L\n';

function systemDirs(): string[] {
  const run = spawnSync('gcc', ['-E', '-v', '-x', 'c', '/dev/null', '-o', '/dev/null'], {
    encoding: 'utf8',
  });
  const list = /starts here:\n#include <\.\.\.> search starts here:\n([\s\S]*?)End of search/.exec(
    run.stderr,
  );
  return (list?.[1] ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Dates differ, and gcc spells universal character names its own way. */
function comparable(token: string): string {
  return token
    .replace(
      /^"(?:\w{3} [ \d]\d \d{4}|\d\d:\d\d:\d\d|\w{3} \w{3} [ \d]\d [\d:]{8} \d{4})"$/,
      '"date"',
    )
    .replace(
      /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))/g,
      (name, four?: string, eight?: string) => {
        const codePoint = parseInt(four ?? eight ?? '0', 16);
        return codePoint > 0x10ffff ? name : String.fromCodePoint(codePoint);
      },
    );
}

describe.skipIf(!present)("gcc's preprocessor tests", () => {
  const system = present ? systemDirs() : [];
  it.each(['gcc.dg/cpp', 'gcc.dg/cpp/trad', 'c-c++-common/cpp'])('%s', (folder) => {
    const directory = join(suite, folder);
    const different: string[] = [];
    let equal = 0;
    const files = readdirSync(directory).filter((each) => each.endsWith('.c'));
    const taken = files.filter((_, at) => full || at % SLICE === 0);
    const left = taken.filter((name) => exceptions.has(name));
    for (const name of taken) {
      if (exceptions.has(name)) continue;
      const text = readFileSync(join(directory, name), 'utf8');
      const defines = [...text.matchAll(/dg-options\s+"([^"]*)"/g)]
        .flatMap((match) => (match[1] ?? '').split(/\s+/))
        .filter((option) => /^-D\w/.test(option));
      const ours = preprocess({
        main: { path: name, text },
        read: (path) => {
          const file = path.startsWith('/') ? path : join(directory, path);
          return existsSync(file) ? readFileSync(file, 'utf8') : null;
        },
        includeDirs: ['.', ...system],
        defines:
          implicit +
          defines
            .map((option) => {
              const [macro, ...value] = option.slice(2).split('=');
              return `#define ${macro ?? ''} ${value.length > 0 ? value.join('=') : '1'}\n`;
            })
            .join(''),
      });
      const gcc = spawnSync('gcc', ['-E', '-P', '-w', '-std=gnu11', '-I.', ...defines, name], {
        cwd: directory,
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      });
      if (!ours.ok || gcc.status !== 0) {
        if (ours.ok) different.push(`${name}: only gcc fails: ${gcc.stderr.slice(0, 200)}`);
        else if (gcc.status === 0) different.push(`${name}: only we fail: ${ours.error.message}`);
        else equal++;
        continue;
      }
      const expected = tokensOfOutput(gcc.stdout).map(comparable);
      const found = ours.value.tokens.map((token) => comparable(token.text));
      const at = found.findIndex((token, i) => token !== expected[i]);
      if (at < 0 && found.length === expected.length) equal++;
      else different.push(`${name}: ${found[at] ?? 'nothing'} for ${expected[at] ?? 'nothing'}`);
    }
    console.log(
      `${folder}: ${equal} of ${taken.length} files alike, of ${files.length}` +
        left.map((name) => `; not ${name}: ${exceptions.get(name) ?? ''}`).join(''),
    );
    expect(different).toEqual([]);
    expect(equal).toBe(taken.length - left.length);
  });
});
