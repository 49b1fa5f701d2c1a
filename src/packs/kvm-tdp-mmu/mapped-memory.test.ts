import { describe, expect, it } from 'vitest';
import { mappedMemory, tablesOf, type Mapping } from './mapped-memory.js';
import type { Table } from './scenario.js';

function count(table: Table): { tables: number; leaves: number } {
  const sum = { tables: 1, leaves: 0 };
  for (const entry of table.entries.values()) {
    if (entry.kind === 'leaf') sum.leaves++;
    if (entry.kind !== 'table') continue;
    const below = count(entry.table);
    sum.tables += below.tables;
    sum.leaves += below.leaves;
  }
  return sum;
}

describe('memory of a VM as page tables', () => {
  // 1024 GiB have a table of 2M entries for each, and two of 1G entries below the root
  it.each<[Mapping, number, number, number]>([
    ['sparse', 1, 1 + 1 + 1 + 8, 8],
    ['sparse', 1024, 1 + 2 + 8 + 8, 8],
    ['huge', 1, 3, 512],
    ['huge', 1024, 1 + 2 + 1024, 1024 * 512],
    ['ballooned', 4, 1 + 1 + 4, 4 * 256],
    ['dense', 1, 3 + 512, 512 * 512],
  ])('%s, %i GiB: %i tables, %i leaves', (mapping, gib, tables, leaves) => {
    expect(tablesOf(mapping, gib)).toBe(tables);
    expect(count(mappedMemory(mapping, gib))).toEqual({ tables, leaves });
  });
});
