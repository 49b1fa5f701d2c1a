/**
 * The syntax tree as indented text, for whoever works on the parser or the checker. It goes through the tree as plain data, so
 * that a node or field that is added to `c/ast` is shown without a line here.
 */
import type { ExternalDeclaration, Span } from '../../ast.js';
import type { TokenList } from '../../token-list.js';
import { treeText, type TreeNode } from '../../tree-text.js';

export function syntaxText(declaration: ExternalDeclaration, tokens: TokenList): string {
  return treeText(new SyntaxWriter().node('', declaration), tokens);
}

const isNode = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isSpan = (value: unknown): value is Span =>
  isNode(value) && 'first' in value && 'last' in value;

class SyntaxWriter {
  /** Declarators share their specifier: what it defines is shown once. */
  private readonly shown = new Set<object>();

  node(role: string, value: object): TreeNode {
    const fields = Object.entries(value);
    const kind: unknown = fields.find(([name]) => name === 'kind')?.[1];
    const span: unknown = fields.find(([name]) => name === 'span')?.[1];
    const words = typeof kind === 'string' ? [kind] : [];
    const children: TreeNode[] = [];
    const again = this.shown.has(value);
    this.shown.add(value);
    for (const [name, field] of fields as [string, unknown][]) {
      if (name === 'kind' || name === 'span') continue;
      if (!isNode(field)) words.push(...word(name, field));
      else if (name === 'qualifiers') words.push(...flags(field));
      else if (again && (name === 'members' || name === 'enumerators'))
        words.push('(defined above)');
      else children.push(...this.field(name, field, words));
    }
    return { role, text: words.join(' '), span: isSpan(span) ? span : null, children };
  }

  private field(name: string, field: object, words: string[]): readonly TreeNode[] {
    if (!Array.isArray(field)) return [this.node(name, field)];
    const items: readonly unknown[] = field;
    const nodes = items.filter(isNode);
    if (nodes.length < items.length) words.push(...items.map(text));
    const indexed = nodes.length > 1;
    return nodes.map((item, i) => this.node(indexed ? `${name}[${i}]` : name, item));
  }
}

function word(name: string, value: unknown): readonly string[] {
  if (value === true) return [name];
  if (value === false || value === null) return [];
  const plain = name === 'name' || name === 'tag' || name === 'words' || name === 'op';
  return [plain || name === 'text' ? text(value) : `${name}=${text(value)}`];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function flags(fields: object): readonly string[] {
  return Object.entries(fields).flatMap(([name, on]) => (on === true ? [name] : []));
}
