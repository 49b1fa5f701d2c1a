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

export function liveAtEntry(blocks: readonly Block[]): ReadonlySet<LocalId> {
  const gen: Set<LocalId>[] = [];
  const kill: Set<LocalId>[] = [];
  for (const block of blocks) {
    const reads = new Set<LocalId>();
    const writes = new Set<LocalId>();
    const visit = (id: LocalId): void => {
      if (!writes.has(id)) reads.add(id);
    };
    for (const instruction of block.instructions) {
      readsOf(instruction, visit);
      const local = assignedBy(instruction);
      if (local !== null) writes.add(local);
    }
    readsOfEnd(block.end, visit);
    gen.push(reads);
    kill.push(writes);
  }
  const live = gen.map((reads) => new Set(reads));
  for (let changed = true; changed;) {
    changed = false;
    for (let id = blocks.length - 1; id >= 0; id--) {
      const here = live[id];
      const end = blocks[id]?.end;
      if (here === undefined || end === undefined) continue;
      for (const next of successors(end)) {
        for (const local of live[next] ?? []) {
          if (here.has(local) || kill[id]?.has(local) === true) continue;
          here.add(local);
          changed = true;
        }
      }
    }
  }
  return live[0] ?? new Set();
}
