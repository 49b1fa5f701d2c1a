/**
 * A place in a source file and what stands there instead: found from the tokens that a node of the syntax tree spans. What a macro
 * wrote has no place of its own: only what is spelled in the file itself can be edited.
 */
import { writtenToken } from '../../src/c/source-file.js';
import type { Span } from '../../src/c/ast.js';
import type { SourceFile, Token } from '../../src/c/token.js';
import type { TokenList } from '../../src/c/token-list.js';

export interface Extent {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

export interface Edit extends Extent {
  readonly replacement: string;
}

function offsetOf(token: Token): number {
  return (token.file.lineStarts[token.line - 1] ?? 0) + token.column - 1;
}

/** The text that the developer wrote for these tokens; null where it is not one stretch of a file, or part of a macro. */
export function extentOf(tokens: TokenList, span: Span): Extent | null {
  const first = tokens.at(span.first);
  const last = tokens.at(span.last);
  if (first === undefined || last === undefined) return null;
  const begin = writtenToken(first);
  if (begin !== first && isInside(tokens.at(span.first - 1), begin)) return null;
  const start = offsetOf(begin);
  const end = endOf(tokens, span.last, last);
  if (end === null || last.file !== begin.file || end <= start) return null;
  for (let at = span.first; at <= span.last; at++) {
    const token = tokens.at(at);
    // An argument may stand anywhere in what its macro wrote: the use of the macro must lie within, too.
    if (token === undefined || !isWithin(writtenToken(token), begin.file, start, end)) return null;
  }
  return { file: begin.file, start, end };
}

function isWithin(token: Token, file: SourceFile, start: number, end: number): boolean {
  if (token.file !== file) return false;
  const at = offsetOf(token);
  return at >= start && at < end;
}

/** The token before comes from the same use of a macro: the span begins in the middle of what it wrote. */
function isInside(before: Token | undefined, use: Token): boolean {
  if (before === undefined) return false;
  const token = writtenToken(before);
  return token.file === use.file && offsetOf(token) === offsetOf(use);
}

function endOf(tokens: TokenList, at: number, last: Token): number | null {
  if (last.via === null) return offsetOf(last) + last.text.length;
  // The use of a macro ends somewhere before the next token that is spelled here.
  const next = tokens.at(at + 1);
  const use = writtenToken(last);
  if (next === undefined || next.via !== null || next.file !== use.file) return null;
  const written = use.file.text.slice(offsetOf(use), offsetOf(next));
  return offsetOf(use) + withoutTail(written).length;
}

function withoutTail(text: string): string {
  for (let cut = text; ;) {
    const shorter = cut.trimEnd().replace(/\/\*(?:(?!\*\/)[^])*\*\/$/, '');
    if (shorter === cut) return cut;
    cut = shorter;
  }
}

export function textOf({ file, start, end }: Extent): string {
  return file.text.slice(start, end);
}

export function edited({ file, start, end, replacement }: Edit): string {
  return file.text.slice(0, start) + replacement + file.text.slice(end);
}

/** The place of one token that is spelled in the file, found between two others. */
export function tokenBetween(
  tokens: TokenList,
  from: number,
  to: number,
  text: string,
): Extent | null {
  for (let at = from; at <= to; at++) {
    const token = tokens.at(at);
    if (token?.text !== text || token.via !== null) continue;
    const start = offsetOf(token);
    return { file: token.file, start, end: start + text.length };
  }
  return null;
}
