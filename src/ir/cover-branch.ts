/**
 * Outcomes of conditions on covered lines. A condition is what decides a jump: an operand of `&&` and `||`, else the whole test of
 * a statement or of `?:`; of a `switch`, each case. It stands where it was written: conditions inside a macro are one place, that
 * of the macro's name. What a constant decides has one outcome and is none.
 */
import type { Span } from '../c/ast.js';
import { placeOf } from '../c/source-file.js';
import type { Token } from '../c/token.js';
import type { BlockId, Expr } from './ir.js';
import type { Lowering } from './lowering.js';

/** Of a switch: a case was `taken` from its head, or none of them (`otherwise`, where there is no default). */
export type Outcome = 'true' | 'false' | 'taken' | 'otherwise';

export function isWatched(f: Lowering, span: Span): boolean {
  return watchedToken(f, span) !== null;
}

/** A branch that notes where it goes. */
export function branchesOn(f: Lowering, span: Span, test: Expr, yes: BlockId, no: BlockId): void {
  const site = f.strict ? f.site(span) : undefined;
  const isTrue = test.kind === 'int' || !f.b.reachable ? null : outcomeOf(f, span, 'true');
  const isFalse = isTrue === null ? null : outcomeOf(f, span, 'false');
  if (isTrue === null || isFalse === null) {
    f.b.branch(test, yes, no, site);
    return;
  }
  const then = f.b.newBlock();
  const otherwise = f.b.newBlock();
  f.b.branch(test, then, otherwise, site);
  for (const [block, branch, to] of [
    [then, isTrue, yes],
    [otherwise, isFalse, no],
  ] as const) {
    f.b.enter(block);
    coverOutcome(f, branch);
    f.b.goto(to);
  }
}

export function coverOutcome(f: Lowering, branch: string): void {
  f.b.emit({ kind: 'cover', site: f.program.coverSite([], branch) });
}

/** `path:line:column OUTCOME: TEXT`; null where the condition is not of interest. */
export function outcomeOf(f: Lowering, span: Span, outcome: Outcome): string | null {
  const watched = watchedToken(f, span);
  if (watched === null) return null;
  const { token, isFirst } = watched;
  const last = f.fn.tokens.at(span.last);
  const { path, line, column, sourceLine } = placeOf(token);
  const isWhole =
    isFirst &&
    token.via === null &&
    last?.via === null &&
    last.file === token.file &&
    last.line === line;
  const text = isWhole
    ? sourceLine.slice(column - 1, last.column - 1 + last.text.length)
    : sourceLine.trim();
  return `${path}:${String(line)}:${String(column)} ${outcome}: ${text}`;
}

/**
 * Of the tokens on covered lines, and of the outermost macros on covered lines that put tokens there, the one written first: the
 * name of a macro stands before its arguments, so a condition that the macro makes of them is at its name.
 */
function watchedToken(
  f: Lowering,
  span: Span,
): { readonly token: Token; readonly isFirst: boolean } | null {
  const { cover } = f.options;
  if (cover === null) return null;
  let earliest: { readonly token: Token; readonly isFirst: boolean } | null = null;
  for (let index = span.first; index <= span.last; index++) {
    let found: Token | null = null;
    const token = f.fn.tokens.at(index);
    for (let at = token; at !== undefined; at = at.via?.use) if (cover(at)) found = at;
    if (found !== null && (earliest === null || standsBefore(found, earliest.token)))
      earliest = { token: found, isFirst: index === span.first };
  }
  return earliest;
}

function standsBefore(a: Token, b: Token): boolean {
  return a.file === b.file && (a.line < b.line || (a.line === b.line && a.column < b.column));
}
