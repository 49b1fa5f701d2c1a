/** Declarations and function definitions, at file scope, in blocks and in `for` (C11 6.7, 6.9). */
import { asmWords } from './keywords.js';
import { walkDeclarator } from './normalise-declarators.js';
import { walkInitializer } from './normalise-expression.js';
import { emitSpecifiers, walkAttributes, walkSpecifiers } from './normalise-specifiers.js';
import { walkCompound } from './normalise-statement.js';
import type { AttributeNote, Fragment, SpecifierNote } from './notes.js';
import type { Normaliser } from './normaliser.js';

export function walkDeclaration(n: Normaliser, where: 'file' | 'block' | 'for'): void {
  const specifier = walkSpecifiers(n);
  if (n.is(';')) {
    const { first } = specifier;
    const last = n.at;
    n.at++;
    n.notes.statements.set(first, { kind: 'bare-declaration', specifier, first, last });
    n.out.emit(';', first, last);
    return;
  }
  emitSpecifiers(n, specifier);
  for (;;) {
    if (walkInitDeclarator(n, specifier, where)) return;
    if (!n.is(',')) break;
    n.take(',');
  }
  n.take(';');
}

/** `asm("name")` behind a declarator is kept as an attribute. */
function walkAsmName(n: Normaliser, into: AttributeNote[]): void {
  const first = n.at;
  n.at++;
  n.skip('(');
  const start = n.at;
  while (n.isString()) n.at++;
  if (n.at === start) n.expected('a string');
  const end = n.at - 1;
  n.skip(')');
  const args = [{ kind: 'token', first: start, last: end } as const];
  into.push({ name: 'asm', args, first, last: n.at - 1 });
}

/** True where it was the whole of a function definition. */
function walkInitDeclarator(
  n: Normaliser,
  specifier: SpecifierNote,
  where: 'file' | 'block' | 'for',
): boolean {
  const attributes: AttributeNote[] = [];
  const { name, params, identifierList } = walkDeclarator(n, 'named', attributes);
  if (name < 0) {
    if (n.failure === null) n.expected('a name');
    return true;
  }
  // C11 6.2.1p7: the name is known in its own initialiser.
  n.scopes.declare(n.textAt(name), specifier.storage === 'typedef');
  if (asmWords.has(n.peek())) walkAsmName(n, attributes);
  const isFirst = specifier.declarators.length === 0;
  if (isFirst && params !== null && where !== 'for' && (n.is('{') || identifierList)) {
    if (n.is('{') || n.startsType()) {
      n.scopes.enter(params);
      const oldStyleParams = n.is('{') ? null : walkOldStyleParams(n);
      specifier.declarators.push({ name, attributes, oldStyleParams });
      walkCompound(n);
      n.scopes.leave();
      return true;
    }
  }
  walkAttributes(n, attributes);
  specifier.declarators.push({ name, attributes, oldStyleParams: null });
  if (n.is('=')) {
    n.take('=');
    walkInitializer(n);
  }
  return false;
}

function walkOldStyleParams(n: Normaliser): Fragment {
  return n.fragment(
    '{',
    () => {
      while (n.startsType()) walkDeclaration(n, 'for');
    },
    '}',
  );
}
