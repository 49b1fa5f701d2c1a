/**
 * The tests of gcc's preprocessor that are programs (`dg-do run` of gcc.dg/cpp and c-c++-common/cpp): preprocessed, compiled and run by
 * us, they return 0. That their tokens, and those of the tests that scan gcc's output, are gcc's is tested in src/c/preprocess.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { complaint, hostedMachine, openHosted, openLibc } from './hosted.js';

const suite =
  process.env['PATCHCHECK_GCC_TESTSUITE'] ??
  join(import.meta.dirname, '../../.cache/gcc-testsuite');
const present = existsSync(join(suite, 'gcc.dg/cpp'));

if (!present)
  console.warn(
    "gcc's preprocessor tests are not here, and NOT run: scripts/get-gcc-testsuite.sh unpacks them",
  );

/** What is not run, and why. */
const EXCLUDED: ReadonlyMap<string, string> = new Map([
  ...['lexnum.c', 'lexstrng.c', 'trigraphs.c'].map(
    (name) => [`gcc.dg/cpp/${name}`, 'asks for trigraphs (-trigraphs, -ansi)'] as const,
  ),
  ...['pr23827_c90.c', 'pr61854-1.c', 'pr61854-5.c', 'pr61854-7.c'].map(
    (name) =>
      [`gcc.dg/cpp/${name}`, 'asks for C90, without // comments and hexadecimal floats'] as const,
  ),
  ...['builtins.c', 'macroargs.c', 'pr65238-3.c', 'strify.c'].map(
    (name) => [`gcc.dg/cpp/trad/${name}`, 'asks for -traditional-cpp, and shows'] as const,
  ),
  ['gcc.dg/cpp/source_date_epoch-1.c', 'sets SOURCE_DATE_EPOCH in the environment'],
  ['gcc.dg/cpp/strify2.c', 'its text is not UTF-8'],
  ['gcc.dg/cpp/utf8-5byte-1.c', 'its text is not UTF-8'],
]);

const programs = !present
  ? []
  : ['gcc.dg/cpp', 'gcc.dg/cpp/trad', 'c-c++-common/cpp'].flatMap((folder) =>
      readdirSync(join(suite, folder))
        .filter((name) => name.endsWith('.c'))
        .map((name) => ({ folder, name, text: readFileSync(join(suite, folder, name), 'latin1') }))
        .filter(({ text }) => /\{\s*dg-do run\b/.test(text)),
    );

describe.skipIf(!present)("programs of gcc's preprocessor tests", () => {
  const libc = present ? openLibc() : null;
  const run = programs.filter(({ folder, name }) => !EXCLUDED.has(`${folder}/${name}`));
  console.log(`gcc.dg/cpp: ${run.length} of ${programs.length} programs are run`);
  for (const [name, reason] of EXCLUDED) console.log(`not run: ${name}: ${reason}`);
  it.each(run)('$folder/$name', async ({ folder, name }) => {
    if (libc === null) return;
    const text = readFileSync(join(suite, folder, name), 'utf8');
    const unit = openHosted(name, text, join(suite, folder), ['.']);
    expect(unit.ok ? null : unit.error).toBe(null);
    if (!unit.ok) return;
    const machine = await hostedMachine([unit.value, libc], 'fast', 1_000_000n);
    expect(machine.ok ? null : machine.error[0]).toBe(null);
    if (machine.ok) expect(complaint(machine.value.call('main'))).toBe(null);
  });
});
