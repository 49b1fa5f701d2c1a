/**
 * What the builders share: the unit's tokens, the notes of the normaliser, the fragments, and the first failure. Like the
 * normaliser it keeps going after a failure; what it returns then is never looked at.
 */
import type { Diagnostic } from '../../base/diagnostic.js';
import type { Attribute, Expr, Span, TypeSyntax } from '../ast.js';
import type { TokenList } from '../token-list.js';
import type { Fragment, Notes, SpecifierNote } from './notes.js';
import { diagnosticAt } from './source-place.js';
import type { RawNode } from './syntax-tree.js';

const nothing: RawNode = { type: 'nothing', first: 0, last: 0, height: 0, children: [] };

export class Builder {
  failure: Diagnostic | null = null;
  /** One `TypeSyntax` for one specifier, however many declarators share it. */
  readonly types = new Map<SpecifierNote, TypeSyntax>();

  constructor(
    readonly tokens: TokenList,
    readonly notes: Notes,
    private readonly fragments: readonly RawNode[],
  ) {}

  fail(message: string, node: RawNode): void {
    this.failure ??= diagnosticAt('bad-input', message, this.tokens.at(node.first));
  }

  /** A shape that the grammar allows and C does not, or that we did not foresee. */
  unexpected(node: RawNode, where: string): void {
    this.fail(`expected ${where} before '${this.text(node.first)}'`, node);
  }

  text(token: number): string {
    return this.tokens.textAt(token);
  }

  child(node: RawNode, index: number): RawNode {
    const child = node.children.at(index);
    if (child !== undefined) return child;
    this.unexpected(node, 'something else');
    return nothing;
  }

  fragment(id: Fragment): RawNode {
    return this.fragments[id] ?? nothing;
  }

  nothing(node: RawNode): Expr {
    return { kind: 'number', text: '0', span: spanOf(node) };
  }
}

export function spanOf(node: { readonly first: number; readonly last: number }): Span {
  return { first: node.first, last: node.last };
}

export const noAttributes: readonly Attribute[] = [];
