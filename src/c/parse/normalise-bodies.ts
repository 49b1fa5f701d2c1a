/** The braces behind `struct`, `union` and `enum` (C11 6.7.2.1, 6.7.2.2), each a fragment of its own. */
import { refuseStorage, walkDeclarator } from './normalise-declarators.js';
import { walkExpression } from './normalise-expression.js';
import { emitSpecifiers, walkAttributes, walkSpecifiers } from './normalise-specifiers.js';
import { isStaticAssert, walkStaticAssert } from './normalise-assert.js';
import type { AttributeNote, Fragment } from './notes.js';
import type { Normaliser } from './normaliser.js';

export function walkRecordBody(n: Normaliser): Fragment {
  return n.fragment(
    'struct x',
    () => {
      if (!n.enter()) return;
      n.take('{');
      while (!n.is('}') && !n.is('')) walkMember(n);
      n.take('}');
      n.leave();
    },
    'x ;',
  );
}

function walkMember(n: Normaliser): void {
  if (n.is(';')) {
    // GNU: a stray semicolon.
    n.at++;
    return;
  }
  if (isStaticAssert(n)) {
    walkStaticAssert(n, ['charptr_t', ';']);
    return;
  }
  if (!n.startsType()) {
    n.expected('a member');
    return;
  }
  const specifier = walkSpecifiers(n);
  refuseStorage(n, specifier, null);
  emitSpecifiers(n, specifier);
  while (!n.is(';') && !n.is('}') && !n.is('')) {
    const attributes: AttributeNote[] = [];
    walkAttributes(n, attributes);
    const { name } = walkDeclarator(n, 'member', attributes);
    if (n.is(':')) {
      n.take(':');
      walkExpression(n, false);
    }
    walkAttributes(n, attributes);
    specifier.declarators.push({ name, attributes, oldStyleParams: null });
    if (!n.is(',')) break;
    n.take(',');
  }
  // gcc lets the last semicolon of a struct be missing.
  if (n.is('}')) n.out.emit(';', n.at - 1);
  else n.take(';');
}

export function walkEnumBody(n: Normaliser): Fragment {
  return n.fragment(
    'enum x',
    () => {
      if (!n.enter()) return;
      n.take('{');
      while (!n.is('}') && !n.is('')) {
        if (!n.isName()) {
          n.expected('the name of an enumerator');
          break;
        }
        const at = n.at;
        const name = n.peek();
        n.replace('x');
        const attributes: AttributeNote[] = [];
        walkAttributes(n, attributes);
        if (attributes.length > 0) n.notes.enumeratorAttributes.set(at, attributes);
        if (n.is('=')) {
          n.take('=');
          walkExpression(n, false);
        }
        // C11 6.2.1p7: visible from here on.
        n.scopes.declare(name, false);
        if (!n.is(',')) break;
        n.take(',');
      }
      n.take('}');
      n.leave();
    },
    'x ;',
  );
}
