/**
 * `switch` (C11 6.8.4.2): the cases are found beforehand, wherever they stand in the body; dense values become one table
 * jump, others a binary search over ranges.
 */
import type { Span } from '../c/ast.js';
import type { Stmt } from '../c/typed.js';
import { binary, cast, int } from './build.js';
import type { BlockId, Expr as IrExpr, IntValueType } from './ir.js';
import { coverOutcome, outcomeOf } from './cover-branch.js';
import { lowerScalar } from './lower-expression.js';
import { lowerStatement } from './lower-statement.js';
import type { Lowering } from './lowering.js';
import { integerOf } from './type-shape.js';

interface Range {
  readonly first: bigint;
  readonly last: bigint;
  readonly block: BlockId;
}

type Case = Extract<Stmt, { kind: 'case' | 'default' }>;

/** The case and default statements of one switch, those of switches inside it left out. */
function casesOf(s: Stmt, found: Case[]): void {
  switch (s.kind) {
    case 'case':
    case 'default':
      found.push(s);
      casesOf(s.body, found);
      return;
    case 'block':
      s.items.forEach((item) => casesOf(item, found));
      return;
    case 'if':
      casesOf(s.then, found);
      if (s.otherwise !== null) casesOf(s.otherwise, found);
      return;
    case 'while':
    case 'do':
    case 'for':
    case 'label':
      casesOf(s.body, found);
      return;
    default:
      return;
  }
}

export function lowerSwitch(f: Lowering, s: Extract<Stmt, { kind: 'switch' }>): void {
  const after = f.b.newBlock();
  let otherwise = after;
  const found: Case[] = [];
  casesOf(s.body, found);
  const ranges: Range[] = [];
  const watched: { readonly from: BlockId; readonly to: BlockId; readonly branch: string }[] = [];
  // from the switch itself, not from the case above
  const wayTo = (to: BlockId, span: Span, outcome: 'taken' | 'otherwise'): BlockId => {
    const branch = outcomeOf(f, span, outcome);
    if (branch === null) return to;
    const from = f.b.newBlock();
    watched.push({ from, to, branch });
    return from;
  };
  for (const one of found) {
    const inside = f.b.newBlock();
    f.cases.set(one, inside);
    const label = { first: one.span.first, last: one.body.span.first - 1 };
    const block = wayTo(inside, label, 'taken');
    if (one.kind === 'default') otherwise = block;
    else if (one.first <= one.last) ranges.push({ first: one.first, last: one.last, block });
  }
  if (otherwise === after) otherwise = wayTo(after, s.value.span, 'otherwise');
  const value = lowerScalar(f, s.value);
  if (value.type !== 'i32' && value.type !== 'i64') throw new Error('switch on a float');
  const signed = integerOf(s.value.type)?.signed ?? true;
  const bits = value.type === 'i32' ? 32 : 64;
  const inType = (v: bigint): bigint => (signed ? BigInt.asIntN(bits, v) : BigInt.asUintN(bits, v));
  const sorted = ranges
    .map((range) => ({ ...range, first: inType(range.first), last: inType(range.last) }))
    .sort((a, b) => (a.first < b.first ? -1 : 1));
  dispatch(f, f.b.keep(value), value.type, signed, sorted, otherwise);
  for (const { from, to, branch } of watched) {
    f.b.enter(from);
    coverOutcome(f, branch);
    f.b.goto(to);
  }
  f.breaks.push({ block: after, scope: f.scope });
  lowerStatement(f, s.body);
  f.breaks.pop();
  f.b.enter(after);
}

/** A table at most this many times larger than what it tells apart. */
const MAX_SPARSENESS = 4n;
const MIN_TABLE = 4;

function dispatch(
  f: Lowering,
  value: IrExpr,
  type: IntValueType,
  signed: boolean,
  ranges: readonly Range[],
  otherwise: BlockId,
): void {
  const first = ranges[0];
  const last = ranges[ranges.length - 1];
  if (first === undefined || last === undefined) {
    f.b.goto(otherwise);
    return;
  }
  const span = last.last - first.first + 1n;
  if (ranges.length >= MIN_TABLE && span <= MAX_SPARSENESS * BigInt(ranges.length) + 8n) {
    table(f, value, type, ranges, first.first, Number(span), otherwise);
    return;
  }
  if (ranges.length === 1) {
    f.b.branch(within(value, type, first), first.block, otherwise);
    return;
  }
  const middle = ranges.length >> 1;
  const upper = ranges[middle];
  if (upper === undefined) throw new Error('an empty half');
  const low = f.b.newBlock();
  const high = f.b.newBlock();
  f.b.branch(binary(signed ? 'lt_s' : 'lt_u', type, value, int(type, upper.first)), low, high);
  f.b.enter(low);
  dispatch(f, value, type, signed, ranges.slice(0, middle), otherwise);
  f.b.enter(high);
  dispatch(f, value, type, signed, ranges.slice(middle), otherwise);
}

function within(value: IrExpr, type: IntValueType, range: Range): IrExpr {
  if (range.first === range.last) return binary('eq', type, value, int(type, range.first));
  const distance = binary('sub', type, value, int(type, range.first));
  return binary('le_u', type, distance, int(type, range.last - range.first));
}

function table(
  f: Lowering,
  value: IrExpr,
  type: IntValueType,
  ranges: readonly Range[],
  base: bigint,
  size: number,
  otherwise: BlockId,
): void {
  const targets: BlockId[] = new Array<BlockId>(size).fill(otherwise);
  for (const range of ranges) {
    for (let at = range.first; at <= range.last; at++) targets[Number(at - base)] = range.block;
  }
  const index = binary('sub', type, value, int(type, base));
  if (type === 'i32') {
    f.b.end({ kind: 'table', index, targets, otherwise });
    return;
  }
  const distance = f.b.keep(index);
  const near = f.b.newBlock();
  f.b.branch(binary('lt_u', 'i64', distance, int('i64', size)), near, otherwise);
  f.b.enter(near);
  f.b.end({ kind: 'table', index: cast('i32.wrap', 'i32', distance), targets, otherwise });
}
