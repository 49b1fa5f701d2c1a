/**
 * Ordinary C programs (with a `main`, on the machine's own headers) through the front end and the engine, linked with a small
 * library of our own (libc.c). For tests on texts that we did not write.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../../src/base/diagnostic.js';
import { err, ok, type Result } from '../../src/base/result.js';
import { checkUnit, HOSTED_OPTIONS } from '../../src/c/check/check-unit.js';
import { indexUnit } from '../../src/c/parse/index-unit.js';
import { preprocess } from '../../src/c/preprocess/preprocess.js';
import type { TypedUnit } from '../../src/c/typed.js';
import { Machine, programImage, type Outcome } from '../../src/exec/machine.js';
import type { ModuleKind } from '../../src/exec/program.js';
import { compileProgram } from '../../src/wasm/compile.js';
import { leftEverywhere } from '../../src/wasm/testing/leave-everywhere.js';

const SYSTEM = [
  'usr/lib/gcc/x86_64-linux-gnu/12/include',
  'usr/include/x86_64-linux-gnu',
  'usr/include',
];

/** libc.c: exit(status) stops the machine with this code and the status; abort() with 1000. */
const EXIT = 2000n;

/** `folder`: where the program's own includes are; `more`: further include directories, without their first slash. */
export function openHosted(
  path: string,
  text: string,
  folder: string,
  more: readonly string[] = [],
): Result<TypedUnit, Diagnostic> {
  const read = (name: string): string | null => {
    const system = SYSTEM.concat(more).some((each) => name.startsWith(`${each}/`));
    const real = system ? `/${name}` : join(folder, name);
    return existsSync(real) ? readFileSync(real, 'utf8') : null;
  };
  const tokens = preprocess({ main: { path, text }, read, includeDirs: [...more, ...SYSTEM] });
  if (!tokens.ok) return tokens;
  const index = indexUnit(path, tokens.value.tokens, tokens.value.pragmas);
  return index.ok ? ok(checkUnit(index.value, HOSTED_OPTIONS)) : index;
}

export function openLibc(): TypedUnit {
  const folder = import.meta.dirname;
  const libc = openHosted('libc.c', readFileSync(join(folder, 'libc.c'), 'utf8'), folder);
  if (!libc.ok) throw new Error(libc.error.message);
  return libc.value;
}

export async function hostedMachine(
  units: readonly TypedUnit[],
  kind: ModuleKind,
  fuel: bigint,
  exportedGlobals: readonly string[] = [],
): Promise<Result<Machine, readonly Diagnostic[]>> {
  const options = {
    exports: ['main'],
    exportedGlobals,
    cover: null,
    loopCounter: null,
    scopes: null,
    heapBytes: 1 << 22,
    stackBytes: 1 << 21,
    fuel,
  };
  if (kind === 'suspendable') return leftEverywhere(units, options);
  const program = await compileProgram(units, { ...options, kind });
  return program.ok ? ok(new Machine(programImage(program.value))) : err(program.error);
}

/** null: the program ended with status 0; else where and how it ended instead. */
export function complaint(outcome: Outcome): string | null {
  if (outcome.kind === 'returned') {
    return outcome.value === 0n ? null : `0: main returned ${String(outcome.value)}`;
  }
  if (outcome.kind === 'trap' && outcome.name === 'model' && outcome.argument === EXIT) return null;
  const name = outcome.kind === 'trap' ? outcome.name : outcome.kind;
  const { place } = outcome.site ?? {};
  const code = outcome.kind === 'trap' && outcome.name === 'model' ? ` ${outcome.argument}` : '';
  return `${place?.line ?? 0}: ${name}${code}`;
}
