/** Which locals may be read before they are assigned: they count on the zero that WebAssembly gives at the start. */
import { successors } from './function-builder.js';
import type { Address, Block, Expr, Instruction, LocalId, Terminator } from './ir.js';

type Visit = (id: LocalId) => void;

function inAddress(address: Address, visit: Visit): void {
  if (address.kind === 'pointer') readsOfExpr(address.pointer, visit);
  if (address.kind === 'raw') readsOfExpr(address.base, visit);
}

export function readsOfExpr(e: Expr, visit: Visit): void {
  switch (e.kind) {
    case 'local':
      visit(e.id);
      return;
    case 'int-unary':
    case 'float-unary':
    case 'cast':
      readsOfExpr(e.value, visit);
      return;
    case 'int-binary':
    case 'float-binary':
      readsOfExpr(e.left, visit);
      readsOfExpr(e.right, visit);
      return;
    case 'load':
      inAddress(e.address, visit);
      return;
    case 'select':
      readsOfExpr(e.test, visit);
      readsOfExpr(e.then, visit);
      readsOfExpr(e.otherwise, visit);
      return;
    case 'int':
    case 'float':
    case 'slot-address':
    case 'global-address':
    case 'function-address':
    case 'frame-address':
      return;
  }
}

export function readsOf(i: Instruction, visit: Visit): void {
  switch (i.kind) {
    case 'set':
    case 'evaluate':
      readsOfExpr(i.value, visit);
      return;
    case 'store':
      inAddress(i.address, visit);
      readsOfExpr(i.value, visit);
      return;
    case 'copy':
      inAddress(i.to, visit);
      inAddress(i.from, visit);
      return;
    case 'zero':
      inAddress(i.to, visit);
      return;
    case 'move-bytes':
      [i.to, i.from, i.size].forEach((e) => readsOfExpr(e, visit));
      return;
    case 'fill-bytes':
      [i.to, i.byte, i.size].forEach((e) => readsOfExpr(e, visit));
      return;
    case 'call':
      i.args.forEach((e) => readsOfExpr(e, visit));
      if (i.target.kind === 'indirect') readsOfExpr(i.target.pointer, visit);
      return;
    case 'trap-if':
      readsOfExpr(i.test, visit);
      if (i.argument !== null) readsOfExpr(i.argument, visit);
      return;
    case 'alloca':
      readsOfExpr(i.size, visit);
      return;
    case 'restore-stack':
      visit(i.from);
      return;
    case 'allocate':
      [i.pointer, i.size].forEach((e) => readsOfExpr(e, visit));
      return;
    case 'free':
      readsOfExpr(i.pointer, visit);
      return;
    case 'observe':
      readsOfExpr(i.value, visit);
      return;
    case 'guard':
      [i.pointer, i.object].forEach((e) => readsOfExpr(e, visit));
      return;
    case 'undefine':
    case 'cover':
    case 'save-stack':
    case 'scope':
      return;
  }
}

export function readsOfEnd(end: Terminator, visit: Visit): void {
  switch (end.kind) {
    case 'branch':
      readsOfExpr(end.test, visit);
      return;
    case 'table':
      readsOfExpr(end.index, visit);
      return;
    case 'return':
      if (end.value !== null) readsOfExpr(end.value, visit);
      return;
    case 'trap':
      if (end.argument !== null) readsOfExpr(end.argument, visit);
      return;
    case 'goto':
    case 'fall-off':
      return;
  }
}

/** The local that an instruction assigns, or null. */
export function assignedBy(i: Instruction): LocalId | null {
  switch (i.kind) {
    case 'set':
      return i.local;
    case 'call':
    case 'alloca':
    case 'save-stack':
    case 'allocate':
    case 'guard':
      return i.result;
    default:
      return null;
  }
}

const known = new WeakMap<readonly Block[], ReadonlySet<LocalId>>();

export function liveAtEntry(blocks: readonly Block[]): ReadonlySet<LocalId> {
  const before = known.get(blocks);
  if (before !== undefined) return before;
  const found = liveIntoBlocks(blocks)[0] ?? new Set();
  known.set(blocks, found);
  return found;
}

/**
 * For each block, what it may read before it is assigned there. Only locals that some block reads before it writes them can be live anywhere; each such reading is carried backwards
 * until a block that writes the local, or one where it is known already.
 */
export function liveIntoBlocks(blocks: readonly Block[]): readonly ReadonlySet<LocalId>[] {
  const predecessors: number[][] = blocks.map(() => []);
  blocks.forEach(({ end }, id) => successors(end).forEach((to) => predecessors[to]?.push(id)));
  const writes = blocks.map(() => new Set<LocalId>());
  const pending: { readonly block: number; readonly local: LocalId }[] = [];
  blocks.forEach((block, id) => {
    const written = writes[id] ?? new Set();
    const visit = (local: LocalId): void => {
      if (!written.has(local)) pending.push({ block: id, local });
    };
    for (const instruction of block.instructions) {
      readsOf(instruction, visit);
      const local = assignedBy(instruction);
      if (local !== null) written.add(local);
    }
    readsOfEnd(block.end, visit);
  });
  const live = blocks.map(() => new Set<LocalId>());
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { block, local } = next;
    const here = live[block];
    if (here === undefined || here.has(local)) continue;
    here.add(local);
    for (const from of predecessors[block] ?? [])
      if (writes[from]?.has(local) !== true) pending.push({ block: from, local });
  }
  return live;
}
