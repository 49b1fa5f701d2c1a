/** Line splices (C11 5.1.1.2 phase 2): a backslash, blanks that gcc lets through, a newline. */
import { isBlank } from './char-class.js';
import type { FileText } from './file-text.js';

const NEWLINE = 10;
const BACKSLASH = 92;
const STAR = 42;
const SLASH = 47;

/** Where the text goes on after the splice at `pos`, or -1 where the backslash begins none. */
export function spliceEnd(bytes: Uint8Array, pos: number): number {
  let at = pos + 1;
  for (;;) {
    const code = bytes[at] as number;
    if (code === NEWLINE) return at + 1;
    if (!isBlank(code)) return -1;
    at++;
  }
}

/** The backslash that splices the newline at `lineEnd` away, or -1; nothing before `lowest` is looked at. */
export function spliceBefore(bytes: Uint8Array, lineEnd: number, lowest: number): number {
  let at = lineEnd - 1;
  while (at >= lowest && isBlank(bytes[at] as number)) at--;
  return at >= lowest && bytes[at] === BACKSLASH ? at : -1;
}

/** The rest of the logical line from `pos` on, without its splices and its newline. */
export function unspliced({ text, bytes }: FileText, pos: number): string {
  let result = '';
  let from = pos;
  while (from < text.length) {
    const lineEnd = text.indexOf('\n', from);
    const splice = spliceBefore(bytes, lineEnd, from);
    if (splice < 0) return result + text.slice(from, lineEnd);
    result += text.slice(from, splice);
    from = lineEnd + 1;
  }
  return result;
}

/**
 * Behind the newline at `lineEnd` within a comment: the end of the comment if it was spliced, a `*` stood before all the
 * splices and `/` comes next; else -1. The comment's text begins at `bodyStart`.
 */
export function splicedCommentEnd(bytes: Uint8Array, lineEnd: number, bodyStart: number): number {
  let newline = lineEnd;
  for (;;) {
    const splice = spliceBefore(bytes, newline, bodyStart);
    if (splice < 0) return -1;
    const before = bytes[splice - 1];
    if (before === NEWLINE) {
      newline = splice - 1;
      continue;
    }
    const closes = before === STAR && splice - 1 >= bodyStart;
    return closes && bytes[lineEnd + 1] === SLASH ? lineEnd + 2 : -1;
  }
}
