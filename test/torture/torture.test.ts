/**
 * gcc's torture suite (`gcc.c-torture/execute` of Debian's gcc-12-source) through the front end and the engine. The folder is
 * named by PATCHCHECK_TORTURE; PATCHCHECK_TORTURE_KIND chooses the module kind. Each file returns 0 or calls exit(0), or it
 * failed. The last line printed is `N passed, N failed, N not applicable`.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Diagnostic } from '../../src/base/diagnostic.js';
import { checkUnit, HOSTED_OPTIONS } from '../../src/c/check/check-unit.js';
import { UNSUPPORTED } from '../../src/c/check/unsupported.js';
import { indexUnit } from '../../src/c/parse/index-unit.js';
import { preprocess } from '../../src/c/preprocess/preprocess.js';
import type { TypedUnit } from '../../src/c/typed.js';
import { Machine, programImage, type Outcome } from '../../src/exec/machine.js';
import type { ModuleKind } from '../../src/exec/program.js';
import { compileProgram } from '../../src/wasm/compile.js';
import { KNOWN_FAILURES, NOT_APPLICABLE, UNDEFINED, UNSET } from './exclusions.js';

const folder = process.env['PATCHCHECK_TORTURE'];
const kind = (process.env['PATCHCHECK_TORTURE_KIND'] ?? 'fast') as ModuleKind;
const HEADERS = [
  'usr/lib/gcc/x86_64-linux-gnu/12/include',
  'usr/include/x86_64-linux-gnu',
  'usr/include',
];
const TIME = 600_000;

if (folder === undefined)
  console.warn('PATCHCHECK_TORTURE is not set: the torture suite is NOT run');

type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'not-applicable'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

function read(path: string): string | null {
  const real = path.startsWith('usr/') ? `/${path}` : join(folder ?? '', path);
  return existsSync(real) ? readFileSync(real, 'utf8') : null;
}

function open(path: string, text: string): TypedUnit | Diagnostic {
  const tokens = preprocess({ main: { path, text }, read, includeDirs: HEADERS });
  if (!tokens.ok) return tokens.error;
  const index = indexUnit(path, tokens.value.tokens);
  return index.ok ? checkUnit(index.value, HOSTED_OPTIONS) : index.error;
}

const constructs = Object.values(UNSUPPORTED);

function said(diagnostics: readonly Diagnostic[]): Verdict {
  const first = diagnostics[0];
  const reason = first === undefined ? '' : `${first.at?.line ?? 0}: ${first.message}`;
  const outside = diagnostics.some(({ message }) =>
    constructs.some((construct) => message.startsWith(construct)),
  );
  return { kind: outside ? 'not-applicable' : 'failed', reason };
}

function judged(outcome: Outcome): Verdict {
  if (outcome.kind === 'returned' && outcome.value === 0n) return { kind: 'passed' };
  if (outcome.kind === 'trap' && outcome.name === 'model' && outcome.argument === 2000n) {
    return { kind: 'passed' };
  }
  if (outcome.kind === 'returned') return { kind: 'failed', reason: `returned ${outcome.value}` };
  const name = outcome.kind === 'trap' ? outcome.name : outcome.kind;
  const place = outcome.site?.place;
  return { kind: 'failed', reason: `${place?.line ?? 0}: ${name}` };
}

async function judge(name: string, libc: TypedUnit): Promise<Verdict> {
  const reason = NOT_APPLICABLE.get(name);
  if (reason !== undefined) return { kind: 'not-applicable', reason };
  const unit = open(name, readFileSync(join(folder ?? '', name), 'utf8'));
  if (!('path' in unit)) return said([unit]);
  const program = await compileProgram([unit, libc], {
    kind,
    exports: ['main'],
    exportedGlobals: [],
    cover: null,
    loopCounter: null,
    scopes: null,
    heapBytes: 1 << 22,
    stackBytes: 1 << 21,
    fuel: 2_000_000_000n,
  });
  if (!program.ok) return said(program.error);
  return judged(new Machine(programImage(program.value)).call('main'));
}

it.skipIf(folder === undefined)(
  "gcc's torture suite",
  async () => {
    const libc = open('libc.c', readFileSync(join(import.meta.dirname, 'libc.c'), 'utf8'));
    if (!('path' in libc)) throw new Error(libc.message);
    const counts = { passed: 0, failed: 0, 'not-applicable': 0 };
    const surprises: string[] = [];
    for (const name of readdirSync(folder ?? '.').filter((each) => each.endsWith('.c'))) {
      const verdict = await judge(name, libc);
      counts[verdict.kind]++;
      if (verdict.kind === 'failed') console.log(`${name}:${verdict.reason}`);
      const expected =
        UNDEFINED.has(name) || KNOWN_FAILURES.has(name) || (kind === 'tracking' && UNSET.has(name));
      if ((verdict.kind === 'failed') !== expected) surprises.push(name);
    }
    console.log(
      `${counts.passed} passed, ${counts.failed} failed, ${counts['not-applicable']} not applicable`,
    );
    expect(surprises).toEqual([]);
  },
  TIME,
);
