/** For tests of the engine: C text, compiled and run in one step. */
import { Machine, programImage, type Outcome } from '../../exec/machine.js';
import type { CompileOptions, Program } from '../../exec/program.js';
import { compileProgram } from '../compile.js';
import { typedUnit } from './typed-unit.js';

export const PLAIN: CompileOptions = {
  kind: 'fast',
  exports: ['test'],
  exportedGlobals: [],
  cover: null,
  loopCounter: null,
  scopes: null,
  heapBytes: 1 << 16,
  stackBytes: 1 << 16,
  fuel: 1_000_000n,
};

/** The program of one or several units; throws the diagnostics where there are some. */
export async function program(
  texts: string | readonly string[],
  options: Partial<CompileOptions> = {},
): Promise<Program> {
  const units = [texts].flat().map((text, at) => typedUnit(`unit${at}.c`, text));
  const made = await compileProgram(units, { ...PLAIN, ...options });
  if (!made.ok) throw new Error(made.error.map((each) => each.message).join('\n'));
  return made.value;
}

export async function machine(
  texts: string | readonly string[],
  options: Partial<CompileOptions> = {},
): Promise<Machine> {
  return new Machine(programImage(await program(texts, options)));
}

/** What `test(…)` comes to. */
export async function run(
  texts: string | readonly string[],
  options: Partial<CompileOptions> = {},
  args: readonly (bigint | number)[] = [],
): Promise<Outcome> {
  return (await machine(texts, options)).call('test', args);
}
