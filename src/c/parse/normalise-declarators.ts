/**
 * Declarators, abstract declarators and type names (C11 6.7.6, 6.7.7). Their structure is left to tree-sitter; here the
 * declared name is found, the qualifiers are taken off, and parameters are declared in a scope of their own.
 */
import type { Qualifiers, Storage } from '../ast.js';
import { walkExpression } from './normalise-expression.js';
import {
  emitSpecifiers,
  walkAttributes,
  walkQualifiers,
  walkSpecifiers,
} from './normalise-specifiers.js';
import type { AttributeNote, QualifierNote, SpecifierNote } from './notes.js';
import type { Normaliser } from './normaliser.js';
import type { Frame } from './scopes.js';

/** `named`: a declaration; `member`: a struct's, which may be an unnamed bit-field; `param`: with a name or without. */
export type DeclaratorMode = 'named' | 'member' | 'param' | 'abstract';

export interface WalkedDeclarator {
  /** Token of the declared name, or -1. */
  name: number;
  /** Scope of the first parameter list behind the name: if this is a function, its parameters. */
  params: Frame | null;
  /** That list only names them (C11 6.7.6.3p3). */
  identifierList: boolean;
}

export function walkDeclarator(
  n: Normaliser,
  mode: DeclaratorMode,
  attributes: AttributeNote[],
): WalkedDeclarator {
  const found: WalkedDeclarator = { name: -1, params: null, identifierList: false };
  walkNested(n, mode, attributes, found);
  return found;
}

function walkNested(
  n: Normaliser,
  mode: DeclaratorMode,
  attributes: AttributeNote[],
  found: WalkedDeclarator,
): void {
  if (!n.enter()) return;
  walkAttributes(n, attributes);
  while (n.is('*')) {
    const star = n.at;
    n.take('*');
    n.notes.qualifiers.set(star, walkQualifiers(n));
  }
  if (mode !== 'abstract' && n.isName()) {
    found.name = n.at;
    n.replace('x');
  } else if (n.is('(') && !(mayBeAbstract(mode) && opensParameters(n))) {
    walkParenthesised(n, mode, attributes, found);
  } else if (mode === 'member' && n.is(':')) n.out.emit('x', n.at);
  else if (!mayBeAbstract(mode)) n.expected('a name');
  walkSuffixes(n, found);
  n.leave();
}

/**
 * A declarator in parentheses. They are printed only where they matter, before `*`: in `int f(int (x))` the grammar might
 * take `(x)` for parameters.
 */
function walkParenthesised(
  n: Normaliser,
  mode: DeclaratorMode,
  attributes: AttributeNote[],
  found: WalkedDeclarator,
): void {
  const first = n.at;
  n.skip('(');
  walkAttributes(n, attributes);
  const matter = n.is('*');
  if (matter) n.out.emit('(', first);
  walkNested(n, mode, attributes, found);
  if (matter) n.take(')');
  else n.skip(')');
}

function mayBeAbstract(mode: DeclaratorMode): boolean {
  return mode === 'param' || mode === 'abstract';
}

/** At `(` where a declarator may be abstract: parameters, not a declarator in parentheses (C11 6.7.6.3p11). */
function opensParameters(n: Normaliser): boolean {
  return n.peek(1) === ')' || n.startsType(n.at + 1);
}

function union(a: Qualifiers, b: Qualifiers): Qualifiers {
  return {
    const: a.const || b.const,
    volatile: a.volatile || b.volatile,
    restrict: a.restrict || b.restrict,
    atomic: a.atomic || b.atomic,
  };
}

function walkSuffixes(n: Normaliser, found: WalkedDeclarator): void {
  for (;;) {
    if (n.is('[')) {
      const bracket = n.at;
      n.take('[');
      const before = walkQualifiers(n);
      const promise: AttributeNote[] = [];
      if (n.is('static')) {
        // `[static n]` (C11 6.7.6.3p7) is kept as an attribute of the array.
        promise.push({ name: 'static', args: [], first: n.at, last: n.at });
        n.at++;
      }
      const after = walkQualifiers(n);
      const note: QualifierNote = {
        qualifiers: union(before.qualifiers, after.qualifiers),
        attributes: [...before.attributes, ...promise, ...after.attributes],
      };
      n.notes.qualifiers.set(bracket, note);
      if (n.is('*') && n.peek(1) === ']') n.at++;
      if (!n.is(']') || promise.length > 0) walkExpression(n, false);
      n.take(']');
    } else if (n.is('(')) {
      const own = found.params === null;
      const list = walkParameters(n);
      if (own) {
        found.params = list.frame;
        found.identifierList = list.identifierList;
      }
    } else return;
  }
}

function walkParameters(n: Normaliser): { frame: Frame; identifierList: boolean } {
  const open = n.at;
  n.take('(');
  n.scopes.enter();
  let identifierList = false;
  if (n.isName() && !n.startsType()) {
    identifierList = true;
    const names: number[] = [];
    for (;;) {
      if (!n.isName() || n.startsType()) {
        n.expected('a name');
        break;
      }
      names.push(n.at);
      n.scopes.declare(n.peek(), false);
      n.at++;
      if (!n.is(',')) break;
      n.at++;
    }
    n.notes.identifierLists.set(open, names);
  } else if (!n.is(')')) {
    for (;;) {
      if (n.is('...')) n.take('...');
      else walkParameter(n);
      if (n.is(';')) {
        n.unsupported('forward-parameter');
      }
      if (!n.is(',')) break;
      n.take(',');
    }
  }
  n.take(')');
  return { frame: n.scopes.leave(), identifierList };
}

function walkParameter(n: Normaliser): void {
  if (!n.startsType()) {
    n.expected('a parameter');
    return;
  }
  const specifier = walkSpecifiers(n);
  refuseStorage(n, specifier, 'register');
  emitSpecifiers(n, specifier);
  const attributes: AttributeNote[] = [];
  const { name } = walkDeclarator(n, 'param', attributes);
  walkAttributes(n, attributes);
  specifier.declarators.push({ name, attributes, oldStyleParams: null });
  if (name >= 0) n.scopes.declare(n.textAt(name), false);
}

/** Parameters, members and type names have no storage class (C11 6.7.2.1, 6.7.6.3p2, 6.7.7). */
export function refuseStorage(n: Normaliser, specifier: SpecifierNote, but: Storage): void {
  const { storage, inline, threadLocal } = specifier;
  const word = storage ?? (inline ? 'inline' : threadLocal ? '_Thread_local' : null);
  if (word === null || word === but) return;
  n.fail(`'${word}' does not belong here`, 'bad-input', specifier.first);
}

/** A type name (C11 6.7.7) up to whatever follows it. */
export function walkTypeName(n: Normaliser): void {
  const specifier = walkSpecifiers(n);
  refuseStorage(n, specifier, null);
  emitSpecifiers(n, specifier);
  const attributes: AttributeNote[] = [];
  walkDeclarator(n, 'abstract', attributes);
  specifier.declarators.push({ name: -1, attributes, oldStyleParams: null });
}
