/**
 * Expressions and initialisers (C11 6.5, 6.7.9). The walk knows one thing about an expression, whether an operand or an
 * operator comes next; that settles what `(`, `&&` and `*` are. Names and constants are printed as the constant `0`, which
 * the grammar cannot take for a type; a name that is assigned to is printed as `x`, because the grammar wants one there.
 * Postfix `++` is printed as an index, since the grammar gives it the precedence of the prefix operators.
 */
import { alignofWords, isReserved } from './keywords.js';
import { walkStrings } from './literals.js';
import { walkTypeName } from './normalise-declarators.js';
import { walkCompound } from './normalise-statement.js';
import type { AtomNote, Fragment, PathNote } from './notes.js';
import type { Normaliser } from './normaliser.js';

const assignments: ReadonlySet<string> = new Set([
  '=',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '<<=',
  '>>=',
  '&=',
  '|=',
  '^=',
]);

const binaries: ReadonlySet<string> = new Set([
  ...['+', '-', '*', '/', '%', '<<', '>>', '&', '|', '^'],
  ...['<', '>', '<=', '>=', '==', '!=', '&&', '||'],
]);

const prefixes: ReadonlySet<string> = new Set(['+', '-', '*', '&', '~', '!', '++', '--']);

export function expressionFragment(n: Normaliser, allowComma: boolean): Fragment {
  return n.fragment('(', () => walkExpression(n, allowComma), ') ;');
}

export function typeFragment(n: Normaliser): Fragment {
  return n.fragment('sizeof (', () => walkTypeName(n), ') ;');
}

/** One expression, up to the first token that cannot continue it. */
export function walkExpression(n: Normaliser, allowComma: boolean): void {
  if (!n.enter()) return;
  let questions = 0;
  for (;;) {
    if (!walkOperand(n)) return;
    // Now operators, until one asks for another operand.
    operators: for (;;) {
      const text = n.peek();
      switch (text) {
        case '(':
          walkCall(n);
          continue operators;
        case '[':
          walkIndex(n);
          continue operators;
        case '.':
        case '->':
          n.take(text);
          if (!n.isName()) n.expected('the name of a member');
          else n.replace('x');
          continue operators;
        case '++':
        case '--':
          n.out.emit('[', n.at);
          n.out.emit('0', n.at);
          n.replace(']');
          continue operators;
        case '?':
          n.take('?');
          if (n.is(':')) n.take(':');
          else questions++;
          break operators;
        case ':':
          if (questions === 0) {
            n.leave();
            return;
          }
          questions--;
          n.take(':');
          break operators;
        case ',':
          if (!allowComma && questions === 0) {
            n.leave();
            return;
          }
          n.take(',');
          break operators;
        default:
          if (binaries.has(text) || assignments.has(text)) {
            n.take(text);
            break operators;
          }
          if (questions > 0) n.expected("':'");
          n.leave();
          return;
      }
    }
  }
}

/** Prefix operators and casts, then one operand; false after a failure. */
function walkOperand(n: Normaliser): boolean {
  for (;;) {
    const text = n.peek();
    if (prefixes.has(text)) {
      n.take(text);
      continue;
    }
    if (text === '(') {
      if (n.startsType(n.at + 1)) {
        if (walkCast(n)) continue;
      } else walkParentheses(n);
      return n.failure === null;
    }
    if (text === '&&') {
      walkLabelAddress(n);
      return n.failure === null;
    }
    const kind = text === '' ? undefined : n.tokens.kindAt(n.at);
    switch (kind) {
      case 'number':
      case 'character':
        n.replace('0');
        return true;
      case 'string': {
        const first = n.at;
        walkStrings(n);
        return atom(n, { kind: 'string', first, last: n.at - 1 });
      }
      case 'identifier':
        if (text === '__extension__') {
          n.at++;
          continue;
        }
        if (text === '__real__' || text === '__real' || text === '__imag__' || text === '__imag') {
          n.replace('*');
          continue;
        }
        if (text === 'sizeof' || alignofWords.has(text)) {
          if (walkSizeof(n)) continue;
          return n.failure === null;
        }
        return walkWord(n, text);
      case 'punctuator':
      case 'other':
      case undefined:
        n.expected('an expression');
        return false;
    }
  }
}

/** A name, or a builtin that is no function. */
function walkWord(n: Normaliser, text: string): boolean {
  switch (text) {
    case '__builtin_offsetof':
      return walkOffsetof(n);
    case '__builtin_types_compatible_p':
      return walkTypesCompatible(n);
    case '__builtin_va_arg':
      return walkVaArg(n);
    case '_Generic':
      return walkGeneric(n);
    case '__builtin_convertvector':
    case '__builtin_tgmath':
      n.unsupported('builtin', text);
      return false;
    default:
  }
  if (isReserved(text) || n.scopes.isType(text)) {
    n.expected('an expression');
    return false;
  }
  n.replace(assignments.has(n.peek(1)) ? 'x' : '0');
  return true;
}

function atom(n: Normaliser, note: AtomNote): boolean {
  n.notes.atoms.set(note.first, note);
  n.out.emit('0', note.first, note.last);
  return n.failure === null;
}

/** At `(` before a type: a cast (true, its operand follows) or a compound literal. */
function walkCast(n: Normaliser): boolean {
  n.take('(');
  walkTypeName(n);
  n.take(')');
  if (!n.is('{')) return true;
  walkInitializer(n);
  return false;
}

function walkParentheses(n: Normaliser): void {
  n.take('(');
  if (n.is('{')) walkCompound(n);
  else walkExpression(n, true);
  n.take(')');
}

/** `&&label`, GNU. */
function walkLabelAddress(n: Normaliser): void {
  const first = n.at;
  n.at++;
  if (!n.isName()) {
    n.expected('a label');
    return;
  }
  const label = n.peek();
  n.at++;
  atom(n, { kind: 'label-address', label, first, last: n.at - 1 });
}

/** `sizeof` and its kin; true where an expression is to follow. */
function walkSizeof(n: Normaliser): boolean {
  const open = n.at + 1;
  if (n.textAt(open) === '(' && n.startsType(open + 1)) {
    // `sizeof (T){…}` is the size of a compound literal (C11 6.5.3p1).
    if (n.textAt(n.pastGroup(open)) !== '{') {
      n.out.emit('(', n.at);
      n.replace('sizeof');
      n.take('(');
      walkTypeName(n);
      n.take(')');
      n.out.emit(')', n.at - 1);
      return false;
    }
  }
  n.replace('sizeof');
  return true;
}

function walkCall(n: Normaliser): void {
  n.take('(');
  if (!n.is(')')) {
    for (;;) {
      walkExpression(n, false);
      if (!n.is(',')) break;
      n.take(',');
    }
  }
  n.take(')');
}

/** The grammar has no comma operator between brackets: parentheses are put around it. */
function walkIndex(n: Normaliser): void {
  n.take('[');
  const open = n.out.reserve(n.at);
  walkExpression(n, false);
  if (n.is(',')) {
    open('(');
    while (n.is(',')) {
      n.take(',');
      walkExpression(n, false);
    }
    n.out.emit(')', n.at);
  }
  n.take(']');
}

function walkOffsetof(n: Normaliser): boolean {
  const first = n.at;
  n.at++;
  n.skip('(');
  const type = typeFragment(n);
  n.skip(',');
  const path: PathNote[] = [];
  for (;;) {
    const start = n.at;
    if (n.is('[') && path.length > 0) {
      n.skip('[');
      const fragment = expressionFragment(n, true);
      n.skip(']');
      path.push({ kind: 'index', name: '', fragment, first: start, last: n.at - 1 });
    } else {
      if (path.length > 0) n.skip('.');
      if (!n.isName()) {
        n.expected('the name of a member');
        break;
      }
      path.push({ kind: 'field', name: n.peek(), fragment: null, first: start, last: n.at });
      n.at++;
    }
    if (!n.is('.') && !n.is('[')) break;
  }
  n.skip(')');
  return atom(n, { kind: 'offsetof', type, path, first, last: n.at - 1 });
}

/** A type name; anything else fails. */
function walkOwnType(n: Normaliser): Fragment {
  if (!n.startsType()) n.expected('a type');
  return typeFragment(n);
}

function walkTypesCompatible(n: Normaliser): boolean {
  const first = n.at;
  n.at++;
  n.skip('(');
  const left = walkOwnType(n);
  n.skip(',');
  const right = walkOwnType(n);
  n.skip(')');
  return atom(n, { kind: 'types-compatible', left, right, first, last: n.at - 1 });
}

function walkVaArg(n: Normaliser): boolean {
  const first = n.at;
  n.at++;
  n.skip('(');
  const list = expressionFragment(n, false);
  n.skip(',');
  const type = walkOwnType(n);
  n.skip(')');
  return atom(n, { kind: 'va-arg', list, type, first, last: n.at - 1 });
}

function walkGeneric(n: Normaliser): boolean {
  const first = n.at;
  n.at++;
  n.skip('(');
  const control = expressionFragment(n, false);
  const cases: { type: Fragment | null; value: Fragment }[] = [];
  while (n.is(',')) {
    n.skip(',');
    let type: Fragment | null = null;
    if (n.is('default')) n.at++;
    else type = walkOwnType(n);
    n.skip(':');
    cases.push({ type, value: expressionFragment(n, false) });
  }
  n.skip(')');
  return atom(n, { kind: 'generic', control, cases, first, last: n.at - 1 });
}

/** An initialiser: an expression, or a list in braces. */
export function walkInitializer(n: Normaliser): void {
  if (!n.is('{')) {
    walkExpression(n, false);
    return;
  }
  if (!n.enter()) return;
  n.take('{');
  while (!n.is('}') && !n.is('')) {
    walkDesignation(n);
    walkInitializer(n);
    if (!n.is(',')) break;
    n.take(',');
  }
  n.take('}');
  n.leave();
}

/** `.a[1] =`, `[1 ... 2] =`, and the old forms `a:` and `[1]` without `=`. */
function walkDesignation(n: Normaliser): void {
  if (n.isName() && n.peek(1) === ':') {
    n.out.emit('.', n.at);
    n.replace('x');
    n.replace('=');
    return;
  }
  if (!n.is('.') && !n.is('[')) return;
  let count = 0;
  let isIndex = false;
  while (n.is('.') || n.is('[')) {
    count++;
    isIndex = n.is('[');
    if (!isIndex) {
      n.take('.');
      if (!n.isName()) n.expected('the name of a member');
      else n.replace('x');
    } else {
      n.take('[');
      walkExpression(n, false);
      if (n.is('...')) {
        n.take('...');
        walkExpression(n, false);
      }
      n.take(']');
    }
  }
  if (n.is('=')) n.take('=');
  else if (count === 1 && isIndex) n.out.emit('=', n.at - 1);
  else n.expected("'='");
}
