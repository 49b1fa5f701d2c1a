/**
 * Two questions about locals, for one function at a time and without regard to the order of execution: which may hold a
 * pointer whose object is known, and of which does somebody want to know it? And which may hold bits that nobody set?
 */
import { liveAtEntry } from '../liveness.js';
import type { Expr, Instruction, IrFunction, LocalId } from '../ir.js';

export interface Carriers {
  /** The object is known, and wanted. */
  readonly objects: ReadonlySet<LocalId>;
  /** Some bits may have no value. */
  readonly unset: ReadonlySet<LocalId>;
  /** Read before they are assigned. */
  readonly early: ReadonlySet<LocalId>;
}

/** Operands whose object the value may have. */
export function originsOf(e: Expr): readonly Expr[] {
  if (e.type !== 'i64') return [];
  switch (e.kind) {
    case 'int-unary':
      return e.op === 'as_pointer' ? originsOf(e.value) : [];
    case 'int-binary':
      switch (e.op) {
        case 'add':
        case 'or':
          return [...originsOf(e.left), ...originsOf(e.right)];
        case 'and':
          return [...originsOf(e.left), ...originsOf(e.right)];
        default:
          return [];
      }
    case 'select':
      return [...originsOf(e.then), ...originsOf(e.otherwise)];
    case 'load':
      return e.bytes === 8 ? [e] : [];
    case 'local':
    case 'slot-address':
    case 'global-address':
      return [e];
    default:
      return [];
  }
}

/** It is a pointer of its own making: as_pointer looks one up. */
export function looksUp(e: Expr): boolean {
  switch (e.kind) {
    case 'int-unary':
      return e.op === 'as_pointer';
    case 'int-binary':
      return (
        (e.op === 'add' || e.op === 'or' || e.op === 'and') && (looksUp(e.left) || looksUp(e.right))
      );
    case 'select':
      return looksUp(e.then) || looksUp(e.otherwise);
    default:
      return false;
  }
}

/** Every expression, with its parts, of an instruction. */
export function expressionsOf(i: Instruction): readonly Expr[] {
  const ofAddress = (address: Extract<Instruction, { kind: 'zero' }>['to']): readonly Expr[] =>
    address.kind === 'pointer' ? [address.pointer] : [];
  switch (i.kind) {
    case 'set':
    case 'evaluate':
    case 'observe':
      return [i.value];
    case 'store':
      return [...ofAddress(i.address), i.value];
    case 'copy':
      return [...ofAddress(i.to), ...ofAddress(i.from)];
    case 'zero':
      return ofAddress(i.to);
    case 'move-bytes':
      return [i.to, i.from, i.size];
    case 'fill-bytes':
      return [i.to, i.byte, i.size];
    case 'call':
      return i.target.kind === 'indirect' ? [i.target.pointer, ...i.args] : i.args;
    case 'trap-if':
      return i.argument === null ? [i.test] : [i.test, i.argument];
    case 'alloca':
      return [i.size];
    case 'allocate':
      return [i.pointer, i.size];
    case 'free':
      return [i.pointer];
    case 'guard':
      return [i.pointer, i.object];
    case 'cover':
    case 'save-stack':
    case 'restore-stack':
    case 'scope':
    case 'undefine':
      return [];
  }
}

/** An expression and all it consists of. */
export function eachPart(e: Expr, visit: (part: Expr) => void): void {
  visit(e);
  switch (e.kind) {
    case 'int-unary':
    case 'float-unary':
    case 'cast':
      eachPart(e.value, visit);
      return;
    case 'int-binary':
    case 'float-binary':
      eachPart(e.left, visit);
      eachPart(e.right, visit);
      return;
    case 'select':
      eachPart(e.test, visit);
      eachPart(e.then, visit);
      eachPart(e.otherwise, visit);
      return;
    case 'load':
      if (e.address.kind === 'pointer') eachPart(e.address.pointer, visit);
      return;
    default:
      return;
  }
}

export function allExpressions(fn: IrFunction, visit: (part: Expr) => void): void {
  for (const { instructions, end } of fn.blocks) {
    for (const i of instructions) for (const e of expressionsOf(i)) eachPart(e, visit);
    if (end.kind === 'branch') eachPart(end.test, visit);
    if (end.kind === 'table') eachPart(end.index, visit);
    if (end.kind === 'return' || end.kind === 'trap') {
      const e = end.kind === 'return' ? end.value : end.argument;
      if (e !== null) eachPart(e, visit);
    }
  }
}

export function carriersOf(fn: IrFunction, tracksUnset: boolean): Carriers {
  const sets: { readonly local: LocalId; readonly value: Expr }[] = [];
  const given = new Set<LocalId>();
  const undefined_ = new Set<LocalId>();
  fn.signature.params.forEach((_, id) => given.add(id));
  for (const { instructions } of fn.blocks) {
    for (const i of instructions) {
      if (i.kind === 'set') sets.push({ local: i.local, value: i.value });
      else if (i.kind === 'undefine') undefined_.add(i.local);
      else if (i.kind === 'call' && i.result !== null) given.add(i.result);
      else if (i.kind === 'alloca' || i.kind === 'allocate') given.add(i.result);
    }
  }
  const early = liveAtEntry(fn.blocks);
  return {
    objects: intersection(knowing(fn, sets, given), wanted(fn, sets)),
    unset: tracksUnset ? lacking(sets, given, new Set([...early, ...undefined_])) : new Set(),
    early,
  };
}

function knowing(
  fn: IrFunction,
  sets: readonly { readonly local: LocalId; readonly value: Expr }[],
  given: ReadonlySet<LocalId>,
): Set<LocalId> {
  const found = new Set([...given].filter((id) => fn.locals[id] === 'i64'));
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const { local, value } of sets) {
      if (found.has(local) || value.type !== 'i64') continue;
      const knows =
        looksUp(value) ||
        originsOf(value).some((origin) => origin.kind !== 'local' || found.has(origin.id));
      if (knows) found.add(local);
    }
  }
  return found;
}

function wanted(
  fn: IrFunction,
  sets: readonly { readonly local: LocalId; readonly value: Expr }[],
): Set<LocalId> {
  const found = new Set<LocalId>();
  const want = (e: Expr): void => {
    for (const origin of originsOf(e)) if (origin.kind === 'local') found.add(origin.id);
  };
  allExpressions(fn, (part) => {
    if (part.kind === 'load' && part.address.kind === 'pointer') want(part.address.pointer);
  });
  for (const { instructions, end } of fn.blocks) {
    for (const i of instructions) {
      switch (i.kind) {
        case 'store':
          if (i.address.kind === 'pointer') want(i.address.pointer);
          if (i.bytes === 8) want(i.value);
          break;
        case 'copy':
        case 'zero':
        case 'move-bytes':
        case 'fill-bytes':
        case 'call':
        case 'allocate':
        case 'free':
          expressionsOf(i).forEach(want);
          break;
        default:
          break;
      }
    }
    if (end.kind === 'return' && end.value !== null) want(end.value);
  }
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const { local, value } of sets) if (found.has(local)) want(value);
  }
  return found;
}

function lacking(
  sets: readonly { readonly local: LocalId; readonly value: Expr }[],
  given: ReadonlySet<LocalId>,
  unset: ReadonlySet<LocalId>,
): Set<LocalId> {
  const found = new Set([...given, ...unset]);
  const lacks = (e: Expr): boolean => {
    let result = false;
    eachPart(e, (part) => {
      if (part.kind === 'load') result = true;
      if (part.kind === 'local' && found.has(part.id)) result = true;
    });
    return result;
  };
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const { local, value } of sets) if (!found.has(local) && lacks(value)) found.add(local);
  }
  return found;
}

function intersection<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): Set<T> {
  return new Set([...a].filter((each) => b.has(each)));
}
