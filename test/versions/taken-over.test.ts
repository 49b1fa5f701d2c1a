/**
 * A version that takes over what it has in common with the original is linked to the very same program as one that is read, checked
 * and lowered by itself: code, objects, and all places. Only the numbers of objects without a name may be others.
 */
import { describe, expect, it } from 'vitest';
import { chooseTree } from '../../cli/trees.js';
import { kernelTrees } from '../../src/c/preprocess/testing/kernel-trees.js';
import type { ModuleKind } from '../../src/exec/program.js';
import { compileOptions, type OpenVersion } from '../../src/version/build-version.js';
import { linkUnits } from '../../src/wasm/compile.js';
import { openAll, threadAppliedTo } from './thread-candidates.js';

/** The program of a version as text, unnamed objects by what is in them. */
function linked(version: OpenVersion, kind: ModuleKind): { text: string; functions: number } {
  const options = compileOptions(version, { kind, coverLines: new Set() });
  const units = version.units.map(({ typed }) => typed);
  const result = linkUnits(units, options);
  if (!result.ok) throw new Error(result.error[0]?.message);
  const { program } = result.value;
  const contents = new Map(
    program.objects
      .filter(({ symbol }) => symbol.startsWith('.'))
      .map(({ symbol, bytes, size }) => [
        symbol,
        `${symbol.split('.')[1] ?? ''}:${Buffer.from(bytes ?? []).toString('hex')}:${String(size)}`,
      ]),
  );
  const text = JSON.stringify(
    // A string that several functions have is declared by one of them.
    {
      ...program,
      objects: program.objects.map((each) =>
        each.symbol.startsWith('.str') ? { ...each, place: null } : each,
      ),
    },
    (_, part: unknown) => {
      if (typeof part === 'bigint') return `${String(part)}n`;
      if (typeof part === 'string') return contents.get(part) ?? part;
      if (part instanceof Map || part instanceof Set) return [...(part as Iterable<unknown>)];
      if (part instanceof Uint8Array) return Buffer.from(part).toString('hex');
      return part;
    },
    1,
  );
  return { text, functions: program.functions.length };
}

/** Where two texts of a million lines are not the same. */
function firstDifference(own: string, expected: string): string | null {
  if (own === expected) return null;
  const [lines, others] = [own, expected].map((text) => text.split('\n'));
  const at = (lines ?? []).findIndex((line, number) => line !== others?.[number]);
  return `line ${String(at)}: ${lines?.[at] ?? ''} instead of ${others?.[at] ?? ''}`;
}

/** Functions that two versions have in common as one and the same. */
function inCommon(one: OpenVersion, other: OpenVersion): number {
  let count = 0;
  for (const unit of other.units) {
    const before = one.units.find(({ source }) => source.path === unit.source.path);
    if (before === undefined || before === unit) continue;
    for (const name of unit.typed.definedFunctions) {
      if (!before.typed.defines(name)) continue;
      const [a, b] = [before.typed.function(name), unit.typed.function(name)];
      if (a.ok && b.ok && a.value.body === b.value.body) count++;
    }
  }
  return count;
}

const full = process.env['PATCHCHECK_FULL'] === '1';

const trees = [
  { name: 'the model tree', tree: 'model' },
  ...Object.values(kernelTrees).flatMap((tree) =>
    tree === null ? [] : [{ name: `Linux ${tree.version}`, tree: tree.root }],
  ),
];

describe.each(trees)('$name', ({ tree }) => {
  it('versions of the thread, together and each by itself, are the same programs', () => {
    const chosen = chooseTree({ tree });
    if (!chosen.ok) throw new Error(chosen.error.message);
    const applied = threadAppliedTo(chosen.value.tree);
    const alone = openAll(chosen.value, applied, { together: false });
    const together = openAll(chosen.value, applied, { together: true });
    expect(together.length).toBeGreaterThan(1);
    const [original] = together;
    together.forEach((version, at) => {
      const other = alone[at];
      if (original === undefined || other === undefined) return expect.fail('there is no version');
      const kinds: readonly ModuleKind[] =
        full || tree === 'model' ? ['fast', 'tracking'] : ['tracking'];
      for (const kind of kinds) {
        const [own, expected] = [linked(version, kind), linked(other, kind)];
        expect(own.functions).toBeGreaterThan(300);
        expect(firstDifference(own.text, expected.text)).toBeNull();
      }
      if (version !== original) expect(inCommon(original, version)).toBeGreaterThan(200);
      expect(inCommon(original, other)).toBe(0);
    });
  }, 600_000);
});
