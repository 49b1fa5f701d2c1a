/** Declarations and function definitions: syntax tree → AST. */
import type { Declaration, Declarator, FunctionDefinition, Param, TypeSyntax } from '../ast.js';
import { buildInitializer, isMark } from './build-expression.js';
import { buildBlock } from './build-statement.js';
import { applyDeclarator, buildAttributes, buildSpecifier, specifierOf } from './build-types.js';
import type { Builder } from './builder.js';
import { noAttributes, spanOf } from './builder.js';
import { noQualifiers } from './normalise-specifiers.js';
import type { Fragment, StatementNote } from './notes.js';
import type { RawNode } from './syntax-tree.js';

export function buildBareDeclaration(
  b: Builder,
  note: Extract<StatementNote, { kind: 'bare-declaration' }>,
): Declaration {
  const { specifier } = note;
  return {
    kind: 'declaration',
    storage: specifier.storage,
    inline: specifier.inline,
    threadLocal: specifier.threadLocal,
    specifier: buildSpecifier(b, specifier, true),
    declarators: [],
    span: spanOf(note),
  };
}

export function buildDeclaration(b: Builder, node: RawNode): Declaration {
  const note = specifierOf(b, node);
  const base = buildSpecifier(b, note, false);
  const declarators: Declarator[] = [];
  for (const child of node.children.slice(1)) {
    if (isMark(child)) continue;
    const own = note.declarators[declarators.length];
    if (own === undefined) {
      b.unexpected(child, "';'");
      break;
    }
    const hasInit = child.type === 'init_declarator';
    const shape = hasInit ? b.child(child, 0) : child;
    declarators.push({
      name: b.text(own.name),
      type: applyDeclarator(b, shape, base, own),
      init: hasInit ? buildInitializer(b, b.child(child, 2)) : null,
      attributes: buildAttributes(b, [...note.attributes, ...own.attributes]),
      span: spanOf(child),
    });
  }
  return {
    kind: 'declaration',
    storage: note.storage,
    inline: note.inline,
    threadLocal: note.threadLocal,
    specifier: base,
    declarators,
    span: spanOf(node),
  };
}

export function buildFunction(b: Builder, node: RawNode): FunctionDefinition {
  const note = specifierOf(b, node);
  const own = note.declarators[0] ?? null;
  const base = buildSpecifier(b, note, false);
  const type = applyDeclarator(b, b.child(node, 1), base, own);
  if (type.kind !== 'function') b.unexpected(b.child(node, 2), "';'");
  return {
    kind: 'function-definition',
    storage: note.storage,
    inline: note.inline,
    name: own === null ? '' : b.text(own.name),
    type,
    attributes: buildAttributes(b, [...note.attributes, ...(own?.attributes ?? [])]),
    body: buildBlock(b, b.child(node, 2)),
    span: spanOf(node),
  };
}

/** An identifier list and the declarations behind it; what they do not mention is an `int` (C90 3.7.1). */
export function buildOldStyleParams(
  b: Builder,
  names: readonly number[],
  fragment: Fragment | null,
): Param[] {
  const declared = new Map<string, Declarator>();
  const block = fragment === null ? null : b.fragment(fragment);
  for (const child of block?.children ?? []) {
    if (child.type !== 'declaration') continue;
    for (const declarator of buildDeclaration(b, child).declarators) {
      declared.set(declarator.name, declarator);
    }
  }
  return names.map((token): Param => {
    const name = b.text(token);
    const span = { first: token, last: token };
    const int: TypeSyntax = {
      kind: 'basic',
      words: 'int',
      qualifiers: noQualifiers,
      attributes: noAttributes,
      span,
    };
    const declarator = declared.get(name);
    return {
      name,
      type: declarator?.type ?? int,
      attributes: declarator?.attributes ?? noAttributes,
      span,
    };
  });
}
