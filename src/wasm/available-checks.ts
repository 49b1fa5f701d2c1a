/**
 * Which pointers were checked on every way to a block (a forward must-analysis). The memory never changes its size, so a
 * checked pointer stays good until the local is assigned again: its narrowed address is kept in a local of its own.
 */
import type { Address, Block, Expr, Instruction, LocalId, Terminator } from '../ir/ir.js';
import type { Graph } from './graph.js';

function inAddress(address: Address, visit: (local: LocalId) => void): void {
  if (address.kind === 'raw') inExpr(address.base, visit);
  if (address.kind !== 'pointer') return;
  inExpr(address.pointer, visit);
  if (address.pointer.kind === 'local') visit(address.pointer.id);
}

function inExpr(e: Expr, visit: (local: LocalId) => void): void {
  switch (e.kind) {
    case 'int-unary':
    case 'float-unary':
    case 'cast':
      inExpr(e.value, visit);
      return;
    case 'int-binary':
    case 'float-binary':
      inExpr(e.left, visit);
      inExpr(e.right, visit);
      return;
    case 'load':
      inAddress(e.address, visit);
      return;
    case 'select':
      inExpr(e.then, visit);
      inExpr(e.otherwise, visit);
      inExpr(e.test, visit);
      return;
    case 'int':
    case 'float':
    case 'local':
    case 'slot-address':
    case 'global-address':
    case 'function-address':
    case 'frame-address':
      return;
  }
}

function inInstruction(i: Instruction, visit: (local: LocalId) => void): void {
  switch (i.kind) {
    case 'set':
    case 'evaluate':
      inExpr(i.value, visit);
      return;
    case 'store':
      inAddress(i.address, visit);
      inExpr(i.value, visit);
      return;
    case 'copy':
      inAddress(i.to, visit);
      inAddress(i.from, visit);
      return;
    case 'zero':
      inAddress(i.to, visit);
      return;
    case 'call':
      i.args.forEach((arg) => inExpr(arg, visit));
      if (i.target.kind === 'indirect') inExpr(i.target.pointer, visit);
      return;
    case 'trap-if':
      inExpr(i.test, visit);
      return;
    case 'move-bytes':
      [i.to, i.from, i.size].forEach((e) => inExpr(e, visit));
      return;
    case 'fill-bytes':
      [i.to, i.byte, i.size].forEach((e) => inExpr(e, visit));
      return;
    case 'alloca':
      inExpr(i.size, visit);
      return;
    case 'allocate':
      [i.pointer, i.size].forEach((e) => inExpr(e, visit));
      return;
    case 'free':
      inExpr(i.pointer, visit);
      return;
    case 'observe':
      inExpr(i.value, visit);
      return;
    case 'guard':
      [i.pointer, i.object].forEach((e) => inExpr(e, visit));
      return;
    case 'undefine':
    case 'cover':
    case 'save-stack':
    case 'restore-stack':
    case 'scope':
      return;
  }
}

function inTerminator(end: Terminator, visit: (local: LocalId) => void): void {
  switch (end.kind) {
    case 'branch':
      inExpr(end.test, visit);
      return;
    case 'table':
      inExpr(end.index, visit);
      return;
    case 'return':
      if (end.value !== null) inExpr(end.value, visit);
      return;
    case 'goto':
    case 'trap':
    case 'fall-off':
      return;
  }
}

/** The local that an instruction assigns, or null. */
export function assigned(i: Instruction): LocalId | null {
  switch (i.kind) {
    case 'set':
      return i.local;
    case 'call':
    case 'alloca':
    case 'save-stack':
      return i.result;
    default:
      return null;
  }
}

/** Per block: locals that are known to be checked where it begins. */
export function availableChecks(blocks: readonly Block[], graph: Graph): readonly Set<LocalId>[] {
  const out: (Set<LocalId> | null)[] = blocks.map(() => null); // null: not computed yet, all of them
  const arriving = (block: number): Set<LocalId> => {
    if (block === graph.order[0]) return new Set();
    let common: Set<LocalId> | null = null;
    for (const from of graph.predecessors[block] ?? []) {
      const there = out[from];
      if (there === null || there === undefined) continue;
      if (common === null) common = new Set(there);
      else for (const id of common) if (!there.has(id)) common.delete(id);
    }
    return common ?? new Set();
  };
  for (let changed = true; changed;) {
    changed = false;
    for (const id of graph.order) {
      const block = blocks[id];
      if (block === undefined) continue;
      const checked = arriving(id);
      const visit = (local: LocalId): void => void checked.add(local);
      for (const instruction of block.instructions) {
        inInstruction(instruction, visit);
        const local = assigned(instruction);
        if (local !== null) checked.delete(local);
      }
      inTerminator(block.end, visit);
      const before = out[id];
      if (before === null || before === undefined || before.size !== checked.size) {
        out[id] = checked;
        changed = true;
      }
    }
  }
  return blocks.map((_, id) => arriving(id));
}
