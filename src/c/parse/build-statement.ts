/** Statements: syntax tree → AST. */
import type { AsmOperand, BlockStmt, StaticAssert, Stmt } from '../ast.js';
import { buildBareDeclaration, buildDeclaration, buildFunction } from './build-declaration.js';
import { buildArguments, buildExpression, buildFragment } from './build-expression.js';
import type { Builder } from './builder.js';
import { spanOf } from './builder.js';
import type { AsmOperandNote, StatementNote } from './notes.js';
import type { RawNode } from './syntax-tree.js';

export function buildBlock(b: Builder, node: RawNode): BlockStmt {
  const items: Stmt[] = [];
  if (node.type !== 'compound_statement') b.unexpected(node, "'{'");
  for (const child of node.children) {
    if (child.type !== '{' && child.type !== '}') items.push(buildStatement(b, child));
  }
  return { kind: 'block', items, span: spanOf(node) };
}

/** `( expression )` */
function condition(b: Builder, node: RawNode): RawNode {
  const inner = b.child(node, 1);
  if (node.type !== 'parenthesized_expression' || inner.type === 'compound_statement') {
    b.unexpected(inner, 'an expression');
  }
  return inner;
}

export function buildStatement(b: Builder, node: RawNode): Stmt {
  const span = spanOf(node);
  switch (node.type) {
    case 'compound_statement':
      return buildBlock(b, node);
    case 'expression_statement':
      return buildSimple(b, node);
    case 'declaration':
      return { kind: 'local-declaration', declaration: buildDeclaration(b, node), span };
    case 'function_definition':
      return { kind: 'local-function', definition: buildFunction(b, node), span };
    case 'labeled_statement':
      return {
        kind: 'label',
        name: b.text(node.first),
        body: buildStatement(b, b.child(node, 2)),
        span,
      };
    case 'if_statement': {
      const otherwise = node.children.length > 3 ? b.child(b.child(node, 3), 1) : null;
      return {
        kind: 'if',
        test: buildExpression(b, condition(b, b.child(node, 1))),
        then: buildStatement(b, b.child(node, 2)),
        otherwise: otherwise === null ? null : buildStatement(b, otherwise),
        span,
      };
    }
    case 'while_statement':
      return buildWhile(b, node);
    case 'do_statement':
      return {
        kind: 'do',
        body: buildStatement(b, b.child(node, 1)),
        test: buildExpression(b, condition(b, b.child(node, 3))),
        span,
      };
    case 'for_statement':
      return buildFor(b, node);
    case 'break_statement':
      return { kind: 'break', span };
    case 'continue_statement':
      return { kind: 'continue', span };
    case 'goto_statement':
      return { kind: 'goto', label: b.text(b.child(node, 1).first), span };
    case 'return_statement': {
      const value = node.children.length > 2 ? buildExpression(b, b.child(node, 1)) : null;
      if (b.text(node.first) !== 'goto') return { kind: 'return', value, span };
      return { kind: 'computed-goto', target: value ?? b.nothing(node), span };
    }
    default:
      b.unexpected(node, 'a statement');
      return { kind: 'break', span };
  }
}

/** An expression, or a note in the place of one. */
function buildSimple(b: Builder, node: RawNode): Stmt {
  const span = spanOf(node);
  if (node.children.length > 1) {
    return { kind: 'expression', expr: buildExpression(b, b.child(node, 0)), span };
  }
  const note = b.notes.statements.get(node.first);
  return note === undefined ? { kind: 'expression', expr: null, span } : buildNote(b, note);
}

function buildNote(b: Builder, note: StatementNote): Stmt {
  const span = spanOf(note);
  switch (note.kind) {
    case 'empty':
      return { kind: 'expression', expr: null, span };
    case 'bare-declaration':
      return { kind: 'local-declaration', declaration: buildBareDeclaration(b, note), span };
    case 'static-assert':
      return { kind: 'local-declaration', declaration: buildStaticAssert(b, note), span };
    case 'local-labels':
      return { kind: 'local-labels', names: note.names, span };
    case 'asm':
      return {
        kind: 'asm',
        volatile: note.volatile,
        template: note.template,
        outputs: note.outputs.map((operand) => buildAsmOperand(b, operand)),
        inputs: note.inputs.map((operand) => buildAsmOperand(b, operand)),
        clobbers: note.clobbers,
        labels: note.labels,
        span,
      };
  }
}

function buildAsmOperand(b: Builder, { name, constraint, value }: AsmOperandNote): AsmOperand {
  return { name, constraint, value: buildFragment(b, value) };
}

export function buildStaticAssert(
  b: Builder,
  note: Extract<StatementNote, { kind: 'static-assert' }>,
): StaticAssert {
  return {
    kind: 'static-assert',
    condition: buildFragment(b, note.condition),
    message: note.message,
    span: spanOf(note),
  };
}

/** `while`, and what is printed as one. */
function buildWhile(b: Builder, node: RawNode): Stmt {
  const span = spanOf(node);
  const head = b.child(node, 1);
  const word = b.text(node.first);
  const body = buildStatement(b, b.child(node, 2));
  if (word === 'default') return { kind: 'default', body, span };
  const inner = condition(b, head);
  switch (word) {
    case 'while':
      return { kind: 'while', test: buildExpression(b, inner), body, span };
    case 'switch':
      return { kind: 'switch', value: buildExpression(b, inner), body, span };
    case 'case': {
      if (!b.notes.caseRanges.has(node.first)) {
        return { kind: 'case', first: buildExpression(b, inner), last: null, body, span };
      }
      const [first, last] = buildArguments(b, b.child(inner, 1));
      if (first === undefined || last === undefined) b.unexpected(inner, 'a range');
      return { kind: 'case', first: first ?? b.nothing(inner), last: last ?? null, body, span };
    }
    default:
      b.unexpected(node, 'a statement');
      return { kind: 'break', span };
  }
}

function buildFor(b: Builder, node: RawNode): Stmt {
  // for ( init? ; test? ; step? ) body, where a declaration brings its own semicolon
  const parts = node.children.slice(2);
  const take = (mark: string): RawNode | null => {
    const part = parts.shift();
    if (part === undefined || part.type === mark) return null;
    if (part.type === 'declaration') return part;
    if (parts.shift()?.type !== mark) b.unexpected(part, `'${mark}'`);
    return part;
  };
  const bare = b.notes.statements.get(b.child(node, 2).first);
  const init = take(';');
  const test = take(';');
  const step = take(')');
  const body = parts[0];
  if (body === undefined) b.unexpected(node, 'a statement');
  let start = null;
  if (init !== null) {
    start = init.type === 'declaration' ? buildDeclaration(b, init) : buildExpression(b, init);
  } else if (bare?.kind === 'bare-declaration') start = buildBareDeclaration(b, bare);
  return {
    kind: 'for',
    init: start,
    test: test === null ? null : buildExpression(b, test),
    step: step === null ? null : buildExpression(b, step),
    body: body === undefined ? { kind: 'break', span: spanOf(node) } : buildStatement(b, body),
    span: spanOf(node),
  };
}
