/**
 * Inline assembly whose template holds no instruction: a compiler barrier, or a value that the optimiser shall not see
 * through (`asm("" : "=r"(x) : "0"(y))`, `"+r"(x)`). Outputs take the value of the input tied to them. All else is unsupported.
 */
import type { AsmOperand, Span, Stmt as Syntax } from '../ast.js';
import type { Expr, LValue, Stmt } from '../typed.js';
import { isScalar, VOID } from './basic-types.js';
import { unqualified } from '../unqualified.js';
import { hasEffects, makeAddress, makeConvert, placeHasEffects, rootOf } from './build.js';
import type { Context, ValueOperand } from './entities.js';
import { checkExpr, checkValue } from './expression.js';
import { newTemporary, promote } from './operands.js';

type AsmSyntax = Syntax & { readonly kind: 'asm' };

function isEmpty(template: string): boolean {
  return template
    .replace(/^"|"$/g, '')
    .replace(/\\[nt]/g, '\n')
    .split('\n')
    .every((line) => line.trim() === '' || line.trim().startsWith('#'));
}

/** Enough of a template to recognise it by, on one line. */
function shorten(template: string): string {
  const text = template
    .replace(/\\[nt]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

export function checkAsm(context: Context, syntax: AsmSyntax): Stmt {
  const { unit } = context;
  const { span } = syntax;
  const shown = shorten(syntax.template);
  if (!isEmpty(syntax.template) || syntax.labels.length > 0) {
    unit.unsupported(span, 'asm', `"${shown}"`);
  }
  const items: Stmt[] = [];
  const sources = new Map<number, ValueOperand>();
  for (const input of syntax.inputs) {
    const tied = tiedTo(syntax, input);
    if (/^[im]*$/.test(input.constraint) && tied === null) {
      const operand = checkExpr(context, input.value);
      if (operand.kind === 'lvalue') items.push(...reached(operand.lvalue));
      continue;
    }
    const operand = checkValue(context, input.value);
    if (tied !== null) sources.set(tied, operand);
    else if (hasEffects(operand.expr)) items.push(evaluated(operand.expr));
  }
  const stores: { to: LValue; from: Expr }[] = [];
  syntax.outputs.forEach((output, i) => {
    const to = outputPlace(context, output);
    const source = sources.get(i);
    if (source !== undefined) stores.push({ to, from: convertTied(context, source, to, span) });
    // An untouched memory operand keeps its value; a register would be anything.
    else if (output.constraint.includes('=') && !/^[=&]*[mo]+$/.test(output.constraint))
      unit.unsupported(output.value.span, 'asm', `"${shown}" leaves an output without a value`);
    else items.push(...reached(to));
  });
  items.push(...parallel(context, stores, span), { kind: 'barrier', span });
  return items.length === 1 && items[0] !== undefined
    ? items[0]
    : { kind: 'block', items, locals: [], span };
}

/** An operand that stays as it is: only what finding it does is left. */
function reached(place: LValue): Stmt[] {
  return placeHasEffects(place)
    ? [evaluated(makeAddress(rootOf(place), place.type, place.span))]
    : [];
}

function evaluated(expr: Expr): Stmt {
  return { kind: 'expression', expr: makeConvert(expr, VOID, false, expr.span), span: expr.span };
}

/** `"0"` or `"[name]"`: the output whose place the input shares. */
function tiedTo(syntax: AsmSyntax, input: AsmOperand): number | null {
  const number = /^\D*(\d+)/.exec(input.constraint.replace(/\[[^\]]*\]/g, ''));
  if (number !== null) return Number(number[1]);
  const name = /\[(\w+)\]/.exec(input.constraint)?.[1];
  const index =
    name === undefined ? -1 : syntax.outputs.findIndex((output) => output.name === name);
  return index < 0 ? null : index;
}

function outputPlace(context: Context, output: AsmOperand): LValue {
  const operand = checkExpr(context, output.value);
  if (operand.kind !== 'lvalue')
    return context.unit.reject(output.value.span, 'lvalue required in asm statement');
  return operand.lvalue;
}

function convertTied(context: Context, source: ValueOperand, to: LValue, span: Span): Expr {
  if (!isScalar(to.type) || !isScalar(source.expr.type))
    return context.unit.unsupported(span, 'asm', 'an operand that is no scalar');
  return makeConvert(promote(source).expr, unqualified(to.type), true, span);
}

/** All inputs are read before any output is written. */
function parallel(
  context: Context,
  stores: readonly { readonly to: LValue; readonly from: Expr }[],
  span: Span,
): Stmt[] {
  const assign = (to: LValue, value: Expr): Stmt => ({
    kind: 'expression',
    expr: { kind: 'assign', to, value, type: unqualified(to.type), span },
    span,
  });
  if (stores.length < 2) return stores.map(({ to, from }) => assign(to, from));
  const held = stores.map(({ to, from }) => {
    const local = newTemporary(context, from.type, span);
    const place: LValue = { kind: 'local', local, type: from.type, span };
    return { to, place, from };
  });
  return [
    ...held.map(({ place, from }) => assign(place, from)),
    ...held.map(({ to, place }) =>
      assign(to, { kind: 'load', from: place, type: place.type, span }),
    ),
  ];
}
