/** Specifiers and declarators: notes and syntax tree → `TypeSyntax` (C11 6.7.2 to 6.7.7). */
import type { Attribute, Expr, Param, Span, TypeShape, TypeSyntax } from '../ast.js';
import { buildEnumerators, buildMembers } from './build-bodies.js';
import { buildOldStyleParams } from './build-declaration.js';
import {
  buildExpression,
  buildFragment,
  buildToken,
  buildTypeFragment,
  isMark,
} from './build-expression.js';
import type { Builder } from './builder.js';
import { noAttributes, spanOf } from './builder.js';
import { noQualifiers } from './normalise-specifiers.js';
import type { AttributeNote, DeclaratorNote, SpecifierNote } from './notes.js';
import type { RawNode } from './syntax-tree.js';

export function buildAttributes(b: Builder, notes: readonly AttributeNote[]): readonly Attribute[] {
  if (notes.length === 0) return noAttributes;
  return notes.map((note) => {
    const args: Expr[] = [];
    let type: TypeSyntax | null = null;
    for (const arg of note.args) {
      if (arg.kind === 'type') type = buildTypeFragment(b, arg.fragment);
      else if (arg.kind === 'expr') args.push(buildFragment(b, arg.fragment));
      else if (arg.kind === 'constant') args.push(constant(arg.text, spanOf(arg)));
      else args.push(buildToken(b, arg.first, arg.last));
    }
    return { name: note.name, args, type, span: spanOf(note) };
  });
}

function constant(text: string, span: Span): Expr {
  return text.startsWith('"')
    ? { kind: 'string', parts: [text], span }
    : { kind: 'number', text, span };
}

/** The note behind the stand-in that a declaration, member, parameter or type name begins with. */
export function specifierOf(b: Builder, node: RawNode): SpecifierNote {
  const note = b.notes.specifiers.get(node.first);
  if (note !== undefined) return note;
  b.unexpected(node, 'a declaration');
  return {
    first: node.first,
    last: node.last,
    storage: null,
    inline: false,
    threadLocal: false,
    qualifiers: noQualifiers,
    shape: { kind: 'basic', words: 'int' },
    typeAttributes: [],
    attributes: [],
    declarators: [],
  };
}

/**
 * The type that specifiers name. `whole`: nothing is declared that could take the attributes, so the type does.
 */
export function buildSpecifier(b: Builder, note: SpecifierNote, whole: boolean): TypeSyntax {
  const known = b.types.get(note);
  if (known !== undefined) return known;
  const attributes = buildAttributes(
    b,
    whole ? [...note.typeAttributes, ...note.attributes] : note.typeAttributes,
  );
  const type: TypeSyntax = {
    span: spanOf(note),
    qualifiers: note.qualifiers,
    attributes,
    ...buildShape(b, note),
  };
  b.types.set(note, type);
  return type;
}

function buildShape(b: Builder, { shape }: SpecifierNote): TypeShape {
  switch (shape.kind) {
    case 'basic':
    case 'typedef-name':
    case 'auto':
    case 'va-list':
      return shape;
    case 'typeof-expr':
      return { kind: 'typeof-expr', expr: buildFragment(b, shape.fragment) };
    case 'typeof-type':
      return { kind: 'typeof-type', type: buildTypeFragment(b, shape.fragment) };
    case 'record': {
      const { union, tag, body } = shape;
      const members = body === null ? null : buildMembers(b, b.fragment(body));
      return { kind: 'record', union, tag, members };
    }
    case 'enum': {
      const { tag, body } = shape;
      const enumerators = body === null ? null : buildEnumerators(b, b.fragment(body));
      return { kind: 'enum', tag, enumerators };
    }
  }
}

/** `type_descriptor`. */
export function buildTypeName(b: Builder, node: RawNode): TypeSyntax {
  const note = specifierOf(b, node);
  const base = buildSpecifier(b, note, true);
  const declarator = node.children.length > 1 ? b.child(node, -1) : null;
  return declarator === null ? base : applyDeclarator(b, declarator, base, null);
}

/**
 * The type of what a declarator declares, given what its specifiers say (C11 6.7.6: a declarator is read from the outside
 * in). `own` tells of parameters that are declared behind an identifier list.
 */
export function applyDeclarator(
  b: Builder,
  node: RawNode,
  base: TypeSyntax,
  own: DeclaratorNote | null,
): TypeSyntax {
  for (;;) {
    switch (node.type) {
      case 'identifier':
      case 'field_identifier':
        return base;
      case 'parenthesized_declarator':
      case 'abstract_parenthesized_declarator':
        node = b.child(node, 1);
        continue;
      case 'pointer_declarator':
      case 'abstract_pointer_declarator': {
        const { qualifiers, attributes } = qualifiersOf(b, node.first);
        base = {
          kind: 'pointer',
          to: base,
          qualifiers,
          attributes: buildAttributes(b, attributes),
          span: spanOf(node),
        };
        if (node.children.length === 1) return base;
        node = b.child(node, -1);
        continue;
      }
      case 'function_declarator':
      case 'abstract_function_declarator': {
        const list = b.child(node, -1);
        base = {
          kind: 'function',
          returns: base,
          ...buildParameters(b, list, own),
          qualifiers: noQualifiers,
          attributes: noAttributes,
          span: spanOf(node),
        };
        if (node.children.length === 1) return base;
        node = b.child(node, 0);
        continue;
      }
      case 'array_declarator':
      case 'abstract_array_declarator': {
        const open = node.children.findIndex((child) => child.type === '[');
        const bracket = b.child(node, open);
        const sized = b.child(node, open + 1).type !== ']';
        const { qualifiers, attributes } = qualifiersOf(b, bracket.first);
        base = {
          kind: 'array',
          of: base,
          size: sized ? buildExpression(b, b.child(node, open + 1)) : null,
          qualifiers,
          attributes: buildAttributes(b, attributes),
          span: spanOf(node),
        };
        if (open === 0) return base;
        node = b.child(node, 0);
        continue;
      }
      default:
        b.unexpected(node, 'a declarator');
        return base;
    }
  }
}

function qualifiersOf(
  b: Builder,
  token: number,
): { qualifiers: typeof noQualifiers; attributes: readonly AttributeNote[] } {
  return b.notes.qualifiers.get(token) ?? { qualifiers: noQualifiers, attributes: [] };
}

type Parameters = Pick<
  Extract<TypeSyntax, { kind: 'function' }>,
  'params' | 'variadic' | 'oldStyle'
>;

function buildParameters(b: Builder, list: RawNode, own: DeclaratorNote | null): Parameters {
  const names = b.notes.identifierLists.get(list.first);
  if (names !== undefined) {
    const fragment = own?.oldStyleParams ?? null;
    return { params: buildOldStyleParams(b, names, fragment), variadic: false, oldStyle: true };
  }
  const params: Param[] = [];
  let variadic = false;
  for (const child of list.children) {
    if (isMark(child)) continue;
    if (child.type === 'variadic_parameter') variadic = true;
    else if (variadic) b.unexpected(child, "')'");
    else params.push(buildParameter(b, child));
  }
  const only = params.length === 1 && !variadic ? params[0] : undefined;
  if (only !== undefined && isBareVoid(only)) return { params: [], variadic, oldStyle: false };
  return { params, variadic, oldStyle: params.length === 0 && !variadic };
}

/** `(void)`, C11 6.7.6.3p10. */
function isBareVoid({ name, type }: Param): boolean {
  const { qualifiers: q } = type;
  const qualified = q.const || q.volatile || q.restrict || q.atomic;
  return name === null && type.kind === 'basic' && type.words === 'void' && !qualified;
}

function buildParameter(b: Builder, node: RawNode): Param {
  const note = specifierOf(b, node);
  const declarator = note.declarators[0] ?? null;
  const name = declarator === null || declarator.name < 0 ? null : b.text(declarator.name);
  const base = buildSpecifier(b, note, false);
  const shape = node.children.length > 1 ? b.child(node, -1) : null;
  return {
    name,
    type: shape === null ? base : applyDeclarator(b, shape, base, null),
    attributes: buildAttributes(b, [...note.attributes, ...(declarator?.attributes ?? [])]),
    span: spanOf(node),
  };
}
