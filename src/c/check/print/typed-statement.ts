/** Typed statements as nodes of text. */
import type { TreeNode } from '../../tree-text.js';
import type { Stmt } from '../../typed.js';
import { spelled } from '../../spell-type.js';
import type { LocalNames } from './local-names.js';
import { expressionNode, initNode } from './typed-expression.js';

export function statementNode(role: string, s: Stmt, names: LocalNames): TreeNode {
  const node = (text: string, ...children: readonly (TreeNode | null)[]): TreeNode => ({
    role,
    text,
    span: s.span,
    children: children.filter((child) => child !== null),
  });
  const statement = (part: string, x: Stmt | null): TreeNode | null =>
    x === null ? null : statementNode(part, x, names);
  switch (s.kind) {
    case 'block':
      return node('block', ...s.items.map((item) => statement('', item)));
    case 'expression':
      return expressionNode(role, s.expr, names);
    case 'declare': {
      const { local, init } = s;
      const name = `declare ${names.of(local)} : ${spelled(local.type)}`;
      if (init === null) return node(name);
      return node(name, ...init.map((step) => initNode(step, s.span, names)));
    }
    case 'declare-vla':
      return node(
        `declare-vla ${names.of(s.local)} : ${spelled(s.local.type)}`,
        expressionNode('size', s.size, names),
      );
    case 'if':
      return node(
        s.kind,
        expressionNode('test', s.test, names),
        statement('then', s.then),
        statement('otherwise', s.otherwise),
      );
    case 'while':
      return node(s.kind, expressionNode('test', s.test, names), statement('body', s.body));
    case 'do':
      return node(s.kind, statement('body', s.body), expressionNode('test', s.test, names));
    case 'for':
      return node(
        s.kind,
        statement('init', s.init),
        s.test === null ? null : expressionNode('test', s.test, names),
        s.step === null ? null : expressionNode('step', s.step, names),
        statement('body', s.body),
      );
    case 'switch':
      return node(s.kind, expressionNode('value', s.value, names), statement('body', s.body));
    case 'case': {
      const range = s.first === s.last ? `${s.first}` : `${s.first} ... ${s.last}`;
      return node(`case ${range}`, statement('', s.body));
    }
    case 'default':
      return node(s.kind, statement('', s.body));
    case 'label':
      return node(`label ${s.name}`, statement('', s.body));
    case 'goto':
      return node(`goto ${s.label}`);
    case 'computed-goto':
      return node(s.kind, expressionNode('target', s.target, names));
    case 'break':
    case 'continue':
    case 'empty':
    case 'barrier':
      return node(s.kind);
    case 'return':
      return node(s.kind, s.value === null ? null : expressionNode('', s.value, names));
  }
}
