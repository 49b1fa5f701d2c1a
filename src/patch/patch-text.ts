/** The text that holds a diff, each line with the place where a person finds it in the mail or file. */
import type { Place } from '../base/diagnostic.js';
import { splitLines, textToShow } from './byte-text.js';

export interface PatchLine {
  /** Bytes as Latin-1, with the newline where there is one. */
  readonly text: string;
  /** Line of the mail or file on which it stands, from 1. */
  readonly line: number;
}

export interface PatchText {
  readonly path: string;
  readonly lines: readonly PatchLine[];
}

export function patchText(path: string, text: string, firstLine = 1): PatchText {
  return { path, lines: splitLines(text).map((line, i) => ({ text: line, line: firstLine + i })) };
}

export function withoutNewline(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

export function placeOf(text: PatchText, line: PatchLine | undefined, column = 1): Place {
  const at = line ?? text.lines[text.lines.length - 1];
  const sourceLine = at === undefined ? '' : textToShow(withoutNewline(at.text));
  return {
    path: text.path,
    line: at?.line ?? 1,
    column,
    sourceLine,
    length: Math.max(1, sourceLine.length - column + 1),
  };
}
