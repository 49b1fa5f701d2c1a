/**
 * A place in a source text that keeps count of lines: what lexing and skipping have in common. Comments are passed with
 * `indexOf`, groups that a condition skips line by line.
 */
import type { SourceFile } from '../token.js';
import { isBlank } from './char-class.js';
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
  /** The file's text, always ending in a newline, so that scans need no bounds check. */
  readonly text: string;
  protected readonly end: number;
  pos = 0;
  line = 1;
  lineStart = 0;
  /** Nothing but white space has been passed on this line. */
  protected fresh = true;
  /** Where the next comment may begin, as `skipGroup` last found it. */
  private commentAhead = -1;

  constructor(
    readonly file: SourceFile,
    protected readonly problems: Problems,
    text: string,
    /** False for a line whose splices are gone: a backslash at its end is an ordinary character. */
    private readonly hasSplices: boolean,
  ) {
    // A carriage return ends a line too, alone or before the newline, as gcc has it.
    const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
    this.text = lines.endsWith('\n') ? lines : lines + '\n';
    this.end = this.text.length;
    if (this.text.charCodeAt(0) === 0xfeff) this.pos = 1;
  }

  /**
   * In a group that a condition skips: goes to the next line that begins with `#` and stands after it; false at the
   * end of the file. Nothing else in the group is looked at but comments and literals (C11 6.10.1p6).
   */
  skipGroup(): boolean {
    const text = this.text;
    let pos = this.pos;
    for (;;) {
      if (pos >= this.end) {
        this.pos = this.end;
        return false;
      }
      const code = text.charCodeAt(pos);
      if (isBlank(code)) {
        pos++;
        continue;
      }
      if (code === NEWLINE) {
        pos++;
        this.line++;
        this.lineStart = pos;
        continue;
      }
      if (code === HASH) {
        this.pos = pos + 1;
        this.fresh = false;
        return true;
      }
      if (code === PERCENT && text.charCodeAt(pos + 1) === COLON) {
        this.pos = pos + 2;
        this.fresh = false;
        return true;
      }
      if (code === SLASH && text.charCodeAt(pos + 1) === STAR) {
        pos = this.afterComment(pos);
        continue;
      }
      if (code === BACKSLASH && this.spliceAt(pos) >= 0) {
        pos = this.spliceAt(pos);
        this.line++;
        this.lineStart = pos;
        continue;
      }
      const lineEnd = text.indexOf('\n', pos);
      if (this.commentAhead < pos) {
        const found = text.indexOf('/*', pos);
        this.commentAhead = found < 0 ? this.end : found;
      }
      if (this.commentAhead < lineEnd || spliceBefore(text, lineEnd, this.lineStart) >= 0)
        pos = this.skipLogicalLine(pos);
      else pos = lineEnd;
    }
  }

  protected spliceAt(pos: number): number {
    return this.hasSplices ? spliceEnd(this.text, pos) : -1;
  }

  /** The newline that ends the logical line which `pos` is in; lines passed are counted. */
  protected logicalLineEnd(pos: number): number {
    const text = this.text;
    for (;;) {
      const lineEnd = text.indexOf('\n', pos);
      if (spliceBefore(text, lineEnd, this.lineStart) < 0 || lineEnd + 1 >= this.end)
        return lineEnd;
      pos = lineEnd + 1;
      this.line++;
      this.lineStart = pos;
    }
  }

  /** Where the comment that opens at `open` ends; lines passed are counted. */
  protected afterComment(open: number, begins: number = open): number {
    const text = this.text;
    const line = this.line;
    const lineStart = this.lineStart;
    const from = open + 2;
    for (;;) {
      const close = text.indexOf('*/', from);
      const limit = close < 0 ? this.end : close;
      let lineEnd = text.indexOf('\n', from);
      while (lineEnd >= 0 && lineEnd < limit) {
        this.line++;
        this.lineStart = lineEnd + 1;
        // `*`, a splice, `/` also ends a comment.
        if (text.charCodeAt(lineEnd - 1) === BACKSLASH || isBlank(text.charCodeAt(lineEnd - 1))) {
          const end = splicedCommentEnd(text, lineEnd, open + 2);
          if (end >= 0) return end;
        }
        lineEnd = text.indexOf('\n', lineEnd + 1);
      }
      if (close >= 0) return close + 2;
      this.line = line;
      this.lineStart = lineStart;
      this.problems.failAt(
        'bad-input',
        'unterminated comment',
        this.file,
        line,
        Math.max(1, begins - lineStart + 1),
        2,
      );
    }
  }

  protected countLines(from: number, to: number): void {
    for (
      let at = this.text.indexOf('\n', from);
      at >= 0 && at < to;
      at = this.text.indexOf('\n', at + 1)
    ) {
      this.line++;
      this.lineStart = at + 1;
    }
  }

  /** Sets `pos` to where `count` characters from `pos` on, and the splices between and behind them, have been passed. */
  protected walk(pos: number, count: number): void {
    const text = this.text;
    let left = count;
    for (;;) {
      const after = text.charCodeAt(pos) === BACKSLASH ? this.spliceAt(pos) : -1;
      if (after >= 0) {
        pos = after;
        this.line++;
        this.lineStart = pos;
      } else if (left === 0) break;
      else {
        pos++;
        left--;
      }
    }
    this.pos = pos;
  }

  /** Passes the rest of a logical line in a skipped group, where comments may run on over lines. */
  private skipLogicalLine(start: number): number {
    const text = this.text;
    let pos = start;
    for (;;) {
      const code = text.charCodeAt(pos);
      if (code === NEWLINE || pos >= this.end) return pos;
      if (code === SLASH && text.charCodeAt(pos + 1) === STAR) pos = this.afterComment(pos);
      else if (code === SLASH && text.charCodeAt(pos + 1) === SLASH)
        return this.logicalLineEnd(pos);
      else if (code === BACKSLASH && this.spliceAt(pos) >= 0) {
        pos = this.spliceAt(pos);
        this.line++;
        this.lineStart = pos;
      } else if (code === QUOTE || code === APOSTROPHE) {
        pos++;
        for (;;) {
          const inner = text.charCodeAt(pos);
          if (inner === NEWLINE) break;
          if (inner === code) {
            pos++;
            break;
          }
          if (inner === BACKSLASH) {
            const after = this.spliceAt(pos);
            if (after >= 0) {
              pos = after;
              this.line++;
              this.lineStart = pos;
              if (pos >= this.end) break;
            } else pos += text.charCodeAt(pos + 1) === NEWLINE ? 1 : 2;
          } else pos++;
        }
      } else pos++;
    }
  }

  /** Is this the next character, splices apart? */
  standsAt(char: string): boolean {
    let { pos } = this;
    while (this.text.charCodeAt(pos) === BACKSLASH && this.spliceAt(pos) >= 0)
      pos = this.spliceAt(pos);
    return this.text.startsWith(char, pos);
  }

  /**
   * Passes the rest of the line if it is plain: no literal, comment, splice, `#`, or character beyond ASCII, so that it is
   * nothing but ordinary tokens. Else stays where it is.
   */
  skipPlainLine(): boolean {
    const { text } = this;
    let at = this.pos;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === NEWLINE) {
        this.pos = at;
        return true;
      }
      if (
        code === QUOTE ||
        code === APOSTROPHE ||
        code === HASH ||
        code === SLASH ||
        code === BACKSLASH ||
        code === PERCENT ||
        code > 126
      )
        return false;
      at++;
    }
  }
}
