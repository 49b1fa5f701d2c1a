/**
 * Declaration specifiers, attributes and type qualifiers (C11 6.7.1 to 6.7.5; GCC manual, "Attribute Syntax"), read from the
 * tokens: C lets them stand in any order, which the grammar does not follow. All of it is printed as one primitive type.
 * A known gap: an attribute on a label is passed over.
 */
import type { Qualifiers, Storage } from '../ast.js';
import { specifierWords } from './keywords.js';
import type { ArgumentNote, AttributeNote, SpecifierNote, SpecifierShape } from './notes.js';
import type { Normaliser } from './normaliser.js';
import { expressionFragment, typeFragment } from './normalise-expression.js';
import { walkEnumBody, walkRecordBody } from './normalise-bodies.js';

export const noQualifiers: Qualifiers = {
  const: false,
  volatile: false,
  restrict: false,
  atomic: false,
};

/** `__unused__` and `unused` are the same attribute. */
function attributeName(text: string): string {
  return text.length > 4 && text.startsWith('__') && text.endsWith('__') ? text.slice(2, -2) : text;
}

/** In an attribute a lone word is no type, even where there is a type of that name: `mode(byte)`. */
function walkArgument(n: Normaliser, mayBeType: boolean): ArgumentNote {
  const after = n.peek(1);
  const alone = after === ',' || after === ')';
  const kind = n.tokens.kindAt(n.at);
  const isWord = n.isName() && !(mayBeType && n.startsType());
  if (alone && (isWord || kind === 'number' || kind === 'string')) {
    const at = n.at++;
    return { kind: 'token', first: at, last: at };
  }
  return n.startsType()
    ? { kind: 'type', fragment: typeFragment(n) }
    : { kind: 'expr', fragment: expressionFragment(n, false) };
}

function walkArguments(n: Normaliser, mayBeType: boolean): ArgumentNote[] {
  const args: ArgumentNote[] = [];
  n.skip('(');
  if (!n.is(')')) {
    for (;;) {
      args.push(walkArgument(n, mayBeType));
      if (!n.is(',')) break;
      n.skip(',');
    }
  }
  n.skip(')');
  return args;
}

/** `__attribute__((a, b(1)))` or `_Alignas(x)` at the next token. */
export function walkAttribute(n: Normaliser, into: AttributeNote[]): void {
  const first = n.at;
  if (specifierWords.get(n.peek())?.is === 'alignas') {
    n.at++;
    const args = walkArguments(n, true);
    into.push({ name: '_Alignas', args, first, last: n.at - 1 });
    return;
  }
  n.at++;
  n.skip('(');
  n.skip('(');
  while (!n.is(')') && !n.is('')) {
    if (n.is(',')) {
      n.skip(',');
      continue;
    }
    const start = n.at;
    if (!n.isIdentifier()) {
      n.expected('the name of an attribute');
      return;
    }
    const name = attributeName(n.peek());
    n.at++;
    const args = n.is('(') ? walkArguments(n, false) : [];
    into.push({ name, args, first: start, last: n.at - 1 });
    if (!n.is(',')) break;
  }
  n.skip(')');
  n.skip(')');
}

export function isAttribute(n: Normaliser): boolean {
  return specifierWords.get(n.peek())?.is === 'attribute';
}

export function walkAttributes(n: Normaliser, into: AttributeNote[]): void {
  while (isAttribute(n)) walkAttribute(n, into);
}

/** What may stand behind `*` and before the size of an array: qualifiers, attributes, `static`. */
export function walkQualifiers(n: Normaliser): {
  qualifiers: Qualifiers;
  attributes: AttributeNote[];
} {
  let qualifiers = noQualifiers;
  const attributes: AttributeNote[] = [];
  for (;;) {
    const word = specifierWords.get(n.peek());
    if (word?.is === 'qualifier') {
      qualifiers = { ...qualifiers, [word.qualifier]: true };
      n.at++;
    } else if (word?.is === 'address-space') {
      attributes.push({ name: word.name, args: [], first: n.at, last: n.at });
      n.at++;
    } else if (word?.is === 'attribute') walkAttribute(n, attributes);
    else if (word?.is === 'extension') n.at++;
    else return { qualifiers, attributes };
  }
}

/** Everything up to the first token that cannot be a specifier. Prints the primitive type that stands for it. */
export function walkSpecifiers(n: Normaliser): SpecifierNote {
  const first = n.at;
  n.enter();
  let storage: Storage = null;
  let inline = false;
  let threadLocal = false;
  let qualifiers = noQualifiers;
  let shape: SpecifierShape | null = null;
  const words: string[] = [];
  const typeAttributes: AttributeNote[] = [];
  const attributes: AttributeNote[] = [];
  const name = (walk: () => SpecifierShape): void => {
    if (shape !== null || words.length > 0) n.fail('two types in one declaration');
    shape = walk();
  };
  const lone = (found: SpecifierShape) => (): SpecifierShape => {
    n.at++;
    return found;
  };

  specifiers: while (n.isIdentifier()) {
    const text = n.peek();
    const word = specifierWords.get(text);
    if (word === undefined) {
      if (shape !== null || words.length > 0 || !n.scopes.isType(text)) break;
      shape = { kind: 'typedef-name', name: text };
      n.at++;
      continue;
    }
    switch (word.is) {
      case 'basic':
        if (shape !== null) n.fail('two types in one declaration');
        words.push(...word.words);
        n.at++;
        break;
      case 'storage':
        if (storage !== null) n.fail('two storage classes in one declaration');
        storage = word.storage;
        n.at++;
        break;
      case 'qualifier':
        n.at++;
        qualifiers = { ...qualifiers, [word.qualifier]: true };
        // `_Atomic(T)`, C11 6.7.2.4.
        if (word.qualifier === 'atomic' && n.is('(')) name(() => walkParenthesisedType(n));
        break;
      case 'address-space':
        typeAttributes.push({ name: word.name, args: [], first: n.at, last: n.at });
        n.at++;
        break;
      case 'inline':
        inline = true;
        n.at++;
        break;
      case 'noreturn':
        attributes.push({ name: 'noreturn', args: [], first: n.at, last: n.at });
        n.at++;
        break;
      case 'thread':
        threadLocal = true;
        n.at++;
        break;
      case 'extension':
        n.at++;
        break;
      case 'attribute':
      case 'alignas':
        walkAttribute(n, attributes);
        break;
      case 'typeof':
        name(() => {
          n.at++;
          return walkParenthesisedType(n);
        });
        break;
      case 'auto-type':
        name(lone({ kind: 'auto' }));
        break;
      case 'va-list':
        name(lone({ kind: 'va-list' }));
        break;
      case 'record':
      case 'enum':
        name(() => walkTagged(n, word.is === 'enum' ? 'enum' : word.union, typeAttributes));
        break;
      default:
        break specifiers;
    }
  }
  const implied: SpecifierShape = {
    kind: 'basic',
    // No type at all: `int`, as in C90 (gcc only warns).
    words: words.length === 0 ? 'int' : words.sort().join(' '),
  };
  const last = Math.max(first, n.at - 1);
  const note: SpecifierNote = {
    first,
    last,
    storage,
    inline,
    threadLocal,
    qualifiers,
    shape: shape ?? implied,
    typeAttributes,
    attributes,
    declarators: [],
  };
  n.notes.specifiers.set(first, note);
  n.leave();
  return note;
}

/** The operand of `typeof` or `_Atomic`. */
function walkParenthesisedType(n: Normaliser): SpecifierShape {
  n.skip('(');
  const shape: SpecifierShape = n.startsType()
    ? { kind: 'typeof-type', fragment: typeFragment(n) }
    : { kind: 'typeof-expr', fragment: expressionFragment(n, true) };
  n.skip(')');
  return shape;
}

function walkTagged(
  n: Normaliser,
  what: 'enum' | boolean,
  attributes: AttributeNote[],
): SpecifierShape {
  n.at++;
  const before: AttributeNote[] = [];
  walkAttributes(n, before);
  attributes.push(...before);
  let tag: string | null = null;
  if (n.isName()) {
    tag = n.peek();
    n.at++;
  }
  if (!n.is('{') && tag === null) n.expected("a tag or '{'");
  const hasBody = n.is('{');
  if (what === 'enum') {
    const body = hasBody ? walkEnumBody(n) : null;
    if (hasBody) walkAttributes(n, attributes);
    return { kind: 'enum', tag, body };
  }
  const body = hasBody ? walkRecordBody(n) : null;
  if (hasBody) {
    attributes.push(...n.pragmas.attributesAt(n.at - 1));
    walkAttributes(n, attributes);
  }
  return { kind: 'record', union: what, tag, body };
}

/** Prints the stand-in for specifiers that were just read. */
export function emitSpecifiers(n: Normaliser, note: SpecifierNote): void {
  n.out.emit('charptr_t', note.first, note.last);
}
