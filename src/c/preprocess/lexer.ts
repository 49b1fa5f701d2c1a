/**
 * Characters to preprocessing tokens (C11 5.1.1.2 phases 2 and 3, 6.4), one file at a time, one token at a time.
 * Built for speed: char codes only, no string for a name seen before, `indexOf` for comments and skipped groups.
 * A token that line splices cut in pieces takes the slow path through a cleaned copy of its line.
 * Known gap: a raw string whose prefix is cut by a splice is not recognised. Trigraphs are off, as in gnu11.
 */
import type { SourceFile, TokenKind } from '../token.js';
import { isBlank, isDigit, isExtendedIdentifier } from './char-class.js';
import { isIdentifierPart, isIdentifierStart } from './char-class.js';
import type { Name, Names } from './names.js';
import { HASH_FACTOR } from './names.js';
import { endToken, Mark, PpToken } from './pp-token.js';
import type { Problems } from './problems.js';

const NEWLINE = 10;
const SPACE = 32;
const TAB = 9;
const QUOTE = 34;
const HASH = 35;
const APOSTROPHE = 39;
const STAR = 42;
const SLASH = 47;
const BACKSLASH = 92;

export class Lexer {
  /** The file's text, always ending in a newline, so that scans need no bounds check. */
  readonly text: string;
  private readonly end: number;
  pos = 0;
  line = 1;
  lineStart = 0;
  /** Within a directive a newline is the end; it is not consumed. */
  inDirective = false;
  /** While macro arguments are collected a newline is white space. */
  newlineIsSpace = false;
  private fresh = true;
  /** Where the next comment may begin, as `skipGroup` last found it. */
  private commentAhead = -1;

  constructor(
    readonly file: SourceFile,
    private readonly names: Names,
    private readonly problems: Problems,
    text: string = file.text,
  ) {
    // A carriage return ends a line too, alone or before the newline, as gcc has it.
    const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
    this.text = lines.endsWith('\n') ? lines : lines + '\n';
    this.end = this.text.length;
    if (this.text.charCodeAt(0) === 0xfeff) this.pos = 1;
  }

  /** The next token; `endToken` at the end of the file, or of the line within a directive. */
  next(): PpToken {
    const text = this.text;
    let pos = this.pos;
    let space = false;
    let marks = this.fresh ? Mark.lineStart : 0;
    if (pos === this.end) return endToken;
    for (;;) {
      const code = text.charCodeAt(pos);
      if (code === SPACE || code === TAB) {
        pos++;
        space = true;
        continue;
      }
      if (isIdentifierStart(code)) {
        this.fresh = false;
        return this.identifier(pos, code, space, marks);
      }
      if (code === NEWLINE) {
        if (this.inDirective) {
          this.pos = pos;
          return endToken;
        }
        pos++;
        this.line++;
        this.lineStart = pos;
        marks = Mark.lineStart;
        space = this.newlineIsSpace;
        if (pos === this.end) {
          this.pos = pos;
          this.fresh = true;
          return endToken;
        }
        continue;
      }
      if (code === SLASH) {
        const second = text.charCodeAt(pos + 1);
        if (second === STAR) {
          pos = this.afterComment(pos);
          space = true;
          continue;
        }
        if (second === SLASH) {
          pos = this.logicalLineEnd(pos);
          space = true;
          continue;
        }
        if (second === BACKSLASH && this.spliceEnd(pos + 1) >= 0) {
          const third = this.cleaned(pos).charCodeAt(1);
          if (third === STAR) {
            const start = pos;
            this.walk(pos, 2);
            pos = this.afterComment(this.pos - 2, start);
            space = true;
            continue;
          }
          if (third === SLASH) {
            pos = this.logicalLineEnd(pos);
            space = true;
            continue;
          }
        }
      } else if (code === BACKSLASH) {
        const after = this.spliceEnd(pos);
        if (after >= 0) {
          pos = after;
          this.line++;
          this.lineStart = pos;
          if (pos === this.end) {
            // A splice at the very end of the file: there is no newline left for the scans to stop at.
            this.pos = pos;
            this.fresh = true;
            return endToken;
          }
          continue;
        }
      } else if (isBlank(code)) {
        pos++;
        space = true;
        continue;
      }
      this.fresh = false;
      return this.other(pos, code, space, marks);
    }
  }

  /** The rest of the line up to its newline is passed over, comments and splices included. */
  skipLine(): void {
    this.inDirective = true;
    while (this.next() !== endToken);
    this.inDirective = false;
    this.fresh = true;
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
      if (code === 37 && text.charCodeAt(pos + 1) === 58) {
        this.pos = pos + 2;
        this.fresh = false;
        return true;
      }
      if (code === SLASH && text.charCodeAt(pos + 1) === STAR) {
        pos = this.afterComment(pos);
        continue;
      }
      if (code === BACKSLASH && this.spliceEnd(pos) >= 0) {
        pos = this.spliceEnd(pos);
        this.line++;
        this.lineStart = pos;
        continue;
      }
      const lineEnd = text.indexOf('\n', pos);
      if (this.commentAhead < pos) {
        const found = text.indexOf('/*', pos);
        this.commentAhead = found < 0 ? this.end : found;
      }
      if (this.commentAhead < lineEnd || this.spliced(lineEnd)) pos = this.skipLogicalLine(pos);
      else pos = lineEnd;
    }
  }

  /** `<…>` or `"…"` after #include, where a backslash is an ordinary character (C11 6.4.7); null for anything else. */
  headerName(): PpToken | null {
    const text = this.text;
    let pos = this.pos;
    for (;;) {
      const code = text.charCodeAt(pos);
      if (isBlank(code)) pos++;
      else if (code === SLASH && text.charCodeAt(pos + 1) === STAR) pos = this.afterComment(pos);
      else if (code === BACKSLASH && this.spliceEnd(pos) >= 0) {
        pos = this.spliceEnd(pos);
        this.line++;
        this.lineStart = pos;
      } else break;
    }
    this.pos = pos;
    const open = text.charCodeAt(pos);
    if (open !== 60 && open !== QUOTE) return null;
    const close = text.indexOf(open === 60 ? '>' : '"', pos + 1);
    if (close < 0 || close > text.indexOf('\n', pos)) return null;
    this.pos = close + 1;
    return this.make('string', text.slice(pos, close + 1), pos, true, 0);
  }

  private make(
    kind: TokenKind,
    text: string,
    pos: number,
    space: boolean,
    marks: number,
    name: Name | null = null,
  ): PpToken {
    return new PpToken(
      kind,
      text,
      this.file,
      this.line,
      pos - this.lineStart + 1,
      null,
      space,
      name,
      marks,
      -1,
    );
  }

  private identifier(start: number, first: number, space: boolean, marks: number): PpToken {
    const text = this.text;
    let hash = first;
    let pos = start + 1;
    let code = text.charCodeAt(pos);
    while (isIdentifierPart(code)) {
      hash = (Math.imul(hash, HASH_FACTOR) + code) | 0;
      code = text.charCodeAt(++pos);
    }
    if (code === BACKSLASH) {
      if (this.spliceEnd(pos) >= 0) return this.lexSpliced(start, space, marks);
      if (this.universalName(pos) !== null) return this.extendedIdentifier(start, space, marks);
    } else if (code >= 128) {
      if (isExtendedIdentifier(text.codePointAt(pos) ?? 0, false))
        return this.extendedIdentifier(start, space, marks);
    } else if ((code === QUOTE || code === APOSTROPHE) && pos - start <= 3) {
      const prefix = text.slice(start, pos);
      if (code === QUOTE && /^(?:u8|[LuU])?R$/.test(prefix))
        return this.rawString(start, pos, space, marks);
      if (prefix === 'L' || prefix === 'u' || prefix === 'U' || (prefix === 'u8' && code === QUOTE))
        return this.literal(start, pos, code, space, marks);
    }
    this.pos = pos;
    const name = this.names.at(text, start, pos, hash);
    return new PpToken(
      'identifier',
      name.text,
      this.file,
      this.line,
      start - this.lineStart + 1,
      null,
      space,
      name,
      marks,
      -1,
    );
  }

  /** Anything that is no identifier of plain letters. */
  private other(pos: number, code: number, space: boolean, marks: number): PpToken {
    const text = this.text;
    if (isDigit(code)) return this.number(pos, space, marks);
    if (code === QUOTE || code === APOSTROPHE) return this.literal(pos, pos, code, space, marks);
    if (code === 46) {
      const second = text.charCodeAt(pos + 1);
      if (isDigit(second)) return this.number(pos, space, marks);
      if (second === BACKSLASH && this.spliceEnd(pos + 1) >= 0)
        return this.lexSpliced(pos, space, marks);
    }
    const punctuator = punctuatorAt(text, pos, code);
    if (punctuator !== '') {
      const end = pos + punctuator.length;
      if (text.charCodeAt(end) === BACKSLASH && this.spliceEnd(end) >= 0)
        return this.lexSpliced(pos, space, marks);
      this.pos = end;
      return this.make('punctuator', punctuator, pos, space, marks);
    }
    if (code === BACKSLASH) {
      const universal = this.universalName(pos);
      if (universal !== null && universal.codePoint >= 0xa0) {
        this.checkStart(pos, universal.codePoint, universal.length);
        return this.extendedIdentifier(pos, space, marks);
      }
      if (universal === null && this.spliceEnd(pos) < 0 && /^[uU]/.test(text.charAt(pos + 1))) {
        // `\u` may continue behind a splice.
        const cleaned = this.cleaned(pos);
        if (universalNameAt(cleaned, 0) !== null) return this.lexSpliced(pos, space, marks);
      }
    } else if (code >= 128) {
      const codePoint = text.codePointAt(pos) ?? 0;
      if (isExtendedIdentifier(codePoint, false)) {
        this.checkStart(pos, codePoint, codePoint > 0xffff ? 2 : 1);
        return this.extendedIdentifier(pos, space, marks);
      }
      this.pos = pos + (codePoint > 0xffff ? 2 : 1);
      return this.make('other', text.slice(pos, this.pos), pos, space, marks);
    }
    this.pos = pos + 1;
    return this.make('other', text.charAt(pos), pos, space, marks);
  }

  /** pp-number (C11 6.4.8). */
  private number(start: number, space: boolean, marks: number): PpToken {
    const text = this.text;
    let pos = start + 1;
    for (;;) {
      const code = text.charCodeAt(pos);
      if (isIdentifierPart(code) || code === 46) pos++;
      else if (code === 43 || code === 45) {
        const before = text.charCodeAt(pos - 1) | 32;
        if (before !== 101 && before !== 112) break;
        pos++;
      } else if (code === BACKSLASH) {
        if (this.spliceEnd(pos) >= 0) return this.lexSpliced(start, space, marks);
        const universal = this.universalName(pos);
        if (universal === null || !isExtendedIdentifier(universal.codePoint, false)) break;
        pos += universal.length;
      } else if (code >= 128) {
        const codePoint = text.codePointAt(pos) ?? 0;
        if (!isExtendedIdentifier(codePoint, false)) break;
        pos += codePoint > 0xffff ? 2 : 1;
      } else break;
    }
    this.pos = pos;
    return this.make('number', text.slice(start, pos), start, space, marks);
  }

  /** String literal or character constant; `open` is the opening quote's place, behind any prefix. */
  private literal(
    start: number,
    open: number,
    quote: number,
    space: boolean,
    marks: number,
  ): PpToken {
    const text = this.text;
    let pos = open + 1;
    for (;;) {
      const code = text.charCodeAt(pos);
      if (code === quote) {
        this.pos = pos + 1;
        const kind = quote === QUOTE ? 'string' : 'character';
        return this.make(kind, text.slice(start, pos + 1), start, space, marks);
      }
      if (code === BACKSLASH) {
        if (this.spliceEnd(pos) >= 0) return this.lexSpliced(start, space, marks);
        const escaped = text.charCodeAt(pos + 1);
        if (escaped === BACKSLASH && this.spliceEnd(pos + 1) >= 0)
          return this.lexSpliced(start, space, marks);
        pos += escaped === NEWLINE ? 1 : 2;
        continue;
      }
      if (code === NEWLINE) {
        // Unterminated: one token that no parser accepts (gcc warns here and fails later).
        this.problems.warnAt(
          `missing terminating ${String.fromCharCode(quote)} character`,
          this.file,
          this.line,
          open - this.lineStart + 1,
        );
        this.pos = pos;
        return this.make('other', text.slice(start, pos), start, space, marks);
      }
      pos++;
    }
  }

  /** R"delimiter( … )delimiter", in which neither splices nor escapes count. */
  private rawString(start: number, quote: number, space: boolean, marks: number): PpToken {
    const text = this.text;
    const open = text.indexOf('(', quote);
    const delimiter = open < 0 ? null : text.slice(quote + 1, open);
    if (delimiter === null || delimiter.length > 16 || /[\s()\\"]/.test(delimiter))
      this.problems.failAt(
        'bad-input',
        'invalid character in raw string delimiter',
        this.file,
        this.line,
        start - this.lineStart + 1,
      );
    const close = text.indexOf(`)${delimiter}"`, open);
    if (close < 0)
      this.problems.failAt(
        'bad-input',
        'unterminated raw string',
        this.file,
        this.line,
        start - this.lineStart + 1,
      );
    const end = close + delimiter.length + 2;
    const token = this.make('string', text.slice(start, end), start, space, marks);
    this.countLines(start, end);
    this.pos = end;
    return token;
  }

  private extendedIdentifier(start: number, space: boolean, marks: number): PpToken {
    const text = this.text;
    let pos = start;
    let decoded = '';
    for (;;) {
      const code = text.charCodeAt(pos);
      if (isIdentifierPart(code)) {
        decoded += text.charAt(pos++);
      } else if (code === BACKSLASH) {
        if (this.spliceEnd(pos) >= 0) return this.lexSpliced(start, space, marks);
        const universal = this.universalName(pos);
        if (universal === null || !isExtendedIdentifier(universal.codePoint, pos === start)) break;
        decoded += String.fromCodePoint(universal.codePoint);
        pos += universal.length;
      } else if (code >= 128) {
        const codePoint = text.codePointAt(pos) ?? 0;
        if (!isExtendedIdentifier(codePoint, pos === start)) break;
        decoded += String.fromCodePoint(codePoint);
        pos += codePoint > 0xffff ? 2 : 1;
      } else break;
    }
    this.pos = pos;
    const spelling = text.slice(start, pos);
    return this.make('identifier', spelling, start, space, marks, this.names.of(decoded));
  }

  /** May the character begin an identifier? */
  private checkStart(pos: number, codePoint: number, length: number): void {
    if (isExtendedIdentifier(codePoint, true)) return;
    const where = isExtendedIdentifier(codePoint, false)
      ? 'at the start of an identifier'
      : 'in an identifier';
    this.problems.failAt(
      'bad-input',
      `character ${this.text.slice(pos, pos + length)} is not valid ${where}`,
      this.file,
      this.line,
      pos - this.lineStart + 1,
      length,
    );
  }

  private universalName(pos: number): { codePoint: number; length: number } | null {
    return universalNameAt(this.text, pos);
  }

  /** Where the text goes on after the line splice at `pos`, or -1. Blanks before the newline are let through, as in gcc. */
  private spliceEnd(pos: number): number {
    let at = pos + 1;
    for (;;) {
      const code = this.text.charCodeAt(at);
      if (code === NEWLINE) return at + 1;
      if (!isBlank(code) || at >= this.end) return -1;
      at++;
    }
  }

  /** Is the newline at `lineEnd` spliced away? */
  private spliced(lineEnd: number): boolean {
    let at = lineEnd - 1;
    let code = this.text.charCodeAt(at);
    while (isBlank(code)) code = this.text.charCodeAt(--at);
    return code === BACKSLASH && at >= this.lineStart;
  }

  /** The newline that ends the logical line which `pos` is in; lines passed are counted. */
  private logicalLineEnd(pos: number): number {
    for (;;) {
      const lineEnd = this.text.indexOf('\n', pos);
      if (!this.spliced(lineEnd) || lineEnd + 1 >= this.end) return lineEnd;
      pos = lineEnd + 1;
      this.line++;
      this.lineStart = pos;
    }
  }

  /** Where the comment that opens at `open` ends; lines passed are counted. */
  private afterComment(open: number, begins: number = open): number {
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
          const end = this.splicedClose(lineEnd, open + 2);
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

  /** After a spliced newline within a comment: the end of the comment if `*` stood before and `/` comes next. */
  private splicedClose(lineEnd: number, bodyStart: number): number {
    const text = this.text;
    let at = lineEnd;
    // Back over any number of splices to the character before them.
    for (;;) {
      let before = at - 1;
      while (isBlank(text.charCodeAt(before))) before--;
      if (text.charCodeAt(before) !== BACKSLASH) return -1;
      if (text.charCodeAt(before - 1) === NEWLINE) {
        at = before - 1;
        continue;
      }
      if (text.charCodeAt(before - 1) !== STAR || before - 1 < bodyStart) return -1;
      return text.charCodeAt(lineEnd + 1) === SLASH ? lineEnd + 2 : -1;
    }
  }

  private countLines(from: number, to: number): void {
    for (
      let at = this.text.indexOf('\n', from);
      at >= 0 && at < to;
      at = this.text.indexOf('\n', at + 1)
    ) {
      this.line++;
      this.lineStart = at + 1;
    }
  }

  /** The logical line from `pos` on, without its splices. */
  private cleaned(pos: number): string {
    let result = '';
    let from = pos;
    for (;;) {
      const lineEnd = this.text.indexOf('\n', from);
      let at = lineEnd - 1;
      while (at >= from && isBlank(this.text.charCodeAt(at))) at--;
      if (at < from || this.text.charCodeAt(at) !== BACKSLASH)
        return result + this.text.slice(from, lineEnd);
      result += this.text.slice(from, at);
      from = lineEnd + 1;
      if (from >= this.end) return result;
    }
  }

  /** Sets `pos` to where `count` characters of the cleaned line from `pos` on have been passed. */
  private walk(pos: number, count: number): void {
    let left = count;
    while (left > 0) {
      if (this.text.charCodeAt(pos) === BACKSLASH) {
        const after = this.spliceEnd(pos);
        if (after >= 0) {
          pos = after;
          this.line++;
          this.lineStart = pos;
          continue;
        }
      }
      pos++;
      left--;
    }
    this.pos = pos;
  }

  /** Lexes a token that has splices inside, from a cleaned copy of its logical line. */
  private lexSpliced(start: number, space: boolean, marks: number): PpToken {
    const copy = new Lexer(this.file, this.names, this.problems, this.cleaned(start));
    copy.inDirective = true;
    copy.line = this.line;
    const token = copy.next();
    const result = new PpToken(
      token.kind,
      token.text,
      this.file,
      this.line,
      start - this.lineStart + 1,
      null,
      space,
      token.name,
      marks,
      -1,
    );
    this.walk(start, copy.pos);
    return result;
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
      else if (code === BACKSLASH && this.spliceEnd(pos) >= 0) {
        pos = this.spliceEnd(pos);
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
            const after = this.spliceEnd(pos);
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
}

function universalNameAt(text: string, pos: number): { codePoint: number; length: number } | null {
  const letter = text.charAt(pos + 1);
  const digits = letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
  if (digits === 0) return null;
  const hex = text.slice(pos + 2, pos + 2 + digits);
  if (hex.length !== digits || !/^[0-9A-Fa-f]+$/.test(hex)) return null;
  const codePoint = parseInt(hex, 16);
  return codePoint > 0x10ffff ? null : { codePoint, length: digits + 2 };
}

/** The longest punctuator at `pos` (C11 6.4.6), '' for none. */
function punctuatorAt(text: string, pos: number, code: number): string {
  const second = text.charCodeAt(pos + 1);
  switch (code) {
    case 33:
      return second === 61 ? '!=' : '!';
    case 35:
      return second === 35 ? '##' : '#';
    case 37:
      if (second === 61) return '%=';
      if (second === 62) return '%>';
      if (second === 58)
        return text.charCodeAt(pos + 2) === 37 && text.charCodeAt(pos + 3) === 58 ? '%:%:' : '%:';
      return '%';
    case 38:
      return second === 38 ? '&&' : second === 61 ? '&=' : '&';
    case 40:
      return '(';
    case 41:
      return ')';
    case 42:
      return second === 61 ? '*=' : '*';
    case 43:
      return second === 43 ? '++' : second === 61 ? '+=' : '+';
    case 44:
      return ',';
    case 45:
      return second === 62 ? '->' : second === 45 ? '--' : second === 61 ? '-=' : '-';
    case 46:
      return second === 46 && text.charCodeAt(pos + 2) === 46 ? '...' : '.';
    case 47:
      return second === 61 ? '/=' : '/';
    case 58:
      return second === 62 ? ':>' : second === 58 ? '::' : ':';
    case 59:
      return ';';
    case 60:
      if (second === 60) return text.charCodeAt(pos + 2) === 61 ? '<<=' : '<<';
      return second === 61 ? '<=' : second === 58 ? '<:' : second === 37 ? '<%' : '<';
    case 61:
      return second === 61 ? '==' : '=';
    case 62:
      if (second === 62) return text.charCodeAt(pos + 2) === 61 ? '>>=' : '>>';
      return second === 61 ? '>=' : '>';
    case 63:
      return '?';
    case 91:
      return '[';
    case 93:
      return ']';
    case 94:
      return second === 61 ? '^=' : '^';
    case 123:
      return '{';
    case 124:
      return second === 124 ? '||' : second === 61 ? '|=' : '|';
    case 125:
      return '}';
    case 126:
      return '~';
    default:
      return '';
  }
}
