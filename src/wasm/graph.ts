/**
 * Facts about a control-flow graph that code generation needs: reverse postorder, dominators (Cooper, Harvey and Kennedy,
 * "A Simple, Fast Dominance Algorithm") and which edges go back.
 */
import { successors } from '../ir/function-builder.js';
import type { Block, BlockId } from '../ir/ir.js';

export interface Graph {
  readonly successors: readonly (readonly BlockId[])[];
  readonly predecessors: readonly (readonly BlockId[])[];
  /** Blocks in reverse postorder; all are reachable. */
  readonly order: readonly BlockId[];
  /** Position in `order`. */
  readonly position: readonly number[];
  readonly dominator: readonly BlockId[];
}

export function graphOf(blocks: readonly Block[]): Graph {
  return analyse(blocks.map((block) => [...new Set(successors(block.end))]));
}

export function analyse(next: readonly (readonly BlockId[])[]): Graph {
  const order = reversePostorder(next);
  const position = new Array<number>(next.length).fill(-1);
  order.forEach((block, at) => (position[block] = at));
  const predecessors: BlockId[][] = next.map(() => []);
  for (const block of order) for (const to of next[block] ?? []) predecessors[to]?.push(block);
  return {
    successors: next,
    predecessors,
    order,
    position,
    dominator: dominators(order, position, predecessors),
  };
}

function reversePostorder(next: readonly (readonly BlockId[])[]): BlockId[] {
  const done: BlockId[] = [];
  const seen = new Set<BlockId>([0]);
  const stack: { block: BlockId; at: number }[] = [{ block: 0, at: 0 }];
  for (let top = stack[stack.length - 1]; top !== undefined; top = stack[stack.length - 1]) {
    // later successors first, so that the order follows the text
    const out = next[top.block] ?? [];
    const to = out[out.length - 1 - top.at];
    if (to === undefined) {
      done.push(top.block);
      stack.pop();
    } else {
      top.at++;
      if (!seen.has(to)) {
        seen.add(to);
        stack.push({ block: to, at: 0 });
      }
    }
  }
  return done.reverse();
}

function dominators(
  order: readonly BlockId[],
  position: readonly number[],
  predecessors: readonly (readonly BlockId[])[],
): BlockId[] {
  const dominator = new Array<BlockId>(position.length).fill(-1);
  const entry = order[0] ?? 0;
  dominator[entry] = entry;
  const place = (block: BlockId): number => position[block] ?? -1;
  const up = (block: BlockId): BlockId => dominator[block] ?? entry;
  const common = (a: BlockId, b: BlockId): BlockId => {
    let left = a;
    let right = b;
    while (left !== right) {
      while (place(left) > place(right)) left = up(left);
      while (place(right) > place(left)) right = up(right);
    }
    return left;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (const block of order) {
      if (block === entry) continue;
      let best = -1;
      for (const from of predecessors[block] ?? []) {
        if (dominator[from] === -1) continue;
        best = best === -1 ? from : common(best, from);
      }
      if (dominator[block] !== best) {
        dominator[block] = best;
        changed = true;
      }
    }
  }
  return dominator;
}

export function dominates(graph: Graph, a: BlockId, b: BlockId): boolean {
  for (let at = b; ;) {
    if (at === a) return true;
    const up = graph.dominator[at] ?? at;
    if (up === at) return false;
    at = up;
  }
}

/** An edge against the order of the walk; in a reducible graph it leads to a loop's header. */
export function goesBack(graph: Graph, from: BlockId, to: BlockId): boolean {
  return (graph.position[to] ?? 0) <= (graph.position[from] ?? 0);
}
