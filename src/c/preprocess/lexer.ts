/**
 * Characters to preprocessing tokens (C11 5.1.1.2 phases 2 and 3, 6.4), one file at a time, one token at a time.
 * Built for speed: char codes only, no string for a name seen before, `indexOf` for comments and skipped groups.
 * A token that line splices cut in pieces takes the slow path through a cleaned copy of its line.
 * Trigraphs are off, as in gnu11.
 */
import type { SourceFile } from '../token.js';
import { isBlank, isDigit, isExtendedIdentifier } from './char-class.js';
import { isIdentifierPart, isIdentifierStart } from './char-class.js';
import { unspliced } from './line-splices.js';
import type { Name, Names } from './names.js';
import { HASH_FACTOR } from './names.js';
import { endToken, Kind, Mark, SpelledToken } from './pp-token.js';
import type { Problems } from './problems.js';
import { SourceCursor } from './source-cursor.js';
import { punctuatorAt } from './punctuator.js';
import { universalNameAt } from './universal-name.js';

const NEWLINE = 10;
const SPACE = 32;
const TAB = 9;
const QUOTE = 34;
const APOSTROPHE = 39;
const STAR = 42;
const SLASH = 47;
const BACKSLASH = 92;

export class Lexer extends SourceCursor {
  /** Within a directive a newline is the end; it is not consumed. */
  inDirective = false;

  constructor(
    file: SourceFile,
    private readonly names: Names,
    problems: Problems,
    text: string = file.text,
    hasSplices = true,
  ) {
    super(file, problems, text, hasSplices);
  }

  /** Goes on from where another lexer of the same text stood, at the end of a line. */
  resume(at: { readonly pos: number; readonly line: number; readonly lineStart: number }): void {
    this.pos = at.pos;
    this.line = at.line;
    this.lineStart = at.lineStart;
    this.fresh = true;
  }

  /** Reads from another place of the text, and comes back. */
  elsewhere<T>(
    at: { readonly pos: number; readonly line: number; readonly lineStart: number },
    read: () => T,
  ): T {
    const { pos, line, lineStart, inDirective, fresh } = this;
    this.pos = at.pos;
    this.line = at.line;
    this.lineStart = at.lineStart;
    this.inDirective = true;
    this.fresh = false;
    try {
      return read();
    } finally {
      this.pos = pos;
      this.line = line;
      this.lineStart = lineStart;
      this.inDirective = inDirective;
      this.fresh = fresh;
    }
  }

  /** The next token; `endToken` at the end of the file, or of the line within a directive. */
  next(): SpelledToken {
    const text = this.text;
    let pos = this.pos;
    let space = false;
    let marks = this.fresh ? Mark.lineStart : 0;
    if (pos >= this.end) return endToken;
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
        space = true;
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
        if (second === BACKSLASH && this.spliceAt(pos + 1) >= 0) {
          const third = unspliced(text, pos).charCodeAt(1);
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
        const after = this.spliceAt(pos);
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

  /** `<…>` or `"…"` after #include, where a backslash is an ordinary character (C11 6.4.7); null for anything else. */
  headerName(): SpelledToken | null {
    const text = this.text;
    let pos = this.pos;
    for (;;) {
      const code = text.charCodeAt(pos);
      if (isBlank(code)) pos++;
      else if (code === SLASH && text.charCodeAt(pos + 1) === STAR) pos = this.afterComment(pos);
      else if (code === BACKSLASH && this.spliceAt(pos) >= 0) {
        pos = this.spliceAt(pos);
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
    return this.make(Kind.string, text.slice(pos, close + 1), pos, true, 0);
  }

  private make(
    kind: number,
    spelling: string | Name,
    pos: number,
    space: boolean,
    marks: number,
  ): SpelledToken {
    const bits = space ? kind | marks | Mark.space : kind | marks;
    return new SpelledToken(spelling, this.file, this.line, pos - this.lineStart + 1, bits);
  }

  private identifier(start: number, first: number, space: boolean, marks: number): SpelledToken {
    const text = this.text;
    let hash = first;
    let pos = start + 1;
    let code = text.charCodeAt(pos);
    while (isIdentifierPart(code)) {
      hash = (Math.imul(hash, HASH_FACTOR) + code) | 0;
      code = text.charCodeAt(++pos);
    }
    if (code === BACKSLASH) {
      if (this.spliceAt(pos) >= 0) return this.lexSpliced(start, space, marks);
      if (universalNameAt(text, pos) !== null) return this.extendedIdentifier(start, space, marks);
    } else if (code >= 128) {
      if (isExtendedIdentifier(text.codePointAt(pos) ?? 0, false))
        return this.extendedIdentifier(start, space, marks);
    } else if ((code === QUOTE || code === APOSTROPHE) && pos - start <= 3) {
      const prefix = text.slice(start, pos);
      if (code === QUOTE && /^(?:u8|[LuU])?R$/.test(prefix))
        return this.rawString(
          prefix,
          pos,
          { line: this.line, column: start - this.lineStart + 1 },
          marks | (space ? Mark.space : 0),
        );
      if (prefix === 'L' || prefix === 'u' || prefix === 'U' || (prefix === 'u8' && code === QUOTE))
        return this.literal(start, pos, code, space, marks);
    }
    this.pos = pos;
    return this.make(Kind.identifier, this.names.at(text, start, pos, hash), start, space, marks);
  }

  /** Anything that is no identifier of plain letters. */
  private other(pos: number, code: number, space: boolean, marks: number): SpelledToken {
    const text = this.text;
    if (isDigit(code)) return this.number(pos, space, marks);
    if (code === QUOTE || code === APOSTROPHE) return this.literal(pos, pos, code, space, marks);
    if (code === 46) {
      const second = text.charCodeAt(pos + 1);
      if (isDigit(second)) return this.number(pos, space, marks);
      if (second === BACKSLASH && this.spliceAt(pos + 1) >= 0)
        return this.lexSpliced(pos, space, marks);
    }
    const punctuator = punctuatorAt(text, pos, code);
    if (punctuator !== '') {
      const end = pos + punctuator.length;
      if (text.charCodeAt(end) === BACKSLASH && this.spliceAt(end) >= 0)
        return this.lexSpliced(pos, space, marks);
      this.pos = end;
      return this.make(Kind.punctuator, punctuator, pos, space, marks);
    }
    if (code === BACKSLASH) {
      const universal = universalNameAt(text, pos);
      if (universal !== null && universal.codePoint >= 0xa0) {
        this.checkStart(pos, universal.codePoint, universal.length);
        return this.extendedIdentifier(pos, space, marks);
      }
      if (universal === null && this.spliceAt(pos) < 0 && /^[uU]/.test(text.charAt(pos + 1))) {
        // `\u` may continue behind a splice.
        const cleaned = unspliced(text, pos);
        if (universalNameAt(cleaned, 0) !== null) return this.lexSpliced(pos, space, marks);
      }
    } else if (code >= 128) {
      const codePoint = text.codePointAt(pos) ?? 0;
      if (isExtendedIdentifier(codePoint, false)) {
        this.checkStart(pos, codePoint, codePoint > 0xffff ? 2 : 1);
        return this.extendedIdentifier(pos, space, marks);
      }
      this.pos = pos + (codePoint > 0xffff ? 2 : 1);
      return this.make(Kind.other, text.slice(pos, this.pos), pos, space, marks);
    }
    this.pos = pos + 1;
    return this.make(Kind.other, text.charAt(pos), pos, space, marks);
  }

  /** pp-number (C11 6.4.8). */
  private number(start: number, space: boolean, marks: number): SpelledToken {
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
        if (this.spliceAt(pos) >= 0) return this.lexSpliced(start, space, marks);
        const universal = universalNameAt(text, pos);
        if (universal === null || !isExtendedIdentifier(universal.codePoint, false)) break;
        pos += universal.length;
      } else if (code >= 128) {
        const codePoint = text.codePointAt(pos) ?? 0;
        if (!isExtendedIdentifier(codePoint, false)) break;
        pos += codePoint > 0xffff ? 2 : 1;
      } else break;
    }
    this.pos = pos;
    return this.make(Kind.number, text.slice(start, pos), start, space, marks);
  }

  /** String literal or character constant; `open` is the opening quote's place, behind any prefix. */
  private literal(
    start: number,
    open: number,
    quote: number,
    space: boolean,
    marks: number,
  ): SpelledToken {
    const text = this.text;
    let pos = open + 1;
    for (;;) {
      const code = text.charCodeAt(pos);
      if (code === quote) {
        this.pos = pos + 1;
        const kind = quote === QUOTE ? Kind.string : Kind.character;
        return this.make(kind, text.slice(start, pos + 1), start, space, marks);
      }
      if (code === BACKSLASH) {
        if (this.spliceAt(pos) >= 0) return this.lexSpliced(start, space, marks);
        const escaped = text.charCodeAt(pos + 1);
        if (escaped === BACKSLASH && this.spliceAt(pos + 1) >= 0)
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
        return this.make(Kind.other, text.slice(start, pos), start, space, marks);
      }
      pos++;
    }
  }

  /**
   * R"delimiter( … )delimiter", in which neither splices nor escapes count. The prefix is given apart, as splices may
   * have cut it; `quote` is the opening quote's place.
   */
  private rawString(
    prefix: string,
    quote: number,
    at: { line: number; column: number },
    bits: number,
  ): SpelledToken {
    const text = this.text;
    const open = text.indexOf('(', quote);
    const delimiter = open < 0 ? null : text.slice(quote + 1, open);
    const fail = (message: string): never =>
      this.problems.failAt('bad-input', message, this.file, at.line, at.column);
    if (delimiter === null || delimiter.length > 16 || /[\s()\\"]/.test(delimiter))
      return fail('invalid character in raw string delimiter');
    const close = text.indexOf(`)${delimiter}"`, open);
    const end = close + delimiter.length + 2;
    if (close < 0 || (this.inDirective && text.slice(quote, end).includes('\n')))
      return fail('unterminated raw string');
    this.countLines(quote, end);
    this.pos = end;
    const spelling = prefix + text.slice(quote, end);
    return new SpelledToken(spelling, this.file, at.line, at.column, Kind.string | bits);
  }

  private extendedIdentifier(start: number, space: boolean, marks: number): SpelledToken {
    const text = this.text;
    let pos = start;
    let decoded = '';
    for (;;) {
      const code = text.charCodeAt(pos);
      if (isIdentifierPart(code)) {
        decoded += text.charAt(pos++);
      } else if (code === BACKSLASH) {
        if (this.spliceAt(pos) >= 0) return this.lexSpliced(start, space, marks);
        const universal = universalNameAt(text, pos);
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
    const name = this.names.of(spelling);
    name.meaning = this.names.of(decoded);
    return this.make(Kind.identifier, name, start, space, marks);
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

  /** Lexes a token that has splices inside, from a copy of its logical line without them. */
  private lexSpliced(start: number, space: boolean, marks: number): SpelledToken {
    const line = unspliced(this.text, start);
    const at = { line: this.line, column: start - this.lineStart + 1 };
    const bits = marks | (space ? Mark.space : 0);
    const rawPrefix = /^(?:u8|[LuU])?R(?=")/.exec(line)?.[0];
    if (rawPrefix !== undefined) {
      this.walk(start, rawPrefix.length);
      return this.rawString(rawPrefix, this.pos, at, bits);
    }
    const copy = new Lexer(this.file, this.names, this.problems, line, false);
    copy.inDirective = true;
    copy.line = this.line;
    const found = copy.next();
    this.walk(start, copy.pos);
    const kind = Kind[found.kind];
    return new SpelledToken(
      kind === Kind.identifier ? this.names.of(found.text) : found.text,
      this.file,
      at.line,
      at.column,
      kind | bits,
    );
  }
}
