/**
 * A place in a source text: what lexing and skipping have in common. Comments are passed with `indexOf`, and so is what a
 * condition skips, up to lines that may hold a directive or a comment.
 */
import { isBlank, isPlain } from './char-class.js';
import type { FileText } from './file-text.js';
import { splicedCommentEnd, spliceBefore, spliceEnd } from './line-splices.js';
import type { Problems } from './problems.js';

const NEWLINE = 10;
const QUOTE = 34;
const HASH = 35;
const PERCENT = 37;
const APOSTROPHE = 39;
const STAR = 42;
const SLASH = 47;
const COLON = 58;
const BACKSLASH = 92;

export class SourceCursor {
  readonly text: string;
  readonly bytes: Uint8Array;
  protected readonly end: number;
  pos = 0;
  /** Nothing but white space has been passed on this line. */
  protected fresh = true;
  /** Where the next comment may begin, as `skipGroup` last found it. */
  private commentAhead = -1;

  constructor(
    readonly source: FileText,
    protected readonly problems: Problems,
    /** False for a line whose splices are gone: a backslash at its end is an ordinary character. */
    private readonly hasSplices: boolean,
    /** Where all of a text is said to stand that was put together from somewhere else. */
    private readonly standsAll: number | null,
  ) {
    this.text = source.text;
    this.bytes = source.bytes;
    this.end = source.text.length;
    if (this.bytes[0] === 128 && this.text.charCodeAt(0) === 0xfeff) this.pos = 1;
  }

  /** The place of an offset, for who reports on it. */
  protected placeOf(pos: number): number {
    return this.standsAll ?? this.source.base + pos;
  }

  /**
   * In a group that a condition skips: goes to the next line that begins with `#` and stands after it; false at the
   * end of the file. Nothing else in the group is looked at but comments and literals (C11 6.10.1p6).
   */
  skipGroup(): boolean {
    const { bytes } = this;
    let pos = this.pos;
    for (;;) {
      if (!this.source.hasDigraphs) pos = this.lineWorthLooking(pos);
      if (pos >= this.end) {
        this.pos = this.end;
        return false;
      }
      // One logical line, from its start.
      while (pos < this.end) {
        const code = bytes[pos] as number;
        if (isBlank(code)) pos++;
        else if (code === HASH || (code === PERCENT && bytes[pos + 1] === COLON)) {
          this.pos = pos + (code === HASH ? 1 : 2);
          this.fresh = false;
          return true;
        } else if (code === SLASH && bytes[pos + 1] === STAR) pos = this.afterComment(pos);
        else if (code === BACKSLASH && this.spliceAt(pos) >= 0) pos = this.spliceAt(pos);
        else {
          pos = this.skipLogicalLine(pos) + 1;
          break;
        }
      }
    }
  }

  /** The next logical line, from `pos` on, that has a comment or may begin with `#`. */
  private lineWorthLooking(pos: number): number {
    const { text, bytes, end } = this;
    let from = pos;
    for (;;) {
      const found = text.indexOf('#', from);
      const hash = found < 0 ? end : found;
      if (this.commentAhead < from) {
        const comment = text.indexOf('/*', from);
        this.commentAhead = comment < 0 ? end : comment;
      }
      const at = Math.min(hash, this.commentAhead);
      if (at >= end) return end;
      let start = at;
      while (
        start > pos &&
        (bytes[start - 1] !== NEWLINE || spliceBefore(bytes, start - 1, pos) >= 0)
      )
        start--;
      if (at !== hash) return start;
      let first = start;
      while (isBlank(bytes[first] as number) || bytes[first] === NEWLINE) first++;
      if (first === hash || bytes[first] === BACKSLASH) return start;
      from = hash + 1;
    }
  }

  protected spliceAt(pos: number): number {
    return this.hasSplices ? spliceEnd(this.bytes, pos) : -1;
  }

  /** The newline that ends the logical line which `pos` is in. */
  protected logicalLineEnd(pos: number): number {
    let from = pos;
    for (;;) {
      const lineEnd = this.text.indexOf('\n', from);
      if (spliceBefore(this.bytes, lineEnd, 0) < 0 || lineEnd + 1 >= this.end) return lineEnd;
      from = lineEnd + 1;
    }
  }

  /** Where the comment that opens at `open` ends. */
  protected afterComment(open: number, begins: number = open): number {
    const { text } = this;
    const from = open + 2;
    const close = text.indexOf('*/', from);
    if (this.source.splicesComments) {
      const limit = close < 0 ? this.end : close;
      let lineEnd = text.indexOf('\n', from);
      while (lineEnd >= 0 && lineEnd < limit) {
        const end = splicedCommentEnd(this.bytes, lineEnd, from);
        if (end >= 0) return end;
        lineEnd = text.indexOf('\n', lineEnd + 1);
      }
    }
    if (close >= 0) return close + 2;
    return this.problems.failPlace('bad-input', 'unterminated comment', this.placeOf(begins), 2);
  }

  /** Sets `pos` to where `count` characters from `pos` on, and the splices between and behind them, have been passed. */
  protected walk(pos: number, count: number): void {
    let left = count;
    for (;;) {
      const after = this.bytes[pos] === BACKSLASH ? this.spliceAt(pos) : -1;
      if (after >= 0) pos = after;
      else if (left === 0) break;
      else {
        pos++;
        left--;
      }
    }
    this.pos = pos;
  }

  /** Passes the rest of a logical line in a skipped group, where comments may run on over lines; gives its newline. */
  private skipLogicalLine(start: number): number {
    const { bytes } = this;
    let pos = start;
    for (;;) {
      const code = bytes[pos] as number;
      if (code === NEWLINE || pos >= this.end) return pos;
      if (code === SLASH && bytes[pos + 1] === STAR) pos = this.afterComment(pos);
      else if (code === SLASH && bytes[pos + 1] === SLASH) return this.logicalLineEnd(pos);
      else if (code === BACKSLASH && this.spliceAt(pos) >= 0) pos = this.spliceAt(pos);
      else if (code === QUOTE || code === APOSTROPHE) {
        pos++;
        for (;;) {
          const inner = bytes[pos] as number;
          if (inner === NEWLINE || pos >= this.end) break;
          if (inner === code) {
            pos++;
            break;
          }
          if (inner === BACKSLASH) {
            const after = this.spliceAt(pos);
            if (after >= 0) pos = after;
            else pos += bytes[pos + 1] === NEWLINE ? 1 : 2;
          } else pos++;
        }
      } else pos++;
    }
  }

  /** Is this the next character, splices apart? */
  standsAt(char: string): boolean {
    let { pos } = this;
    while (this.bytes[pos] === BACKSLASH && this.spliceAt(pos) >= 0) pos = this.spliceAt(pos);
    return this.bytes[pos] === char.charCodeAt(0);
  }

  /**
   * Passes the rest of the line if it is plain: no literal, comment, splice, `#`, or character beyond ASCII, so that it is
   * nothing but ordinary tokens. Else stays where it is.
   */
  skipPlainLine(): boolean {
    const { bytes } = this;
    let at = this.pos;
    while (isPlain(bytes[at] as number)) at++;
    if (bytes[at] !== NEWLINE) return false;
    this.pos = at;
    return true;
  }
}
