/** A typed function as indented text: what `c/check` hands to `ir/`, every conversion and lvalue of it. */
import { treeText, type TreeNode } from '../../tree-text.js';
import type { Local, TypedFunction } from '../../typed.js';
import { spelled } from '../../spell-type.js';
import { LocalNames } from './local-names.js';
import { statementNode } from './typed-statement.js';

export function typedText(fn: TypedFunction): string {
  const names = new LocalNames(fn.locals);
  const words = ['function', fn.ref.name, ':', spelled(fn.ref.type), fn.ref.linkage];
  if (fn.inline) words.push('inline');
  if (fn.noreturn) words.push('noreturn');
  words.push(...fn.attributes.map((attribute) => `[${attribute}]`));
  const root: TreeNode = {
    role: '',
    text: words.join(' '),
    span: fn.span,
    children: [
      ...fn.locals.map((local) => localNode(local, names)),
      statementNode('', fn.body, names),
    ],
  };
  return treeText(root, fn.tokens);
}

function localNode(local: Local, names: LocalNames): TreeNode {
  const kind = local.param ? 'parameter' : 'local';
  const memory = local.addressTaken ? ' in-memory' : '';
  const text = `${kind} ${names.of(local)} : ${spelled(local.type)} align ${local.align}${memory}`;
  return { role: '', text, span: local.span, children: [] };
}
