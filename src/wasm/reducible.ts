/**
 * Makes a control-flow graph reducible, so that it can be written as nested blocks and loops. A cycle that can be entered
 * at several places (goto into a loop, computed goto) gets one new entry, a dispatch block; every edge to one of the
 * places first notes in a local which one is meant.
 */
import { i32, local } from '../ir/build.js';
import { withTargets } from '../ir/function-builder.js';
import type { Block, BlockId, LocalId } from '../ir/ir.js';
import { dominates, goesBack, graphOf } from './graph.js';

export function makeReducible(blocks: readonly Block[], newLocal: () => LocalId): readonly Block[] {
  let current = blocks;
  // each round gives one more cycle a single entry; a cycle inside it is found in the next round
  for (;;) {
    const cycle = firstIrreducibleCycle(current);
    if (cycle === null) return current;
    current = withDispatch(current, cycle, newLocal());
  }
}

interface Cycle {
  readonly members: ReadonlySet<BlockId>;
  readonly entries: readonly BlockId[];
}

/** An outermost cycle that has several entries, or null. */
function firstIrreducibleCycle(blocks: readonly Block[]): Cycle | null {
  const graph = graphOf(blocks);
  const bad = graph.order.some((from) =>
    (graph.successors[from] ?? []).some(
      (to) => goesBack(graph, from, to) && !dominates(graph, to, from),
    ),
  );
  if (!bad) return null;
  return search(
    graph.order,
    graph.successors.map((to) => [...to]),
    graph.predecessors,
  );
}

function search(
  members: readonly BlockId[],
  next: readonly (readonly BlockId[])[],
  predecessors: readonly (readonly BlockId[])[],
): Cycle | null {
  for (const cycle of cycles(members, next)) {
    const inside = new Set(cycle);
    const entries = cycle.filter(
      (block) => block === 0 || (predecessors[block] ?? []).some((from) => !inside.has(from)),
    );
    if (entries.length > 1) return { members: inside, entries };
    // one entry: look inside, without the edges back to it
    const header = entries[0];
    const found = search(
      cycle,
      next.map((to, from) =>
        inside.has(from) ? to.filter((block) => inside.has(block) && block !== header) : [],
      ),
      predecessors.map((from) => from),
    );
    if (found !== null) return found;
  }
  return null;
}

/** Strongly connected components with more than one block, or a self-loop (Tarjan). */
function cycles(
  members: readonly BlockId[],
  next: readonly (readonly BlockId[])[],
): readonly (readonly BlockId[])[] {
  const index = new Map<BlockId, number>();
  const low = new Map<BlockId, number>();
  const open: BlockId[] = [];
  const isOpen = new Set<BlockId>();
  const found: BlockId[][] = [];
  const allowed = new Set(members);
  const visit = (root: BlockId): void => {
    const work: { block: BlockId; at: number }[] = [{ block: root, at: 0 }];
    begin(root);
    for (let top = work[work.length - 1]; top !== undefined; top = work[work.length - 1]) {
      const to = (next[top.block] ?? [])[top.at++];
      if (to !== undefined) {
        if (!allowed.has(to)) continue;
        if (!index.has(to)) {
          begin(to);
          work.push({ block: to, at: 0 });
        } else if (isOpen.has(to)) {
          low.set(top.block, Math.min(low.get(top.block) ?? 0, index.get(to) ?? 0));
        }
        continue;
      }
      work.pop();
      const parent = work[work.length - 1];
      if (parent !== undefined) {
        low.set(parent.block, Math.min(low.get(parent.block) ?? 0, low.get(top.block) ?? 0));
      }
      if (low.get(top.block) === index.get(top.block)) close(top.block);
    }
  };
  const begin = (block: BlockId): void => {
    index.set(block, index.size);
    low.set(block, index.size - 1);
    open.push(block);
    isOpen.add(block);
  };
  const close = (root: BlockId): void => {
    const component: BlockId[] = [];
    for (let block = open.pop(); block !== undefined; block = open.pop()) {
      isOpen.delete(block);
      component.push(block);
      if (block === root) break;
    }
    if (component.length > 1 || (next[root] ?? []).includes(root)) {
      found.push(component.sort((a, b) => a - b));
    }
  };
  for (const block of members) if (!index.has(block)) visit(block);
  return found;
}

function withDispatch(
  blocks: readonly Block[],
  { members, entries }: Cycle,
  which: LocalId,
): readonly Block[] {
  const dispatch = blocks.length;
  const added: Block[] = [
    {
      instructions: [],
      end: {
        kind: 'table',
        index: local(which, 'i32'),
        targets: entries.slice(0, -1),
        otherwise: entries[entries.length - 1] ?? 0,
      },
    },
  ];
  // blocks that say which entry is meant; those on the way in are not those of the way round, or there would be two again
  const noted = (): ReadonlyMap<BlockId, BlockId> => {
    const notes = new Map<BlockId, BlockId>();
    entries.forEach((entry, value) => {
      notes.set(entry, dispatch + added.length);
      added.push({
        instructions: [{ kind: 'set', local: which, value: i32(value) }],
        end: { kind: 'goto', to: dispatch },
      });
    });
    return notes;
  };
  const inward = noted();
  const around = noted();
  const redirected = blocks.map((block, id) => {
    const notes = members.has(id) ? around : inward;
    return {
      instructions: block.instructions,
      end: withTargets(block.end, (to) => notes.get(to) ?? to),
    };
  });
  const all = [...redirected, ...added];
  const entry = inward.get(0);
  if (entry === undefined) return all;
  // the function begins at one of the places: begin at its note
  const order = [entry, ...all.map((_, id) => id).filter((id) => id !== entry)];
  const number = new Map(order.map((id, at) => [id, at]));
  return order.map((id) => {
    const block = all[id];
    if (block === undefined) throw new Error('no block');
    return {
      instructions: block.instructions,
      end: withTargets(block.end, (to) => number.get(to) ?? 0),
    };
  });
}
