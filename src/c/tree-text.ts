/** Trees as indented text, one node a line with its place in the sources: how the syntax and the typed tree are shown. */
import { writtenToken } from './source-file.js';
import type { Span } from './ast.js';
import type { Token } from './token.js';
import type { TokenList } from './token-list.js';

export interface TreeNode {
  /** What the node is to the one above it (`test`, `left`); '' where that is plain. */
  readonly role: string;
  readonly text: string;
  readonly span: Span | null;
  readonly children: readonly TreeNode[];
}

/**
 * Places are `file:line:column` where the file is another than that of the node above, else `line:column`: where the developer
 * wrote it, and with `<-` the macro that made it.
 */
export function treeText(root: TreeNode, tokens: Pick<TokenList, 'at'>): string {
  const lines: string[] = [];
  const add = (node: TreeNode, depth: number, file: string): void => {
    const token = node.span === null ? undefined : tokens.at(node.span.first);
    const place = token === undefined ? null : placeText(token, file);
    const words = [node.role, node.text].filter((word) => word !== '').join(': ');
    lines.push(`${'  '.repeat(depth)}${words}${place === null ? '' : `  @${place}`}`);
    const here = token === undefined ? file : writtenToken(token).file.path;
    for (const child of node.children) add(child, depth + 1, here);
  };
  add(root, 0, '');
  return `${lines.join('\n')}\n`;
}

function placeText(token: Token, around: string): string {
  const { file, line, column } = writtenToken(token);
  const made = token.via === null ? '' : ` <- ${token.via.macro}`;
  return `${file.path === around ? '' : `${file.path}:`}${line}:${column}${made}`;
}
