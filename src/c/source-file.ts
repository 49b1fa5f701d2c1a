/**
 * Source texts and places in them. Line starts are found on first use: most headers are never pointed into.
 */
import type { Note, Place } from '../base/diagnostic.js';
import type { SourceFile, Token } from './token.js';

class LazySourceFile implements SourceFile {
  private starts: number[] | null = null;

  constructor(
    readonly path: string,
    readonly text: string,
  ) {}

  get lineStarts(): readonly number[] {
    this.starts ??= findLineStarts(this.text);
    return this.starts;
  }
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

export function sourceFile(path: string, text: string): SourceFile {
  return new LazySourceFile(path, text);
}

/** The text of a line (from 1) without its newline; '' where the file has no such line. */
export function sourceLine(file: SourceFile, line: number): string {
  const start = file.lineStarts[line - 1];
  if (start === undefined) return '';
  const next = file.lineStarts[line];
  const text = next === undefined ? file.text.slice(start) : file.text.slice(start, next - 1);
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

/** Line and column (both from 1) of an offset in the text. */
export function positionOf(file: SourceFile, offset: number): { line: number; column: number } {
  const starts = file.lineStarts;
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

export function placeInFile(file: SourceFile, line: number, column: number, length = 1): Place {
  return {
    path: file.path,
    line,
    column,
    sourceLine: sourceLine(file, line),
    length: Math.max(1, length),
  };
}

/** Where a token is spelled. */
export function placeOf(token: Token): Place {
  return placeInFile(token.file, token.line, token.column, token.text.length);
}

/** The token that the developer wrote: itself, or the name of the outermost macro whose expansion made it. */
export function writtenToken(token: Token): Token {
  let at = token;
  while (at.via !== null) at = at.via.use;
  return at;
}

/** "in expansion of macro …" notes, innermost first; at most `limit` of them. */
export function expansionNotes(token: Token, limit = 8): readonly Note[] {
  const notes: Note[] = [];
  for (let via = token.via; via !== null && notes.length < limit; via = via.use.via)
    notes.push({ message: `in expansion of macro ${via.macro}`, at: placeOf(via.use) });
  return notes;
}
