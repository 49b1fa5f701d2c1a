/**
 * Constants, addresses of objects and copies of locals take the place of locals that are assigned once: after inlining
 * much text says in several steps what is known. Tests on constants fold, and accesses through addresses become direct.
 */
import { local } from './build.js';
import type { Block, Expr, IrFunction, LocalId } from './ir.js';
import { assignedBy, liveAtEntry } from './liveness.js';
import {
  reachableBlocks,
  rewriteEnd,
  rewriteExpr,
  rewriteInstruction,
  type Replacement,
} from './rewrite.js';

export function propagate(
  fn: IrFunction,
  known: Pick<Replacement, 'objectSize' | 'called'>,
): IrFunction {
  const once = assignedOnce(fn);
  const values = new Map<LocalId, Expr>();
  const replacement: Replacement = {
    read: (id, type) => values.get(id) ?? local(id, type),
    write: (id) => id,
    slot: (id) => id,
    block: (id) => id,
    slotSize: (id) => fn.slots[id]?.size ?? 0,
    objectSize: (symbol) => known.objectSize(symbol),
    called: (symbol) => known.called(symbol),
  };
  // blocks are numbered by a walk from the entry, so most values are known before they are used
  for (const block of fn.blocks) {
    for (const i of block.instructions) {
      if (i.kind !== 'set' || !once.has(i.local)) continue;
      const value = rewriteExpr(i.value, replacement);
      if (standsForItself(value, once)) values.set(i.local, value);
    }
  }
  if (values.size === 0) return fn;
  const blocks: Block[] = fn.blocks.map(({ instructions, end }) => ({
    instructions: instructions
      .filter((i) => !(i.kind === 'set' && values.has(i.local)))
      .map((i) => rewriteInstruction(i, replacement))
      .filter((i) => !(i.kind === 'trap-if' && i.test.kind === 'int' && i.test.value === 0n)),
    end: rewriteEnd(end, replacement),
  }));
  return { ...fn, blocks: reachableBlocks(blocks) };
}

/** Locals with one assignment that comes before every reading, and parameters that are never assigned. */
function assignedOnce(fn: IrFunction): ReadonlySet<LocalId> {
  const counts = new Array<number>(fn.locals.length).fill(0);
  for (const block of fn.blocks) {
    for (const i of block.instructions) {
      const id = assignedBy(i);
      if (id !== null) counts[id] = (counts[id] ?? 0) + 1;
    }
  }
  const early = liveAtEntry(fn.blocks);
  const params = fn.signature.params.length;
  const found = new Set<LocalId>();
  counts.forEach((count, id) => {
    if (id < params ? count === 0 : count === 1 && !early.has(id)) found.add(id);
  });
  return found;
}

function standsForItself(e: Expr, once: ReadonlySet<LocalId>): boolean {
  switch (e.kind) {
    case 'int':
    case 'float':
    case 'slot-address':
    case 'global-address':
    case 'function-address':
      return true;
    case 'local':
      return once.has(e.id);
    default:
      return false;
  }
}
