/**
 * Initialisers (C11 6.7.9): braces, brace elision, designators (nested, GNU ranges), strings, flexible array members. The
 * result is a tree that says which part of the object gets which value; `static-init.ts` makes bytes of it,
 * `local-init.ts` stores. Where parts are initialised twice the later one counts and the earlier is dropped, as gcc does.
 */
import type { Designator, Expr as Syntax, InitItem, Initializer, Span } from '../ast.js';
import type { CType } from '../types.js';
import { isScalar, isVariableSize } from './basic-types.js';
import { unqualified } from '../unqualified.js';
import type { Context, Operand } from './entities.js';
import { checkExpr } from './expression.js';
import { constantValue } from './constants.js';
import { assignConvert, rvalue } from './operands.js';
import { requireComplete } from './records.js';
import { spelled } from '../spell-type.js';
import { rejectVectors } from './vectors.js';
import {
  childAt,
  cloneAggregate,
  emptyAggregate,
  isAggregate,
  partType,
  setPart,
  type Aggregate,
  type InitNode,
} from './init-tree.js';
import { fromString, wholeObject } from './whole-initialiser.js';

const INITIALIZING = { assigning: 'when initializing' };

/** The tree of an initialiser for an object of the type; for an array of unknown length see `completedBy`. */
export function initTree(context: Context, type: CType, init: Initializer): InitNode {
  const { unit } = context;
  unit.enter(init.span);
  if (isVariableSize(type)) unit.reject(init.span, 'variable-sized object may not be initialized');
  if (type.kind === 'complex') unit.unsupported(init.span, 'complex');
  const node =
    init.kind === 'expr'
      ? single(context, type, init.expr)
      : list(context, type, init.items, init.span);
  unit.leave();
  return node;
}

function single(context: Context, type: CType, syntax: Syntax): InitNode {
  const direct = wholeObject(context, type, syntax, () => checkExpr(context, syntax));
  if (direct !== null) return direct;
  if (type.kind === 'array') return context.unit.reject(syntax.span, 'invalid initializer');
  const operand = rvalue(context, checkExpr(context, syntax), syntax.span);
  const expr = assignConvert(context, operand, type, syntax.span, INITIALIZING);
  return { kind: 'value', expr, type: unqualified(type), span: syntax.span };
}

/* ---------- lists ---------- */

interface Level {
  readonly node: Aggregate;
  /** Index of the next subobject, and how many there are. */
  next: number;
  readonly count: number;
}

function levelOf(node: Aggregate): Level {
  const { type } = node;
  if (type.kind === 'array')
    return { node, next: 0, count: typeof type.length === 'number' ? type.length : Infinity };
  if (type.kind !== 'record') throw new Error('no aggregate');
  const fields = type.record.layout?.fields.length ?? 0;
  return { node, next: 0, count: type.record.union ? Math.min(1, fields) : fields };
}

function list(context: Context, type: CType, items: readonly InitItem[], span: Span): InitNode {
  const { unit } = context;
  if (isScalar(type)) {
    const [only] = items;
    if (only === undefined) return unit.reject(span, 'empty scalar initializer');
    if (only.designators.length > 0) unit.reject(span, 'designator in initializer for scalar type');
    return initTree(context, type, only.value);
  }
  const [only] = items;
  if (
    type.kind === 'array' &&
    items.length === 1 &&
    only?.designators.length === 0 &&
    only.value.kind === 'expr'
  ) {
    const { expr } = only.value;
    if (expr.kind === 'string') {
      const node = fromString(context, type, expr);
      if (node !== null) return node;
    }
  }
  rejectVectors(context, span, type);
  if (type.kind !== 'array' && type.kind !== 'record')
    return unit.reject(span, 'invalid initializer');
  requireComplete(context, type.kind === 'array' ? type.of : type, span);
  const node = emptyAggregate(type, span);
  const stack: Level[] = [levelOf(node)];
  for (const item of items) {
    if (item.designators.length > 0) designated(context, stack, item);
    else undesignated(context, stack, item.value);
  }
  return node;
}

function top(stack: readonly Level[]): Level {
  const level = stack[stack.length - 1];
  if (level === undefined) throw new Error('no level');
  return level;
}

function undesignated(context: Context, stack: Level[], init: Initializer): void {
  for (;;) {
    const level = top(stack);
    if (level.next < level.count) break;
    if (stack.length === 1) {
      // gcc warns of excess elements and drops them, checked.
      if (init.kind === 'expr') checkExpr(context, init.expr);
      return;
    }
    stack.pop();
  }
  const level = top(stack);
  const index = level.next++;
  place(context, stack, level, index, index, init);
}

/** Initialises part `first` to `last` of the level; an expression that suits no aggregate goes to its first leaf. */
function place(
  context: Context,
  stack: Level[],
  level: Level,
  first: number,
  last: number,
  init: Initializer,
): void {
  const type = partType(level.node, first);
  if (init.kind === 'list' || !isAggregate(type)) {
    setPart(level.node, first, last, initTree(context, type, init));
    return;
  }
  const { expr } = init;
  let known: Operand | null = null;
  const operand = (): Operand => (known ??= checkExpr(context, expr));
  const whole = wholeObject(context, type, expr, operand);
  if (whole !== null) {
    setPart(level.node, first, last, whole);
    return;
  }
  // Brace elision (C11 6.7.9p20).
  requireComplete(context, type.kind === 'array' ? type.of : type, init.span);
  const child = emptyAggregate(type, init.span);
  setPart(level.node, first, last, child);
  const inner = levelOf(child);
  stack.push(inner);
  if (inner.count === 0) {
    undesignated(context, stack, init);
    return;
  }
  inner.next = 1;
  if (known !== null && !isAggregate(partType(child, 0))) {
    const leaf = partType(child, 0);
    const value = assignConvert(
      context,
      rvalue(context, known, expr.span),
      leaf,
      expr.span,
      INITIALIZING,
    );
    setPart(child, 0, 0, { kind: 'value', expr: value, type: unqualified(leaf), span: expr.span });
  } else {
    place(context, stack, inner, 0, 0, init);
  }
  if (last === first) return;
  // `[2 ... 3] = 1, 2`: what follows goes to the last element of the range alone (gcc).
  const { parts } = level.node;
  const range = parts.pop();
  if (range === undefined) return;
  parts.push({ ...range, last: last - 1, node: cloneAggregate(child) }, { ...range, first: last });
}

function designated(context: Context, stack: Level[], item: InitItem): void {
  stack.length = 1;
  const { designators } = item;
  for (const [i, designator] of designators.entries()) {
    const lastStep = i === designators.length - 1;
    const [first, last] =
      designator.kind === 'field'
        ? stepToField(context, stack, designator)
        : stepToIndex(context, top(stack), designator);
    const level = top(stack);
    level.next = last + 1;
    if (lastStep) {
      place(context, stack, level, first, last, item.value);
      return;
    }
    const { node } = level;
    if (last > first && node.parts.some((p) => p.first <= last && p.last >= first)) {
      eachOf(context, stack, item, i, first, last);
      return;
    }
    const type = partType(node, first);
    if (!isAggregate(type))
      context.unit.reject(
        designator.span,
        `designator in initializer for scalar type '${spelled(type)}'`,
      );
    requireComplete(context, type.kind === 'array' ? type.of : type, designator.span);
    stack.push(levelOf(childAt(node, first, last, designator.span)));
  }
}

/** `[1 ... 3].x = v` where some of these elements have values already: each keeps its own. */
function eachOf(
  context: Context,
  stack: Level[],
  item: InitItem,
  step: number,
  first: number,
  last: number,
): void {
  for (let index = first; index <= last; index++) {
    const designators = item.designators.map((designator, i): Designator => {
      if (i !== step) return designator;
      const { span } = designator;
      return {
        kind: 'index',
        first: { kind: 'number', text: String(index), span },
        last: null,
        span,
      };
    });
    designated(context, stack, { designators, value: item.value });
  }
}

function stepToField(
  context: Context,
  stack: Level[],
  designator: Designator & { readonly kind: 'field' },
): readonly [number, number] {
  const { unit } = context;
  for (;;) {
    const { type } = top(stack).node;
    if (type.kind !== 'record')
      return unit.reject(designator.span, 'field name not in record or union initializer');
    const path = fieldPath(type, designator.name);
    const [index, ...rest] = path ?? [];
    if (index === undefined) {
      return unit.reject(
        designator.span,
        `'${spelled(unqualified(type))}' has no member named '${designator.name}'`,
      );
    }
    if (rest.length === 0) return [index, index];
    const level = top(stack);
    level.next = index + 1;
    stack.push(levelOf(childAt(level.node, index, index, designator.span)));
  }
}

/** Indices of the fields that lead to the name, through anonymous members. */
function fieldPath(
  type: CType & { readonly kind: 'record' },
  name: string,
): readonly number[] | null {
  const fields = type.record.layout?.fields ?? [];
  const direct = fields.findIndex((field) => field.name === name);
  if (direct >= 0) return [direct];
  for (const [i, field] of fields.entries()) {
    if (field.name !== null || field.type.kind !== 'record') continue;
    const inner = fieldPath(field.type, name);
    if (inner !== null) return [i, ...inner];
  }
  return null;
}

const MAX_INDEX = 1n << 31n;

function stepToIndex(
  context: Context,
  level: Level,
  designator: Designator & { readonly kind: 'index' },
): readonly [number, number] {
  const { unit } = context;
  if (level.node.type.kind !== 'array')
    return unit.reject(designator.span, 'array index in non-array initializer');
  const first = constantValue(context, designator.first);
  const last = designator.last === null ? first : constantValue(context, designator.last);
  if (
    first < 0n ||
    last >= MAX_INDEX ||
    last >= BigInt(level.count === Infinity ? MAX_INDEX : level.count)
  ) {
    unit.reject(designator.span, 'array index in initializer exceeds array bounds');
  }
  if (last < first) unit.reject(designator.span, 'empty index range in initializer');
  return [Number(first), Number(last)];
}
