/** Typed expressions, lvalues and initialisers as nodes of text. The type stands behind the colon. */
import type { Span } from '../../ast.js';
import type { TreeNode } from '../../tree-text.js';
import type { Expr, Global, InitStep, LValue } from '../../typed.js';
import { spelled } from '../../spell-type.js';
import type { LocalNames } from './local-names.js';
import { statementNode } from './typed-statement.js';

const SHOWN_BYTES = 48;

export function expressionNode(role: string, e: Expr, names: LocalNames): TreeNode {
  const node = (words: string, ...children: readonly TreeNode[]): TreeNode => ({
    role,
    text: `${words} : ${spelled(e.type)}`,
    span: e.span,
    children,
  });
  const expr = (part: string, x: Expr): TreeNode => expressionNode(part, x, names);
  const place = (part: string, x: LValue): TreeNode => placeNode(part, x, names);
  switch (e.kind) {
    case 'int':
      return node(`int ${e.value}`);
    case 'float':
      return node(`float ${Object.is(e.value, -0) ? '-0' : e.value}`);
    case 'load':
      return node('load', place('', e.from));
    case 'address':
      return node('address', place('', e.of));
    case 'function-address':
      return node(`function-address ${e.function.name}`);
    case 'label-address':
      return node(`label-address ${e.label}`);
    case 'convert':
      return node(e.explicit ? 'convert (cast)' : 'convert', expr('', e.operand));
    case 'negate':
    case 'complement':
    case 'not':
      return node(e.kind, expr('', e.operand));
    case 'arith':
    case 'compare':
      return node(`${e.kind} ${e.op}`, expr('', e.left), expr('', e.right));
    case 'and':
    case 'or':
    case 'comma':
      return node(e.kind, expr('', e.left), expr('', e.right));
    case 'pointer-add': {
      const { pointer, index, scale } = e;
      if (typeof scale === 'number')
        return node(`pointer-add scale ${scale}`, expr('', pointer), expr('', index));
      return node('pointer-add', expr('', pointer), expr('', index), expr('scale', scale));
    }
    case 'pointer-difference':
      return node(`pointer-difference scale ${e.scale}`, expr('', e.left), expr('', e.right));
    case 'conditional':
      return node(
        e.kind,
        expr('test', e.test),
        expr('then', e.then),
        expr('otherwise', e.otherwise),
      );
    case 'elvis':
      return node(
        e.kind,
        expr('test', e.test),
        expr('value', e.value),
        expr('otherwise', e.otherwise),
      );
    case 'once':
      return node(e.kind);
    case 'assign':
      return node(e.kind, place('to', e.to), expr('value', e.value));
    case 'compound-assign':
      return node(
        e.postfix ? 'compound-assign, the old value' : e.kind,
        place('to', e.to),
        expr('value', e.value),
      );
    case 'call': {
      const args = e.args.map((arg) => expr('', arg));
      if (e.callee.kind === 'direct') return node(`call ${e.callee.function.name}`, ...args);
      return node('call', expr('callee', e.callee.pointer), ...args);
    }
    case 'builtin':
      return node(`builtin ${e.name}`, ...e.args.map((arg) => expr('', arg)));
    case 'va-start':
    case 'va-end':
    case 'va-arg':
      return node(e.kind, expr('', e.list));
    case 'va-copy':
      return node(e.kind, expr('to', e.to), expr('from', e.from));
    case 'statement': {
      const body = statementNode('', e.body, names);
      return e.result === null
        ? node('statement-expression', body)
        : node('statement-expression', body, expr('result', e.result));
    }
  }
}

export function placeNode(role: string, x: LValue, names: LocalNames): TreeNode {
  const node = (words: string, ...children: readonly TreeNode[]): TreeNode => ({
    role,
    text: `${words} : ${spelled(x.type)}`,
    span: x.span,
    children,
  });
  switch (x.kind) {
    case 'local':
      return node(`local ${names.of(x.local)}`);
    case 'global':
      return node(`global ${x.global.symbol}`);
    case 'deref':
      return node('deref', expressionNode('', x.pointer, names));
    case 'field':
      return node(
        `field ${x.field.name ?? '<anonymous>'} at ${x.offset}`,
        placeNode('', x.base, names),
      );
    case 'bitfield':
      return node(
        `bitfield ${x.field.name ?? '<anonymous>'}: bits ${x.bitOffset} to ${x.bitOffset + x.bitWidth - 1} ` +
          `of the ${x.unit} bytes at ${x.offset}`,
        placeNode('', x.base, names),
      );
    case 'compound-literal':
      return node(
        `compound-literal ${names.of(x.local)}`,
        ...x.init.map((step) => initNode(step, x.span, names)),
      );
    case 'temporary':
      return node(`temporary ${names.of(x.local)}`, expressionNode('value', x.value, names));
    case 'string':
      return node(`string ${bytesText(x.global)}`);
  }
}

export function initNode(step: InitStep, span: Span, names: LocalNames): TreeNode {
  const to = placeNode('to', step.to, names);
  switch (step.kind) {
    case 'zero':
      return { role: '', text: 'zero', span, children: [to] };
    case 'store': {
      const value = expressionNode('value', step.value, names);
      return { role: '', text: 'store', span, children: [to, value] };
    }
    case 'bytes':
      return { role: '', text: `bytes ${quoted(step.bytes)}`, span, children: [to] };
  }
}

function bytesText({ init }: Global): string {
  return init === null ? '""' : quoted(init.bytes);
}

/** Bytes as C would quote them, without the zero at the end, and no longer than a line. */
function quoted(bytes: Uint8Array): string {
  const end = bytes.at(-1) === 0 ? bytes.length - 1 : bytes.length;
  const shown = bytes.subarray(0, Math.min(end, SHOWN_BYTES));
  const text = Array.from(shown, (byte) => {
    if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
    return byte >= 0x20 && byte < 0x7f
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, '0')}`;
  }).join('');
  return `"${text}"${end > SHOWN_BYTES ? ` and ${end - SHOWN_BYTES} bytes more` : ''}`;
}
