/** Inline assembly (GCC manual, "How to Use Inline Assembly Language in C Code"): its operands are fragments. */
import { specifierWords } from './keywords.js';
import { contents, walkStrings } from './literals.js';
import { expressionFragment } from './normalise-expression.js';
import type { AsmOperandNote } from './notes.js';
import type { Normaliser } from './normaliser.js';

export function walkAsmStatement(n: Normaliser): void {
  const first = n.at;
  n.at++;
  let isVolatile = false;
  let isGoto = false;
  for (;;) {
    const word = specifierWords.get(n.peek());
    if (word?.is === 'qualifier' && word.qualifier === 'volatile') isVolatile = true;
    else if (n.is('goto')) isGoto = true;
    else if (word?.is !== 'inline') break;
    n.at++;
  }
  n.skip('(');
  if (!n.isString()) n.expected('the text of an asm');
  const template = walkStrings(n);
  const outputs: AsmOperandNote[] = [];
  const inputs: AsmOperandNote[] = [];
  const clobbers: string[] = [];
  const labels: string[] = [];
  const sections = [
    () => walkOperands(n, outputs),
    () => walkOperands(n, inputs),
    () => walkClobbers(n, clobbers),
    ...(isGoto ? [() => walkLabels(n, labels)] : []),
  ];
  let empty = false;
  for (const section of sections) {
    if (empty) {
      // `::` is one token.
      empty = false;
      section();
      continue;
    }
    if (!n.is(':') && !n.is('::')) break;
    empty = n.is('::');
    n.at++;
    if (!empty) section();
  }
  n.skip(')');
  n.skip(';');
  const last = n.at - 1;
  n.notes.statements.set(first, {
    kind: 'asm',
    volatile: isVolatile,
    template,
    outputs,
    inputs,
    clobbers,
    labels,
    first,
    last,
  });
  n.out.emit(';', first, last);
}

function atSectionEnd(n: Normaliser): boolean {
  return n.is(':') || n.is('::') || n.is(')') || n.is('');
}

function walkOperands(n: Normaliser, into: AsmOperandNote[]): void {
  if (atSectionEnd(n)) return;
  for (;;) {
    let name: string | null = null;
    if (n.is('[')) {
      n.skip('[');
      if (!n.isName()) n.expected('a name');
      name = n.peek();
      n.at++;
      n.skip(']');
    }
    if (!n.isString()) n.expected('a constraint');
    const constraint = walkStrings(n);
    n.skip('(');
    const value = expressionFragment(n, true);
    n.skip(')');
    into.push({ name, constraint, value });
    if (!n.is(',')) return;
    n.skip(',');
  }
}

function walkClobbers(n: Normaliser, into: string[]): void {
  if (atSectionEnd(n)) return;
  for (;;) {
    if (!n.isString()) n.expected('a clobber');
    into.push(contents(n.peek()));
    n.at++;
    if (!n.is(',')) return;
    n.skip(',');
  }
}

function walkLabels(n: Normaliser, into: string[]): void {
  if (atSectionEnd(n)) return;
  for (;;) {
    if (!n.isName()) n.expected('a label');
    into.push(n.peek());
    n.at++;
    if (!n.is(',')) return;
    n.skip(',');
  }
}
