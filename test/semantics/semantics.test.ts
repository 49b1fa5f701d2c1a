/**
 * C programs that check themselves and return 0: what the check stage lowers (cleanups, variable lengths, bit-fields,
 * initialisers) is run, in every kind of module, and by gcc where it is.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkUnit } from '../../src/c/check/check-unit.js';
import { hasGcc } from '../../src/c/check/testing/gcc.js';
import { InitWriter, leaves } from '../../src/c/check/testing/init-writer.js';
import { Random } from '../../src/c/check/testing/random.js';
import { indexUnit } from '../../src/c/parse/index-unit.js';
import { preprocess } from '../../src/c/preprocess/preprocess.js';
import { Machine, programImage } from '../../src/exec/machine.js';
import type { ModuleKind } from '../../src/exec/program.js';
import { compileProgram } from '../../src/wasm/compile.js';
import { PLAIN } from '../../src/wasm/testing/run.js';

const KINDS: readonly ModuleKind[] = ['fast', 'checked', 'inspectable'];

async function returned(text: string, kind: ModuleKind): Promise<string> {
  const tokens = preprocess({ main: { path: 'test.c', text }, read: () => null });
  if (!tokens.ok) return tokens.error.message;
  const index = indexUnit('test.c', tokens.value.tokens);
  if (!index.ok) return index.error.message;
  const unit = checkUnit(index.value, { unsignedChar: false, shortWchar: false });
  const program = await compileProgram([unit], {
    ...PLAIN,
    kind,
    exports: ['main'],
    stackBytes: 1 << 18,
    fuel: 10_000_000n,
  });
  if (!program.ok) return program.error.map((d) => `${d.at?.line ?? 0}: ${d.message}`).join('\n');
  const outcome = new Machine(programImage(program.value)).call('main');
  if (outcome.kind === 'returned') return `returned ${String(outcome.value)}`;
  return `${outcome.kind === 'trap' ? outcome.name : outcome.kind} at line ${outcome.site?.place.line ?? 0}`;
}

function gccReturns(text: string): number {
  const directory = mkdtempSync(join(tmpdir(), 'patchcheck-'));
  try {
    writeFileSync(join(directory, 'test.c'), text);
    execFileSync('gcc', ['-std=gnu11', '-w', '-O0', '-fwrapv', 'test.c', '-o', 'test'], {
      cwd: directory,
    });
    execFileSync(join(directory, 'test'));
    return 0;
  } catch (error) {
    return error instanceof Error && 'status' in error ? Number(error.status) : -1;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe.each(readdirSync(import.meta.dirname).filter((file) => file.endsWith('.c')))(
  '%s',
  (file) => {
    const text = readFileSync(join(import.meta.dirname, file), 'utf8');
    it.skipIf(!hasGcc)('is right', () => {
      expect(gccReturns(text)).toBe(0);
    });
    it.each(KINDS)('returns 0 (%s)', async (kind) => {
      expect(await returned(text, kind)).toBe('returned 0');
    });
  },
);

describe('automatic objects hold what static ones do', () => {
  it.each([1, 2, 3, 4])('random initialisers (seed %i)', async (seed) => {
    const writer = new InitWriter(new Random(seed * 15_485_863));
    let text = '';
    const calls: string[] = [];
    for (let n = 0; n < 60; n++) {
      const type = writer.record(3);
      const declaration = writer.declare(type, 'x').replace(/ x$/, '');
      const init = writer.braced(type);
      text += `typedef ${declaration} t${n};\nint f${n}(void) { static t${n} s = ${init}; t${n} a = ${init};\n`;
      leaves(type, '').forEach(
        (leaf, i) => (text += `  if (s${leaf} != a${leaf}) return ${i + 1};\n`),
      );
      text += '  return 0;\n}\n';
      calls.push(`  if (f${n}()) return ${n} * 1000 + f${n}();\n`);
    }
    text += `int main(void) {\n${calls.join('')}  return 0;\n}\n`;
    expect(await returned(text, 'checked')).toBe('returned 0');
  });
});
