/**
 * Where tree-sitter is asked. Its tree is copied at once into plain nodes that know their tokens; no tree-sitter node goes
 * further. It is loaded on first use: most commands never parse C.
 */
import { createRequire } from 'node:module';
import type Parser from 'tree-sitter';
import type { PrintedText } from './normal-text.js';

export interface RawNode {
  readonly type: string;
  /** Tokens of the unit, inclusive. */
  readonly first: number;
  last: number;
  /** How many nodes stand above each other below this one. */
  height: number;
  readonly children: RawNode[];
}

export type RawResult =
  | { readonly kind: 'tree'; readonly root: RawNode }
  /** The piece at which the text stops being C. */
  | { readonly kind: 'error'; readonly token: number };

let parser: Parser | null = null;
const typeNames = new Map<number, string>();

function loadParser(): Parser {
  if (parser === null) {
    const require = createRequire(import.meta.url);
    const TreeSitter = require('tree-sitter') as typeof Parser;
    const made = new TreeSitter();
    made.setLanguage(require('tree-sitter-c') as Parser.Language);
    parser = made;
  }
  return parser;
}

function typeName(cursor: Parser.TreeCursor): string {
  const id = cursor.nodeTypeId;
  let name = typeNames.get(id);
  if (name === undefined) {
    name = cursor.nodeType;
    typeNames.set(id, name);
  }
  return name;
}

export function readSyntaxTree(printed: PrintedText): RawResult {
  const own = loadParser();
  const options = { bufferSize: Math.max(32 * 1024, printed.text.length * 2 + 2) };
  const tree = own.parse(printed.text, null, options);
  if (tree.rootNode.hasError) return { kind: 'error', token: errorToken(own, printed, options) };
  return copyTree(tree.walk(), printed);
}

/** Copies without recursion: the depth of the tree is the input's to choose. */
function copyTree(cursor: Parser.TreeCursor, printed: PrintedText): RawResult {
  const { firsts, lasts } = printed;
  const make = (first: number): RawNode => ({
    type: typeName(cursor),
    first,
    last: first,
    height: 0,
    children: [],
  });
  const root = make(firsts[0] ?? 0);
  const path: RawNode[] = [root];
  let piece = 0;
  if (!cursor.gotoFirstChild()) return { kind: 'tree', root };
  for (;;) {
    const first = firsts[piece] ?? 0;
    const node = make(first);
    path.at(-1)?.children.push(node);
    if (cursor.gotoFirstChild()) {
      path.push(node);
      continue;
    }
    node.last = lasts[piece] ?? first;
    piece++;
    while (!cursor.gotoNextSibling()) {
      const done = path.pop();
      if (done !== undefined) {
        done.last = lasts[piece - 1] ?? done.first;
        const above = path.at(-1);
        if (above !== undefined && above.height <= done.height) above.height = done.height + 1;
      }
      if (path.length === 0) {
        if (piece !== firsts.length) throw new Error('a leaf of the syntax tree is not a piece');
        return { kind: 'tree', root };
      }
      cursor.gotoParent();
    }
  }
}

/**
 * The token at which parsing first failed. The place of an ERROR node is where recovery began, often far ahead of the
 * mistake; the parser's own log says at which position no action was left.
 */
function errorToken(own: Parser, printed: PrintedText, options: Parser.Options): number {
  let column = 0;
  let failed = -1;
  let recovering = false;
  own.setLogger((message, params) => {
    if (recovering) return;
    // The log counts bytes of UTF-16.
    if (message.startsWith('process')) column = Number(params['col'] ?? 0) / 2;
    else if (message.startsWith('detect_error')) failed = column;
    else if (message.startsWith('resume')) recovering = true;
  });
  own.parse(printed.text, null, options);
  own.setLogger(null);
  let offset = 0;
  let piece = 0;
  for (const text of printed.text.split(' ')) {
    if (offset >= failed) break;
    offset += text.length + 1;
    piece++;
  }
  return printed.firsts[Math.min(piece, printed.firsts.length - 1)] ?? 0;
}
