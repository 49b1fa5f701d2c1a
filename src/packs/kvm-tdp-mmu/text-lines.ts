/**
 * Reading the pack's line-based text: words with their columns, `#` comments, indentation, and complaints that point at a word.
 */
import { diagnostic } from '../../base/diagnostic.js';
import type { Diagnostic, Place } from '../../base/diagnostic.js';
import { err } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { parseNumber } from './spte-text.js';

export interface Word {
  readonly text: string;
  readonly column: number;
}

export interface Line {
  readonly number: number;
  readonly source: string;
  /** Leading blanks; a tab counts as one. */
  readonly indent: number;
  readonly words: readonly Word[];
}

export class LinedText {
  readonly lines: readonly Line[];

  constructor(
    text: string,
    private readonly path: string,
  ) {
    this.lines = text
      .split('\n')
      .map((source, at) => readLine(source.replace(/\r$/, ''), at + 1))
      .filter((line) => line.words.length > 0);
  }

  /** The complaint at a word, or behind the line's last one. */
  error(
    line: Line,
    at: Word | undefined,
    message: string,
    help?: string,
  ): Result<never, Diagnostic> {
    const last = line.words.at(-1);
    const end = last === undefined ? 1 : last.column + last.text.length;
    const place: Place = {
      path: this.path,
      line: line.number,
      column: at?.column ?? end,
      sourceLine: line.source,
      length: at?.text.length ?? 1,
    };
    return err(diagnostic('bad-input', message, place, [], help));
  }

  /** The complaint about the text as a whole. */
  missing(message: string): Result<never, Diagnostic> {
    const place = { path: this.path, line: 1, column: 1, sourceLine: '', length: 1 };
    return err(diagnostic('bad-input', message, place));
  }
}

function readLine(source: string, number: number): Line {
  const hash = source.indexOf('#');
  const bare = hash === -1 ? source : source.slice(0, hash);
  const words = [...bare.matchAll(/\S+/g)].map((m) => ({ text: m[0], column: m.index + 1 }));
  return { number, source, indent: (words[0]?.column ?? 1) - 1, words };
}

export const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** `0x0..0x1ff`, both ends included. */
export function gfnRangeText(range: { readonly first: bigint; readonly last: bigint }): string {
  return `${hex(range.first)}..${hex(range.last)}`;
}

export function parseGfnRange(text: string): { first: bigint; last: bigint } | null {
  const [first, last, more] = text.split('..').map(parseNumber);
  if (first == null || last == null || more !== undefined) return null;
  return { first, last };
}
