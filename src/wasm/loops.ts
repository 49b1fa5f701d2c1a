/** The loops of a reducible control-flow graph. */
import type { BlockId } from '../ir/ir.js';
import { goesBack, type Graph } from './graph.js';

export interface Loop {
  /** The only block through which it is entered. */
  readonly header: BlockId;
  readonly members: ReadonlySet<BlockId>;
}

/** Outer ones before those inside them. Two loops of one header are one. */
export function loopsOf(graph: Graph): readonly Loop[] {
  const loops = new Map<BlockId, Set<BlockId>>();
  for (const from of graph.order)
    for (const header of graph.successors[from] ?? []) {
      if (!goesBack(graph, from, header)) continue;
      const members = loops.get(header) ?? new Set([header]);
      loops.set(header, members);
      collect(graph, from, members);
    }
  return [...loops]
    .map(([header, members]) => ({ header, members }))
    .sort((a, b) => b.members.size - a.members.size || a.header - b.header);
}

/** What leads to `from` without passing the header, which is a member already. */
function collect(graph: Graph, from: BlockId, members: Set<BlockId>): void {
  const pending = [from];
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    if (members.has(block)) continue;
    members.add(block);
    pending.push(...(graph.predecessors[block] ?? []));
  }
}
