/** Line splices (C11 5.1.1.2 phase 2): a backslash, blanks that gcc lets through, a newline. */
import { isBlank } from './char-class.js';

const NEWLINE = 10;
const BACKSLASH = 92;
const STAR = 42;
const SLASH = 47;

/** Where the text goes on after the splice at `pos`, or -1 where the backslash begins none. */
export function spliceEnd(text: string, pos: number): number {
  let at = pos + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === NEWLINE) return at + 1;
    if (!isBlank(code)) return -1;
    at++;
  }
}

/** The backslash that splices the newline at `lineEnd` away, or -1. The line begins at `lineStart`. */
export function spliceBefore(text: string, lineEnd: number, lineStart: number): number {
  let at = lineEnd - 1;
  while (at >= lineStart && isBlank(text.charCodeAt(at))) at--;
  return at >= lineStart && text.charCodeAt(at) === BACKSLASH ? at : -1;
}

/** The rest of the logical line from `pos` on, without its splices and its newline. */
export function unspliced(text: string, pos: number): string {
  let result = '';
  let from = pos;
  while (from < text.length) {
    const lineEnd = text.indexOf('\n', from);
    const splice = spliceBefore(text, lineEnd, from);
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
export function splicedCommentEnd(text: string, lineEnd: number, bodyStart: number): number {
  let newline = lineEnd;
  for (;;) {
    const splice = spliceBefore(text, newline, bodyStart);
    if (splice < 0) return -1;
    const before = text.charCodeAt(splice - 1);
    if (before === NEWLINE) {
      newline = splice - 1;
      continue;
    }
    const closes = before === STAR && splice - 1 >= bodyStart;
    return closes && text.charCodeAt(lineEnd + 1) === SLASH ? lineEnd + 2 : -1;
  }
}
