/** Proof scopes: no case is missing, none comes twice, and a tree that states its geometry otherwise is refused. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENTRY_POINTS } from '../entry-points.js';
import { printScenario } from '../scenario-text.js';
import { printSchedule } from '../schedule-text.js';
import { countTables, tableNumber } from './enumerate-tables.js';
import { PROOF_SCOPES } from './proof-scopes.js';
import { PROOF_SPACES } from './proof-space.js';
import { scaleGeometry } from './scale-geometry.js';

const modelTree = resolve(import.meta.dirname, '../../../../fixtures/linux');
const read = (path: string): string => readFileSync(join(modelTree, path), 'utf8');
const scopeNamed = (name: string) => {
  const found = PROOF_SCOPES.find((scope) => scope.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};

describe('the tables of a scope', () => {
  it('are all different, and as many as their entries allow', () => {
    const few = PROOF_SPACES.find(({ id }) => id === 'ept-2-levels-yields');
    if (few === undefined) throw new Error('no such space');
    const { tables } = few;
    // At 4K: non-present and two leaves. Above: the same, and each of the nine tables below.
    expect(countTables(tables, 1)).toBe(3 ** 2);
    expect(countTables(tables, 2)).toBe((3 + 3 ** 2) ** 2);
    const flat = (table: ReturnType<typeof tableNumber>): string =>
      [...table.entries]
        .map(([index, entry]) =>
          entry.kind === 'table'
            ? `${String(index)}(${flat(entry.table)})`
            : `${String(index)}${JSON.stringify(entry, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`,
        )
        .join();
    const all = new Set<string>();
    for (let number = 0; number < countTables(tables, 2); number++)
      all.add(flat(tableNumber(tables, 2, number, 0)));
    expect(all.size).toBe(144);
  });
});

describe('the cases of a scope', () => {
  it('are all different', () => {
    const scope = scopeNamed('ept-no-ad-2-levels');
    const all = new Set<string>();
    let legal = 0;
    for (let number = 0; number < scope.size('kvm_tdp_mmu_zap_all'); number++) {
      const found = scope.at('kvm_tdp_mmu_zap_all', number);
      if (found === null) continue;
      legal++;
      all.add(printScenario(found.scenario) + printSchedule(found.schedule));
    }
    expect(legal).toBeGreaterThan(10_000);
    expect(all.size).toBe(legal);
  });

  it('hold every range of pages, and every level', () => {
    const scope = scopeNamed('ept-3-levels');
    const seen = new Set<string>();
    for (let number = 0; number < 2000; number++) {
      const args = scope.at('wrprot_gfn_range', number)?.scenario.calls[0]?.args ?? {};
      seen.add(`${String(args['start'])}-${String(args['end'])}@${String(args['minLevel'])}`);
    }
    seen.delete('undefined-undefined@undefined');
    expect(seen.size).toBe(((8 * 9) / 2) * 3);
  });

  it('yield at every subset of six places', () => {
    const scope = scopeNamed('ept-2-levels-yields');
    const seen = new Set<string>();
    for (let number = 0; number < 64; number++) {
      const found = scope.at('kvm_tdp_mmu_zap_all', number);
      if (found !== null) seen.add(printSchedule(found.schedule));
    }
    expect(seen.size).toBe(64);
  });

  it.each(ENTRY_POINTS.map(({ name }) => name))('there are some of %s in every scope', (entry) => {
    for (const scope of PROOF_SCOPES) {
      const size = scope.size(entry);
      const some = Array.from({ length: 500 }, (_, at) =>
        scope.at(entry, Math.floor((size * at) / 500)),
      );
      expect(
        some.some((each) => each !== null),
        scope.name,
      ).toBe(true);
    }
  });
});

describe('scaling the geometry', () => {
  it('rewrites the two macros and nothing else', () => {
    const scaled = scaleGeometry(read, 1);
    if (!scaled.ok) throw new Error(scaled.error.message);
    const changed = [...scaled.value].flatMap(([path, text]) => {
      const before = read(path).split('\n');
      return text.split('\n').filter((line, at) => line !== before[at]);
    });
    expect(changed).toEqual([
      '#define SPTE_LEVEL_BITS 1',
      '#define KVM_HPAGE_GFN_SHIFT(x) (((x) - 1) * 1)',
    ]);
  });

  it('refuses a tree that states it otherwise', () => {
    const other = scaleGeometry((path) => read(path).replace('BITS\t\t\t9', 'BITS PT_BITS'), 1);
    expect(other.ok).toBe(false);
    if (!other.ok) expect(other.error.message).toContain('SPTE_LEVEL_BITS');
  });
});
