/**
 * Characters to preprocessing tokens (C11 5.1.1.2 phases 2 and 3, 6.4), one file at a time, one token at a time.
 * Built for speed: bytes only, no string for a spelling seen before, `indexOf` for comments and skipped groups.
 * A token that line splices cut in pieces takes the slow path through a cleaned copy of its line.
 * Trigraphs are off, as in gnu11.
 */
import { sourceFile } from '../source-file.js';
import { isBlank, isDigit, isExtendedIdentifier } from './char-class.js';
import { isIdentifierPart, isIdentifierStart } from './char-class.js';
import { FileText, NOWHERE } from './file-text.js';
import { unspliced } from './line-splices.js';
import { HASH_FACTOR } from './names.js';
import { END, Kind, Mark, NO_VIA } from './pp-token.js';
import type { Problems } from './problems.js';
import { SourceCursor } from './source-cursor.js';
import { punctuatorAt } from './punctuator.js';
import type { TokenStore } from './token-store.js';
import { universalNameAt } from './universal-name.js';

const NEWLINE = 10;
const SPACE = 32;
const TAB = 9;
const QUOTE = 34;
const PLUS = 43;
const MINUS = 45;
const DOT = 46;
const APOSTROPHE = 39;
const STAR = 42;
const SLASH = 47;
const LESS = 60;
const BACKSLASH = 92;

export class Lexer extends SourceCursor {
  /** Within a directive a newline is the end; it is not consumed. */
  inDirective = false;

  constructor(
    source: FileText,
    private readonly store: TokenStore,
    problems: Problems,
    hasSplices = true,
    standsAll: number | null = null,
  ) {
    super(source, problems, hasSplices, standsAll);
  }

  /** Of a piece of text that no file has, which is said to stand at `place`. */
  static ofPiece(
    text: string,
    place: number,
    store: TokenStore,
    problems: Problems,
    hasSplices = true,
  ): Lexer {
    const source = new FileText(sourceFile('<text>', text), NOWHERE);
    const lexer = new Lexer(source, store, problems, hasSplices, place);
    lexer.inDirective = true;
    return lexer;
  }

  /** Reads a directive's line from another place of the text on, and comes back. */
  elsewhere<T>(at: number, read: () => T): T {
    const { pos, inDirective, fresh } = this;
    this.pos = at;
    this.inDirective = true;
    this.fresh = false;
    try {
      return read();
    } finally {
      this.pos = pos;
      this.inDirective = inDirective;
      this.fresh = fresh;
    }
  }

  /** The next token; `END` at the end of the file, or of the line within a directive. */
  next(): number {
    const { bytes } = this;
    let pos = this.pos;
    let marks = this.fresh ? Mark.lineStart : 0;
    if (pos >= this.end) return END;
    for (;;) {
      const code = bytes[pos] as number;
      if (code === SPACE || code === TAB) {
        pos++;
        marks |= Mark.space;
        continue;
      }
      if (isIdentifierStart(code)) {
        this.fresh = false;
        return this.identifier(pos, code, marks);
      }
      if (code === NEWLINE) {
        if (this.inDirective) {
          this.pos = pos;
          return END;
        }
        pos++;
        marks = Mark.lineStart | Mark.space;
        if (pos === this.end) {
          this.pos = pos;
          this.fresh = true;
          return END;
        }
        continue;
      }
      if (code === SLASH) {
        const after = this.afterCommentAt(pos);
        if (after >= 0) {
          pos = after;
          marks |= Mark.space;
          continue;
        }
      } else if (code === BACKSLASH) {
        const after = this.spliceAt(pos);
        if (after >= 0) {
          pos = after;
          if (pos === this.end) {
            // A splice at the very end of the file: there is no newline left for the scans to stop at.
            this.pos = pos;
            this.fresh = true;
            return END;
          }
          continue;
        }
      } else if (isBlank(code)) {
        pos++;
        marks |= Mark.space;
        continue;
      }
      this.fresh = false;
      return this.other(pos, code, marks);
    }
  }

  /** At `/`: where the comment that begins here ends, the newline of `//` excluded; -1 for none. */
  private afterCommentAt(pos: number): number {
    const second = this.bytes[pos + 1];
    if (second === STAR) return this.afterComment(pos);
    if (second === SLASH) return this.logicalLineEnd(pos);
    if (second !== BACKSLASH || this.spliceAt(pos + 1) < 0) return -1;
    const third = unspliced(this.source, pos).charCodeAt(1);
    if (third === STAR) {
      this.walk(pos, 2);
      return this.afterComment(this.pos - 2, pos);
    }
    return third === SLASH ? this.logicalLineEnd(pos) : -1;
  }

  /** The rest of the line up to its newline is passed over, comments and splices included. */
  skipLine(): void {
    if (!this.skipPlainLine()) {
      this.inDirective = true;
      while (this.next() !== END);
    }
    this.inDirective = false;
    this.fresh = true;
  }

  /** `<…>` or `"…"` after #include, where a backslash is an ordinary character (C11 6.4.7); `END` for anything else. */
  headerName(): number {
    const { text, bytes } = this;
    let pos = this.pos;
    for (;;) {
      const code = bytes[pos] as number;
      if (isBlank(code)) pos++;
      else if (code === SLASH && bytes[pos + 1] === STAR) pos = this.afterComment(pos);
      else if (code === BACKSLASH && this.spliceAt(pos) >= 0) pos = this.spliceAt(pos);
      else break;
    }
    this.pos = pos;
    const open = bytes[pos];
    if (open !== LESS && open !== QUOTE) return END;
    const close = text.indexOf(open === LESS ? '>' : '"', pos + 1);
    if (close < 0 || close > text.indexOf('\n', pos)) return END;
    this.pos = close + 1;
    return this.make(
      Kind.string | Mark.space,
      this.store.names.of(text.slice(pos, close + 1)),
      pos,
    );
  }

  private make(bits: number, spelling: number, pos: number): number {
    return this.store.add(bits, spelling, this.source.base + pos, NO_VIA);
  }

  /** One whose spelling is no plain run of ASCII. */
  private makeOf(bits: number, spelling: string, pos: number): number {
    return this.make(bits, this.store.names.of(spelling), pos);
  }

  private identifier(start: number, first: number, marks: number): number {
    const { bytes, source } = this;
    let hash = first;
    let pos = start + 1;
    let code = bytes[pos] as number;
    while (isIdentifierPart(code)) {
      hash = (Math.imul(hash, HASH_FACTOR) + code) | 0;
      code = bytes[++pos] as number;
    }
    if (code === BACKSLASH) {
      if (this.spliceAt(pos) >= 0) return this.lexSpliced(start, marks);
      if (universalNameAt(this.text, pos) !== null) return this.extendedIdentifier(start, marks);
    } else if (code >= 128) {
      if (isExtendedIdentifier(this.text.codePointAt(pos) ?? 0, false))
        return this.extendedIdentifier(start, marks);
    } else if ((code === QUOTE || code === APOSTROPHE) && pos - start <= 3) {
      const prefix = this.text.slice(start, pos);
      if (code === QUOTE && /^(?:u8|[LuU])?R$/.test(prefix))
        return this.rawString(prefix, pos, start, marks);
      if (prefix === 'L' || prefix === 'u' || prefix === 'U' || (prefix === 'u8' && code === QUOTE))
        return this.literal(start, pos, code, marks);
    }
    this.pos = pos;
    return this.make(Kind.identifier | marks, this.store.names.at(source, start, pos, hash), start);
  }

  /** Anything that is no identifier of plain letters. */
  private other(pos: number, code: number, marks: number): number {
    const { bytes, text } = this;
    if (isDigit(code)) return this.number(pos, code, marks);
    if (code === QUOTE || code === APOSTROPHE) return this.literal(pos, pos, code, marks);
    if (code === DOT) {
      const second = bytes[pos + 1] as number;
      if (isDigit(second)) return this.number(pos, code, marks);
      if (second === BACKSLASH && this.spliceAt(pos + 1) >= 0) return this.lexSpliced(pos, marks);
    }
    const punctuator = punctuatorAt(bytes, pos, code);
    if (punctuator >= 0) {
      const end = pos + (this.store.names.texts[punctuator] as string).length;
      if (bytes[end] === BACKSLASH && this.spliceAt(end) >= 0) return this.lexSpliced(pos, marks);
      this.pos = end;
      return this.make(Kind.punctuator | marks, punctuator, pos);
    }
    if (code === BACKSLASH) {
      const universal = universalNameAt(text, pos);
      if (universal !== null && universal.codePoint >= 0xa0) {
        this.checkStart(pos, universal.codePoint, universal.length);
        return this.extendedIdentifier(pos, marks);
      }
      if (universal === null && this.spliceAt(pos) < 0 && /^[uU]/.test(text.charAt(pos + 1))) {
        // `\u` may continue behind a splice.
        const cleaned = unspliced(this.source, pos);
        if (universalNameAt(cleaned, 0) !== null) return this.lexSpliced(pos, marks);
      }
    } else if (code >= 128) {
      const codePoint = text.codePointAt(pos) ?? 0;
      if (isExtendedIdentifier(codePoint, false)) {
        this.checkStart(pos, codePoint, codePoint > 0xffff ? 2 : 1);
        return this.extendedIdentifier(pos, marks);
      }
      this.pos = pos + (codePoint > 0xffff ? 2 : 1);
      return this.makeOf(Kind.other | marks, text.slice(pos, this.pos), pos);
    }
    this.pos = pos + 1;
    return this.makeOf(Kind.other | marks, text.charAt(pos), pos);
  }

  /** pp-number (C11 6.4.8). */
  private number(start: number, first: number, marks: number): number {
    const { bytes, text } = this;
    let hash = first;
    let wide = false;
    let pos = start + 1;
    for (;;) {
      const code = bytes[pos] as number;
      if (!isIdentifierPart(code) && code !== DOT) {
        if (code === PLUS || code === MINUS) {
          const before = (bytes[pos - 1] as number) | 32;
          if (before !== 101 && before !== 112) break;
        } else if (code === BACKSLASH) {
          if (this.spliceAt(pos) >= 0) return this.lexSpliced(start, marks);
          const universal = universalNameAt(text, pos);
          if (universal === null || !isExtendedIdentifier(universal.codePoint, false)) break;
          wide = true;
          pos += universal.length;
          continue;
        } else if (code >= 128) {
          const codePoint = text.codePointAt(pos) ?? 0;
          if (!isExtendedIdentifier(codePoint, false)) break;
          wide = true;
          pos += codePoint > 0xffff ? 2 : 1;
          continue;
        } else break;
      }
      hash = (Math.imul(hash, HASH_FACTOR) + code) | 0;
      pos++;
    }
    this.pos = pos;
    if (wide) return this.makeOf(Kind.number | marks, text.slice(start, pos), start);
    return this.make(
      Kind.number | marks,
      this.store.names.at(this.source, start, pos, hash),
      start,
    );
  }

  /** String literal or character constant; `open` is the opening quote's place, behind any prefix. */
  private literal(start: number, open: number, quote: number, marks: number): number {
    const { bytes, text } = this;
    let pos = open + 1;
    let widest = 0;
    for (;;) {
      const code = bytes[pos] as number;
      widest |= code;
      if (code === quote) {
        this.pos = pos + 1;
        const bits = (quote === QUOTE ? Kind.string : Kind.character) | marks;
        if (widest >= 128) return this.makeOf(bits, text.slice(start, pos + 1), start);
        let hash = 0;
        for (let i = start; i <= pos; i++)
          hash = (Math.imul(hash, HASH_FACTOR) + (bytes[i] as number)) | 0;
        return this.make(bits, this.store.names.at(this.source, start, pos + 1, hash), start);
      }
      if (code === BACKSLASH) {
        if (this.spliceAt(pos) >= 0) return this.lexSpliced(start, marks);
        const escaped = bytes[pos + 1] as number;
        if (escaped === BACKSLASH && this.spliceAt(pos + 1) >= 0)
          return this.lexSpliced(start, marks);
        widest |= escaped;
        pos += escaped === NEWLINE ? 1 : 2;
        continue;
      }
      if (code === NEWLINE) {
        // Unterminated: one token that no parser accepts (gcc warns here and fails later).
        this.problems.warnPlace(
          `missing terminating ${String.fromCharCode(quote)} character`,
          this.placeOf(open),
        );
        this.pos = pos;
        return this.makeOf(Kind.other | marks, text.slice(start, pos), start);
      }
      pos++;
    }
  }

  /**
   * R"delimiter( … )delimiter", in which neither splices nor escapes count. The prefix is given apart, as splices may
   * have cut it; `quote` is the opening quote's offset.
   */
  private rawString(prefix: string, quote: number, start: number, marks: number): number {
    const { text } = this;
    const open = text.indexOf('(', quote);
    const delimiter = open < 0 ? null : text.slice(quote + 1, open);
    const fail = (message: string): never =>
      this.problems.failPlace('bad-input', message, this.placeOf(start));
    if (delimiter === null || delimiter.length > 16 || /[\s()\\"]/.test(delimiter))
      return fail('invalid character in raw string delimiter');
    const close = text.indexOf(`)${delimiter}"`, open);
    const end = close + delimiter.length + 2;
    if (close < 0 || (this.inDirective && text.slice(quote, end).includes('\n')))
      return fail('unterminated raw string');
    this.pos = end;
    return this.makeOf(Kind.string | marks, prefix + text.slice(quote, end), start);
  }

  private extendedIdentifier(start: number, marks: number): number {
    const { bytes, text } = this;
    let pos = start;
    let decoded = '';
    for (;;) {
      const code = bytes[pos] as number;
      if (isIdentifierPart(code)) {
        decoded += text.charAt(pos++);
      } else if (code === BACKSLASH) {
        if (this.spliceAt(pos) >= 0) return this.lexSpliced(start, marks);
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
    const { names } = this.store;
    const spelling = names.of(text.slice(start, pos));
    const meaning = names.of(decoded);
    if (spelling === meaning) return this.make(Kind.identifier | marks, spelling, start);
    names.alias(spelling, meaning);
    return this.make(Kind.identifier | Mark.alias | marks, spelling, start);
  }

  /** May the character begin an identifier? */
  private checkStart(pos: number, codePoint: number, length: number): void {
    if (isExtendedIdentifier(codePoint, true)) return;
    const where = isExtendedIdentifier(codePoint, false)
      ? 'at the start of an identifier'
      : 'in an identifier';
    this.problems.failPlace(
      'bad-input',
      `character ${this.text.slice(pos, pos + length)} is not valid ${where}`,
      this.placeOf(pos),
      length,
    );
  }

  /** Lexes a token that has splices inside, from a copy of its logical line without them. */
  private lexSpliced(start: number, marks: number): number {
    const { store } = this;
    const line = unspliced(this.source, start);
    const rawPrefix = /^(?:u8|[LuU])?R(?=")/.exec(line)?.[0];
    if (rawPrefix !== undefined) {
      this.walk(start, rawPrefix.length);
      return this.rawString(rawPrefix, this.pos, start, marks);
    }
    const copy = Lexer.ofPiece(line, this.placeOf(start), store, this.problems, false);
    const found = copy.next();
    this.walk(start, copy.pos);
    const kind = Kind[store.kind(found)];
    const alias = store.bits(found) & Mark.alias;
    return this.make(kind | alias | marks, store.spelling(found), start);
  }
}
