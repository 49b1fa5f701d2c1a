/**
 * Coverage sites. A statement owns its tokens, less those of statements inside it; the braces of a block belong to its
 * beginning, the header of a function to its entry. A token that a macro put there counts for its own line and for every
 * line on which one of the macros around it was used.
 */
import type { Stmt } from '../c/typed.js';
import type { Span } from '../c/ast.js';
import type { Token } from '../c/token.js';
import type { Lowering } from './lowering.js';
import { statementsWithin } from './statements-within.js';

export function coverStatement(f: Lowering, s: Stmt): void {
  if (f.options.cover === null || !f.b.reachable) return;
  site(f, s.span, statementsWithin(s));
}

export function coverHeader(f: Lowering): void {
  if (f.options.cover === null) return;
  site(f, f.fn.span, [f.fn.body]);
}

function site(f: Lowering, span: Span, without: readonly Stmt[]): void {
  const cover = f.options.cover;
  if (cover === null) return;
  const lines = new Set<string>();
  const holes = [...without].map((inner) => inner.span).sort((a, b) => a.first - b.first);
  let hole = 0;
  for (let index = span.first; index <= span.last; index++) {
    while (hole < holes.length && (holes[hole]?.last ?? 0) < index) hole++;
    const skipped = holes[hole];
    if (skipped !== undefined && skipped.first <= index) {
      index = skipped.last;
      continue;
    }
    const token = f.fn.tokens.at(index);
    if (token !== undefined && cover(token)) addLines(token, lines);
  }
  if (lines.size > 0) {
    f.b.emit({ kind: 'cover', site: f.program.coverSite([...lines], null) });
  }
}

function addLines(token: Token, lines: Set<string>): void {
  for (let at: Token | undefined = token; at !== undefined; at = at.via?.use) {
    lines.add(`${at.file.path}:${at.line}`);
  }
}
