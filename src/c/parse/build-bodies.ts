/** Members of structs and unions, and enumerators. */
import type { Enumerator, Member } from '../ast.js';
import { buildExpression, isMark } from './build-expression.js';
import { buildStaticAssert } from './build-statement.js';
import { applyDeclarator, buildAttributes, buildSpecifier, specifierOf } from './build-types.js';
import type { Builder } from './builder.js';
import { spanOf } from './builder.js';
import type { RawNode } from './syntax-tree.js';

/** The braces of a fragment `struct x { … } x ;`. */
function bodyOf(b: Builder, fragment: RawNode): RawNode {
  return b.child(b.child(fragment, 0), 2);
}

export function buildMembers(b: Builder, fragment: RawNode): Member[] {
  const members: Member[] = [];
  for (const child of bodyOf(b, fragment).children) {
    if (isMark(child)) continue;
    if (child.type === 'field_declaration') addFields(b, child, members);
    else b.unexpected(child, 'a member');
  }
  return members;
}

function addFields(b: Builder, node: RawNode, members: Member[]): void {
  const statement = b.notes.statements.get(node.first);
  if (statement?.kind === 'static-assert') {
    members.push({ kind: 'static-assert', decl: buildStaticAssert(b, statement) });
    return;
  }
  const note = specifierOf(b, node);
  const bare = note.declarators.length === 0;
  const base = buildSpecifier(b, note, bare);
  const span = spanOf(node);
  if (bare) {
    members.push({ kind: 'field', name: null, type: base, bits: null, attributes: [], span });
    return;
  }
  let next = 0;
  for (let i = 1; i < node.children.length; i++) {
    const child = b.child(node, i);
    if (isMark(child)) continue;
    const declarator = note.declarators[next++];
    if (declarator === undefined) {
      b.unexpected(child, "';'");
      return;
    }
    const clause = node.children[i + 1];
    const bits = clause?.type === 'bitfield_clause' ? clause : null;
    if (bits !== null) i++;
    members.push({
      kind: 'field',
      name: declarator.name < 0 ? null : b.text(declarator.name),
      type: applyDeclarator(b, child, base, null),
      bits: bits === null ? null : buildExpression(b, b.child(bits, 1)),
      attributes: buildAttributes(b, [...note.attributes, ...declarator.attributes]),
      span: { first: next === 1 ? node.first : child.first, last: (bits ?? child).last },
    });
  }
}

export function buildEnumerators(b: Builder, fragment: RawNode): Enumerator[] {
  const enumerators: Enumerator[] = [];
  for (const child of bodyOf(b, fragment).children) {
    if (isMark(child)) continue;
    if (child.type !== 'enumerator') {
      b.unexpected(child, 'an enumerator');
      continue;
    }
    const attributes = b.notes.enumeratorAttributes.get(child.first) ?? [];
    enumerators.push({
      name: b.text(child.first),
      value: child.children.length === 3 ? buildExpression(b, b.child(child, 2)) : null,
      attributes: buildAttributes(b, attributes),
      span: spanOf(child),
    });
  }
  return enumerators;
}
