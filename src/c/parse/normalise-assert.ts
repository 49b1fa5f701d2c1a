/** `_Static_assert(condition, "message");` wherever it stands (C11 6.7.10; the message may be missing). */
import { walkStrings } from './literals.js';
import { expressionFragment } from './normalise-expression.js';
import type { Normaliser } from './normaliser.js';

export function isStaticAssert(n: Normaliser): boolean {
  return n.is('_Static_assert');
}

/** Prints `as` in its place, and keeps the assertion as a note under its first token. */
export function walkStaticAssert(n: Normaliser, as: readonly string[]): void {
  const first = n.at;
  n.at++;
  n.skip('(');
  const condition = expressionFragment(n, false);
  let message: string | null = null;
  if (n.is(',')) {
    n.skip(',');
    if (!n.isString()) n.expected('a string');
    message = walkStrings(n);
  }
  n.skip(')');
  n.skip(';');
  const last = n.at - 1;
  n.notes.statements.set(first, { kind: 'static-assert', condition, message, first, last });
  for (const text of as) n.out.emit(text, first, last);
}
