/**
 * Statements and block items (C11 6.8; GNU labels as values, local labels, nested functions, case ranges).
 * `switch`, `case` and `default` are printed as `while (…)`: in the grammar a case swallows every statement behind it, and a
 * switch must have braces, neither of which is C. Statements that hold no structure of their own become a lone `;`.
 */
import { asmWords } from './keywords.js';
import { walkAsmStatement } from './normalise-asm.js';
import { isStaticAssert, walkStaticAssert } from './normalise-assert.js';
import { walkDeclaration } from './normalise-declaration.js';
import { walkExpression } from './normalise-expression.js';
import { isAttribute, walkAttributes } from './normalise-specifiers.js';
import type { Normaliser } from './normaliser.js';

export function walkCompound(n: Normaliser): void {
  if (!n.enter()) return;
  n.take('{');
  n.scopes.enter();
  while (!n.is('}') && !n.is('')) walkBlockItem(n);
  n.scopes.leave();
  n.take('}');
  n.leave();
}

/** Whether a declaration begins here: a typedef name before `:` is a label. */
function startsDeclaration(n: Normaliser): boolean {
  if (isStaticAssert(n)) return true;
  return n.startsType() && !isLabel(n);
}

function isLabel(n: Normaliser): boolean {
  return n.isName() && n.peek(1) === ':';
}

function walkBlockItem(n: Normaliser): void {
  if (isStaticAssert(n)) walkStaticAssert(n, [';']);
  else if (n.is('__label__')) walkLocalLabels(n);
  else if (startsDeclaration(n)) walkDeclaration(n, 'block');
  else walkStatement(n);
}

/** `__label__ a, b;` */
function walkLocalLabels(n: Normaliser): void {
  const first = n.at;
  const names: string[] = [];
  do {
    n.at++;
    if (!n.isName()) n.expected('a label');
    names.push(n.peek());
    n.at++;
  } while (n.is(','));
  n.skip(';');
  n.notes.statements.set(first, { kind: 'local-labels', names, first, last: n.at - 1 });
  n.out.emit(';', first, n.at - 1);
}

/** Attributes of labels and of empty statements (`fallthrough`) say nothing about what is executed. */
function passAttributes(n: Normaliser): void {
  walkAttributes(n, []);
}

function walkCondition(n: Normaliser): void {
  n.take('(');
  walkExpression(n, true);
  n.take(')');
}

function walkStatement(n: Normaliser): void {
  if (!n.enter()) return;
  walkOneStatement(n);
  n.leave();
}

/** A statement within another is a block of its own (C11 6.8.4p3, 6.8.5p5), braces or not. */
function walkWithin(n: Normaliser): void {
  n.scopes.enter();
  walkStatement(n);
  n.scopes.leave();
}

function walkOneStatement(n: Normaliser): void {
  const text = n.peek();
  switch (text) {
    case '{':
      walkCompound(n);
      return;
    case ';':
      n.take(';');
      return;
    case 'if':
      n.scopes.enter();
      walkIf(n);
      n.scopes.leave();
      return;
    case 'while':
    case 'switch':
      n.replace('while');
      n.scopes.enter();
      walkCondition(n);
      walkWithin(n);
      n.scopes.leave();
      return;
    case 'do':
      n.take('do');
      n.scopes.enter();
      walkWithin(n);
      n.take('while');
      walkCondition(n);
      n.scopes.leave();
      n.take(';');
      return;
    case 'for':
      walkFor(n);
      return;
    case 'case':
      walkCase(n);
      return;
    case 'default':
      n.out.emit('while', n.at);
      n.out.emit('(', n.at);
      n.out.emit('0', n.at);
      n.at++;
      if (!n.is(':')) n.expected("':'");
      n.replace(')');
      walkLabelled(n);
      return;
    case 'goto':
      walkGoto(n);
      return;
    case 'break':
    case 'continue':
      n.take(text);
      n.take(';');
      return;
    case 'return':
      n.take('return');
      if (!n.is(';')) walkExpression(n, true);
      n.take(';');
      return;
    default:
  }
  if (asmWords.has(text)) walkAsmStatement(n);
  else if (isLabel(n)) {
    n.replace('x');
    n.take(':');
    walkLabelled(n);
  } else if (isAttribute(n)) {
    const first = n.at;
    passAttributes(n);
    if (!n.is(';')) n.expected("';'");
    n.notes.statements.set(first, { kind: 'empty', first, last: n.at });
    n.out.emit(';', first, n.at);
    n.at++;
  } else {
    walkExpression(n, true);
    n.take(';');
  }
}

/** What a label stands before; before a declaration or `}` there is an empty statement (C2x, and gcc from 11 on). */
function walkLabelled(n: Normaliser): void {
  if (isAttribute(n) && !n.startsType()) passAttributes(n);
  if (n.is('}') || startsDeclaration(n)) n.out.emit(';', n.at - 1);
  else walkStatement(n);
}

/** `else if` goes on in the loop: such chains are long. What a condition declares holds for all that follows `else`. */
function walkIf(n: Normaliser): void {
  do {
    n.take('if');
    walkCondition(n);
    walkWithin(n);
    if (!n.is('else')) return;
    n.take('else');
  } while (n.is('if'));
  walkWithin(n);
}

function walkCase(n: Normaliser): void {
  const first = n.at;
  n.replace('while');
  n.out.emit('(', first);
  // A range is printed as a call with two arguments.
  const call = n.out.reserve(first);
  const open = n.out.reserve(first);
  walkExpression(n, false);
  if (n.is('...')) {
    call('0');
    open('(');
    n.notes.caseRanges.add(first);
    n.replace(',');
    walkExpression(n, false);
    n.out.emit(')', n.at);
  }
  if (!n.is(':')) n.expected("':'");
  n.replace(')');
  walkLabelled(n);
}

function walkGoto(n: Normaliser): void {
  if (n.peek(1) === '*') {
    // `goto *address;` has the shape of a return.
    n.replace('return');
    n.at++;
    walkExpression(n, true);
    n.take(';');
    return;
  }
  n.take('goto');
  if (!n.isName()) n.expected('a label');
  n.replace('x');
  n.take(';');
}

function walkFor(n: Normaliser): void {
  n.take('for');
  n.take('(');
  n.scopes.enter();
  if (n.startsType()) walkDeclaration(n, 'for');
  else {
    if (!n.is(';')) walkExpression(n, true);
    n.take(';');
  }
  if (!n.is(';')) walkExpression(n, true);
  n.take(';');
  if (!n.is(')')) walkExpression(n, true);
  n.take(')');
  walkWithin(n);
  n.scopes.leave();
}
