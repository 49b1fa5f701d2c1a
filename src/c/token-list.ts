/**
 * The tokens of a unit. A unit has hundreds of thousands of them and few are ever looked at: each becomes an object when it is
 * asked for, and what passes over all of them asks for texts and kinds alone.
 */
import type { Token, TokenKind } from './token.js';

export abstract class TokenList implements Iterable<Token> {
  abstract readonly length: number;

  abstract at(index: number): Token | undefined;

  /** '' where there is none. */
  abstract textAt(index: number): string;

  abstract kindAt(index: number): TokenKind | undefined;

  abstract isIdentifier(index: number): boolean;

  /** A number for the spelling of each token, the same for the same one. */
  abstract readonly spellings: Int32Array;

  /** The spellings by number. */
  abstract readonly spellingTexts: readonly string[];

  /** Is it known to be the very token that stands in the other list? */
  abstract sameAt(index: number, other: TokenList, at: number): boolean;

  /** Do the tokens [from, to) have the spellings that stand in the other list from `there` on? */
  spelledAlike(from: number, to: number, other: TokenList, there: number): boolean {
    if (there + to - from > other.length) return false;
    const { spellings, spellingTexts } = this;
    const others = other.spellings;
    if (spellingTexts === other.spellingTexts) {
      for (let i = from; i < to; i++) if (spellings[i] !== others[there + i - from]) return false;
      return true;
    }
    for (let i = from; i < to; i++)
      if (this.textAt(i) !== other.textAt(there + i - from)) return false;
    return true;
  }

  /** How many tokens the two begin with that are spelled alike, wherever they come from. */
  commonStart(other: TokenList): number {
    const most = Math.min(this.length, other.length);
    const { spellings } = this;
    const others = other.spellings;
    let at = 0;
    if (this.spellingTexts === other.spellingTexts)
      while (at < most && spellings[at] === others[at]) at++;
    else while (at < most && this.textAt(at) === other.textAt(at)) at++;
    return at;
  }

  *[Symbol.iterator](): Generator<Token> {
    for (let i = 0; i < this.length; i++) yield this.at(i) as Token;
  }

  slice(from: number, to: number = this.length): Token[] {
    return Array.from({ length: Math.max(0, Math.min(to, this.length) - from) }, (_, i) => {
      return this.at(from + i) as Token;
    });
  }

  map<T>(made: (token: Token, index: number) => T): T[] {
    return this.slice(0).map(made);
  }

  /** The first that has this text, -1 for none. */
  indexOf(text: string): number {
    for (let i = 0; i < this.length; i++) if (this.textAt(i) === text) return i;
    return -1;
  }
}

/** Tokens that are there already. */
export class TokenArray extends TokenList {
  readonly length: number;
  readonly spellings: Int32Array;
  readonly spellingTexts: readonly string[];

  constructor(private readonly tokens: readonly Token[]) {
    super();
    this.length = tokens.length;
    const known = new Map<string, number>();
    this.spellings = Int32Array.from(tokens, ({ text }) => {
      const number = known.get(text) ?? known.size;
      known.set(text, number);
      return number;
    });
    this.spellingTexts = [...known.keys()];
  }

  at(index: number): Token | undefined {
    return this.tokens[index];
  }

  textAt(index: number): string {
    return this.tokens[index]?.text ?? '';
  }

  kindAt(index: number): TokenKind | undefined {
    return this.tokens[index]?.kind;
  }

  isIdentifier(index: number): boolean {
    return this.tokens[index]?.kind === 'identifier';
  }

  sameAt(index: number, other: TokenList, at: number): boolean {
    return this.tokens[index] === other.at(at);
  }
}
