/**
 * Expressions and initialisers: syntax tree → AST. The grammar's precedences are not C's in every corner, so each operand is
 * checked against the grammar of C11 6.5: a tree that passes is the only one that C allows for these tokens.
 */
import type {
  AssignOp,
  BinaryOp,
  Designator,
  Expr,
  InitItem,
  Initializer,
  UnaryOp,
} from '../ast.js';
import { buildBlock } from './build-statement.js';
import { buildTypeName } from './build-types.js';
import type { Builder } from './builder.js';
import { spanOf } from './builder.js';
import { alignofWords } from './keywords.js';
import type { AtomNote, Fragment } from './notes.js';
import type { RawNode } from './syntax-tree.js';

/** How tightly an expression binds, loosest first (C11 6.5.17 up to 6.5.1). */
const enum Rank {
  comma,
  assignment,
  conditional,
  binary, // to which the rank of the operator is added, 0 to 9
  cast = 13,
  unary,
  postfix,
  primary,
}

const binaryRanks: ReadonlyMap<string, number> = new Map(
  [
    ['||'],
    ['&&'],
    ['|'],
    ['^'],
    ['&'],
    ['==', '!='],
    ['<', '>', '<=', '>='],
    ['<<', '>>'],
    ['+', '-'],
    ['*', '/', '%'],
  ].flatMap((operators, rank) => operators.map((op): [string, number] => [op, Rank.binary + rank])),
);

function rankOf(b: Builder, node: RawNode): number {
  switch (node.type) {
    case 'comma_expression':
      return Rank.comma;
    case 'assignment_expression':
      return Rank.assignment;
    case 'conditional_expression':
      return Rank.conditional;
    case 'binary_expression':
      return binaryRanks.get(b.text(b.child(node, 1).first)) ?? Rank.comma;
    case 'cast_expression':
      return Rank.cast;
    case 'unary_expression':
    case 'pointer_expression':
    case 'update_expression':
    case 'sizeof_expression':
      return Rank.unary;
    case 'call_expression':
    case 'subscript_expression':
    case 'field_expression':
    case 'compound_literal_expression':
      return Rank.postfix;
    default:
      return Rank.primary;
  }
}

/** An operand that must bind at least as tightly as `rank`. */
function operand(b: Builder, node: RawNode, rank: number): Expr {
  if (rankOf(b, node) < rank) b.fail('this operand needs parentheses', node);
  return buildExpression(b, node);
}

/** The expression inside `( … ) ;` of a fragment. */
export function buildFragment(b: Builder, fragment: Fragment): Expr {
  return buildExpression(b, b.child(b.child(b.fragment(fragment), 0), 1));
}

/** The type inside `sizeof ( … ) ;` of a fragment. */
export function buildTypeFragment(
  b: Builder,
  fragment: Fragment,
): ReturnType<typeof buildTypeName> {
  return buildTypeName(b, b.child(b.child(b.fragment(fragment), 0), 2));
}

export function buildExpression(b: Builder, node: RawNode): Expr {
  const span = spanOf(node);
  switch (node.type) {
    case 'number_literal':
    case 'identifier':
      return buildAtom(b, node);
    case 'parenthesized_expression': {
      const inner = b.child(node, 1);
      if (inner.type === 'compound_statement') {
        return { kind: 'statement', body: buildBlock(b, inner), span };
      }
      return buildExpression(b, inner);
    }
    case 'binary_expression':
      return buildBinary(b, node);
    case 'comma_expression':
      return buildComma(b, node);
    case 'assignment_expression':
      return {
        kind: 'assign',
        op: b.text(b.child(node, 1).first) as AssignOp,
        left: operand(b, b.child(node, 0), Rank.unary),
        right: operand(b, b.child(node, 2), Rank.assignment),
        span,
      };
    case 'conditional_expression':
      return buildConditional(b, node);
    case 'unary_expression':
    case 'pointer_expression':
      return {
        kind: 'unary',
        op: unaryOp(b.text(node.first)),
        operand: operand(b, b.child(node, 1), Rank.cast),
        span,
      };
    case 'update_expression': {
      // Only prefix: postfix is printed as an index.
      const op = b.text(node.first);
      if (op !== '++' && op !== '--') b.unexpected(node, 'an expression');
      return {
        kind: 'unary',
        op: unaryOp(op),
        operand: operand(b, b.child(node, 1), Rank.unary),
        span,
      };
    }
    case 'sizeof_expression':
      return buildSizeof(b, node);
    case 'cast_expression':
      return {
        kind: 'cast',
        type: buildTypeName(b, b.child(node, 1)),
        operand: operand(b, b.child(node, 3), Rank.cast),
        span,
      };
    case 'compound_literal_expression':
      return {
        kind: 'compound-literal',
        type: buildTypeName(b, b.child(node, 1)),
        init: buildInitializer(b, b.child(node, 3)),
        span,
      };
    case 'call_expression':
      return {
        kind: 'call',
        callee: operand(b, b.child(node, 0), Rank.postfix),
        args: buildArguments(b, b.child(node, 1)),
        span,
      };
    case 'subscript_expression': {
      const base = operand(b, b.child(node, 0), Rank.postfix);
      const op = b.text(b.child(node, 1).first);
      if (op === '++' || op === '--') return { kind: 'postfix', op, operand: base, span };
      return { kind: 'index', base, index: buildExpression(b, b.child(node, 2)), span };
    }
    case 'field_expression':
      return {
        kind: 'member',
        base: operand(b, b.child(node, 0), Rank.postfix),
        name: b.text(node.last),
        arrow: b.text(b.child(node, 1).first) === '->',
        span,
      };
    default:
      b.unexpected(node, 'an expression');
      return b.nothing(node);
  }
}

function unaryOp(text: string): UnaryOp {
  if (text === '__real') return '__real__';
  if (text === '__imag') return '__imag__';
  return text as UnaryOp;
}

/** Long chains lean to the left (`a | b | c …`): they are built in a loop. */
function buildBinary(b: Builder, node: RawNode): Expr {
  const chain: RawNode[] = [];
  let leftmost = node;
  while (leftmost.type === 'binary_expression') {
    chain.push(leftmost);
    const left = b.child(leftmost, 0);
    const rank = rankOf(b, leftmost);
    if (rankOf(b, left) < rank) b.fail('this operand needs parentheses', left);
    leftmost = left;
  }
  let left = buildExpression(b, leftmost);
  for (const link of chain.reverse()) {
    left = {
      kind: 'binary',
      op: b.text(b.child(link, 1).first) as BinaryOp,
      left,
      right: operand(b, b.child(link, 2), rankOf(b, link) + 1),
      span: spanOf(link),
    };
  }
  return left;
}

/** The grammar nests `a, b, c` to the right, C to the left (C11 6.5.17). */
function buildComma(b: Builder, node: RawNode): Expr {
  let left = operand(b, b.child(node, 0), Rank.assignment);
  let rest = b.child(node, 2);
  for (;;) {
    const more = rest.type === 'comma_expression';
    const next = more ? b.child(rest, 0) : rest;
    const right = operand(b, next, Rank.assignment);
    left = { kind: 'comma', left, right, span: { first: node.first, last: next.last } };
    if (!more) return left;
    rest = b.child(rest, 2);
  }
}

function buildConditional(b: Builder, node: RawNode): Expr {
  const test = operand(b, b.child(node, 0), Rank.binary);
  const hasThen = node.children.length === 5;
  return {
    kind: 'conditional',
    test,
    then: hasThen ? buildExpression(b, b.child(node, 2)) : null,
    otherwise: operand(b, b.child(node, -1), Rank.conditional),
    span: spanOf(node),
  };
}

function buildSizeof(b: Builder, node: RawNode): Expr {
  const isAlign = alignofWords.has(b.text(node.first));
  const span = spanOf(node);
  if (node.children.length === 4) {
    const type = buildTypeName(b, b.child(node, 2));
    return { kind: isAlign ? 'alignof-type' : 'sizeof-type', type, span };
  }
  const inner = operand(b, b.child(node, 1), Rank.unary);
  return { kind: isAlign ? 'alignof-expr' : 'sizeof-expr', operand: inner, span };
}

export function buildArguments(b: Builder, list: RawNode): Expr[] {
  const args: Expr[] = [];
  for (const child of list.children) {
    if (isMark(child)) continue;
    args.push(operand(b, child, Rank.assignment));
  }
  return args;
}

/** Punctuation of the grammar, not a node of it. */
export function isMark(node: RawNode): boolean {
  switch (node.type) {
    case ',':
    case ';':
    case '(':
    case ')':
    case '{':
    case '}':
    case '[':
    case ']':
    case '=':
      return true;
    default:
      return false;
  }
}

function buildAtom(b: Builder, node: RawNode): Expr {
  const note = b.notes.atoms.get(node.first);
  if (note !== undefined) return buildNoted(b, note);
  return buildToken(b, node.first, node.last);
}

/** An operand that is one token, or a run of string literals. */
export function buildToken(b: Builder, first: number, last: number): Expr {
  const span = { first, last };
  const token = b.tokens.at(first);
  const text = token?.text ?? '';
  switch (token?.kind) {
    case 'identifier':
      return { kind: 'name', name: text, span };
    case 'character':
      return { kind: 'character', text, span };
    case 'string':
      return {
        kind: 'string',
        parts: b.tokens.slice(first, last + 1).map((part) => part.text),
        span,
      };
    default:
      return { kind: 'number', text, span };
  }
}

function buildNoted(b: Builder, note: AtomNote): Expr {
  const span = spanOf(note);
  switch (note.kind) {
    case 'string':
      return buildToken(b, note.first, note.last);
    case 'label-address':
      return { kind: 'label-address', label: note.label, span };
    case 'offsetof':
      return {
        kind: 'offsetof',
        type: buildTypeFragment(b, note.type),
        path: note.path.map((step): Designator =>
          step.fragment === null
            ? { kind: 'field', name: step.name, span: spanOf(step) }
            : {
                kind: 'index',
                first: buildFragment(b, step.fragment),
                last: null,
                span: spanOf(step),
              },
        ),
        span,
      };
    case 'types-compatible':
      return {
        kind: 'types-compatible',
        left: buildTypeFragment(b, note.left),
        right: buildTypeFragment(b, note.right),
        span,
      };
    case 'va-arg':
      return {
        kind: 'va-arg',
        list: buildFragment(b, note.list),
        type: buildTypeFragment(b, note.type),
        span,
      };
    case 'generic':
      return {
        kind: 'generic',
        control: buildFragment(b, note.control),
        cases: note.cases.map(({ type, value }) => ({
          type: type === null ? null : buildTypeFragment(b, type),
          value: buildFragment(b, value),
        })),
        span,
      };
  }
}

export function buildInitializer(b: Builder, node: RawNode): Initializer {
  const span = spanOf(node);
  if (node.type !== 'initializer_list') {
    return { kind: 'expr', expr: operand(b, node, Rank.assignment), span };
  }
  const items: InitItem[] = [];
  for (const child of node.children) {
    if (isMark(child)) continue;
    if (child.type !== 'initializer_pair') {
      items.push({ designators: [], value: buildInitializer(b, child) });
      continue;
    }
    const designators: Designator[] = [];
    for (const part of child.children.slice(0, -2)) designators.push(buildDesignator(b, part));
    items.push({ designators, value: buildInitializer(b, b.child(child, -1)) });
  }
  return { kind: 'list', items, span };
}

function buildDesignator(b: Builder, node: RawNode): Designator {
  const span = spanOf(node);
  switch (node.type) {
    case 'field_designator':
      return { kind: 'field', name: b.text(node.last), span };
    case 'subscript_designator':
      return {
        kind: 'index',
        first: operand(b, b.child(node, 1), Rank.conditional),
        last: null,
        span,
      };
    case 'subscript_range_designator':
      return {
        kind: 'index',
        first: operand(b, b.child(node, 1), Rank.conditional),
        last: operand(b, b.child(node, 3), Rank.conditional),
        span,
      };
    default:
      b.unexpected(node, 'a designator');
      return { kind: 'field', name: '', span };
  }
}
