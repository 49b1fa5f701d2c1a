/** The cutting itself: where each top-level declaration ends, and the names that it declares. */
import type { TokenList } from '../token-list.js';
import type { DeclarationRange } from '../unit-index.js';
import { asmWords, isReserved, specifierWords } from './keywords.js';

/** Types that gcc declares before the first line. */
const builtinTypes = ['__builtin_va_list'];

/** The first tokens' declarations, as another unit that begins with them has them, and the names that it knows. */
export interface Inherited {
  /** How many tokens, a whole number of declarations. */
  readonly tokens: number;
  readonly declarations: readonly DeclarationRange[];
  readonly from: {
    readonly ordinary: ReadonlyMap<string, number[]>;
    readonly tags: ReadonlyMap<string, number[]>;
    readonly types: ReadonlyMap<string, number>;
  } | null;
}

/** What the first declarations, `count` of them, declare; the lists stay those of the other unit where they may. */
function declaredBy(known: ReadonlyMap<string, number[]>, count: number): Map<string, number[]> {
  const declared = new Map<string, number[]>();
  for (const [name, at] of known) {
    if ((at[0] ?? count) >= count) continue;
    const within = (at.at(-1) ?? 0) < count;
    declared.set(name, within ? at : at.filter((number) => number < count));
  }
  return declared;
}

export class Cutter {
  readonly declarations: DeclarationRange[];
  readonly ordinary: Map<string, number[]>;
  readonly tags: Map<string, number[]>;
  readonly types = new Map<string, number>(builtinTypes.map((name) => [name, -1]));
  private at: number;
  /** How many of the declarations are another unit's. */
  private readonly inherited: number;
  private readonly spellings: Int32Array;
  private readonly texts: readonly string[];

  constructor(
    private readonly tokens: TokenList,
    private readonly partner: Int32Array,
    start: Inherited,
  ) {
    this.spellings = tokens.spellings;
    this.texts = tokens.spellingTexts;
    const { from, declarations } = start;
    this.at = start.tokens;
    this.declarations = [...declarations];
    this.inherited = declarations.length;
    this.ordinary = declaredBy(from?.ordinary ?? new Map<string, number[]>(), declarations.length);
    this.tags = declaredBy(from?.tags ?? new Map<string, number[]>(), declarations.length);
    for (const [name, at] of from?.types ?? [])
      if (at < declarations.length) this.types.set(name, at);
  }

  run(): void {
    while (this.at < this.tokens.length) {
      if (this.text() === ';') this.at++;
      else this.cutOne();
    }
  }

  private text(i = this.at): string {
    return i < this.spellings.length ? (this.texts[this.spellings[i] as number] as string) : '';
  }

  private isIdentifier(i = this.at): boolean {
    return this.tokens.isIdentifier(i);
  }

  /** One past the bracketed group that begins at i, or past the token there: never back, whatever stands where a group should. */
  private past(i: number): number {
    return Math.max(this.partner[i] ?? i, i) + 1;
  }

  private declare(into: Map<string, number[]>, name: string): void {
    const number = this.declarations.length;
    const known = into.get(name);
    const last = known?.at(-1) ?? -1;
    if (known === undefined) into.set(name, [number]);
    // The list is another unit's too.
    else if (last < this.inherited) into.set(name, [...known, number]);
    else if (last !== number) known.push(number);
  }

  private cutOne(): void {
    const first = this.at;
    let defines: string | null = null;
    if (this.text() === '_Static_assert' || asmWords.has(this.text())) this.toSemicolon();
    else {
      const isTypedef = this.specifiers();
      defines = this.declarators(isTypedef);
    }
    this.declarations.push({ first, last: this.at - 1, defines });
  }

  /** Moves past the next `;` outside brackets. */
  private toSemicolon(): void {
    while (this.at < this.tokens.length && this.text() !== ';') this.step();
    this.at++;
    if (this.at > this.tokens.length) this.at = this.tokens.length;
  }

  /** Over one token, or one bracketed group, whose tags and enumerators are noted. */
  private step(): void {
    const close = this.partner[this.at] ?? -1;
    if (close > this.at) {
      this.noteTags(this.at, close);
      this.at = close + 1;
    } else this.at++;
  }

  private specifiers(): boolean {
    let isTypedef = false;
    let hasType = false;
    while (this.isIdentifier()) {
      const text = this.text();
      const word = specifierWords.get(text);
      if (word === undefined) {
        if (hasType || !this.types.has(text)) break;
        hasType = true;
        this.at++;
        continue;
      }
      switch (word.is) {
        case 'storage':
          if (word.storage === 'typedef') isTypedef = true;
          this.at++;
          break;
        case 'basic':
        case 'auto-type':
        case 'va-list':
          hasType = true;
          this.at++;
          break;
        case 'typeof':
          hasType = true;
          this.at++;
          if (this.text() === '(') this.step();
          break;
        case 'attribute':
        case 'alignas':
          this.at++;
          if (this.text() === '(') this.step();
          break;
        case 'qualifier':
          this.at++;
          if (word.qualifier === 'atomic' && this.text() === '(') {
            hasType = true;
            this.step();
          }
          break;
        case 'record':
        case 'enum':
          hasType = true;
          this.tagged();
          break;
        case 'address-space':
        case 'inline':
        case 'noreturn':
        case 'thread':
        case 'extension':
          this.at++;
          break;
      }
    }
    return isTypedef;
  }

  /** At `struct`, `union` or `enum`. */
  private tagged(): void {
    const keyword = this.at;
    const { body, after } = this.tagAt(keyword);
    if (body >= 0) this.noteTag(keyword, body);
    this.at = after;
    if (body >= 0) {
      const close = this.past(body) - 1;
      this.noteTags(body, close);
      this.at = close + 1;
    }
  }

  /** Where the braces behind a tag keyword begin (-1: none), and what comes after the tag. */
  private tagAt(keyword: number): { tag: string | null; body: number; after: number } {
    let i = keyword + 1;
    while (specifierWords.get(this.text(i))?.is === 'attribute') i = this.past(i + 1);
    let tag: string | null = null;
    if (this.isIdentifier(i) && !isReserved(this.text(i))) tag = this.text(i++);
    return { tag, body: this.text(i) === '{' ? i : -1, after: i };
  }

  private noteTag(keyword: number, body: number): void {
    const { tag } = this.tagAt(keyword);
    if (tag !== null) this.declare(this.tags, `${this.text(keyword)} ${tag}`);
    if (this.text(keyword) === 'enum') this.noteEnumerators(body);
  }

  private noteEnumerators(body: number): void {
    const close = this.past(body) - 1;
    let i = body + 1;
    while (i < close) {
      if (this.isIdentifier(i)) this.declare(this.ordinary, this.text(i));
      while (i < close && this.text(i) !== ',') {
        i = (this.partner[i] ?? -1) > i ? this.past(i) : i + 1;
      }
      i++;
    }
  }

  /** Tags and enumerators defined inside brackets at file scope: in struct bodies, in `sizeof(…)`, in initialisers. */
  private noteTags(open: number, close: number): void {
    for (let i = open + 1; i < close; i++) {
      if (!this.isIdentifier(i)) continue;
      const is = specifierWords.get(this.text(i))?.is;
      if (is !== 'record' && is !== 'enum') continue;
      const { body } = this.tagAt(i);
      if (body >= 0) this.noteTag(i, body);
    }
  }

  /** The declarators, up to and with `;` or the body of a function, whose name is returned. */
  private declarators(isTypedef: boolean): string | null {
    let name: string | null = null;
    let hasParameters = false;
    let oldStyle = false;
    while (this.at < this.tokens.length) {
      const text = this.text();
      switch (text) {
        case ';':
          this.at++;
          if (!oldStyle) return null;
          continue;
        case ',':
          this.at++;
          if (!oldStyle) name = null;
          continue;
        case '=':
          this.at++;
          while (this.at < this.tokens.length && this.text() !== ',' && this.text() !== ';') {
            this.step();
          }
          continue;
        case '{':
          if (name !== null && hasParameters) {
            this.at = this.past(this.at);
            return name;
          }
          this.step();
          continue;
        case '(':
          if (name === null) {
            name = this.nestedName(this.at);
            if (name !== null) this.declareName(name, isTypedef);
            // The group may hold the parameters of a function itself: `(f(int x))`.
            hasParameters = this.holdsParameters(this.at);
            this.step();
            continue;
          }
          hasParameters = true;
          // Parameters have a scope of their own (C11 6.2.1p4).
          this.at = this.past(this.at);
          oldStyle ||= this.opensOldStyle();
          continue;
        case '[':
          this.step();
          continue;
        default:
      }
      if (!this.isIdentifier()) {
        this.at++;
        continue;
      }
      const word = specifierWords.get(text);
      if (word?.is === 'attribute' || asmWords.has(text)) {
        this.at++;
        if (this.text() === '(') this.step();
      } else if (word === undefined && name === null && !oldStyle) {
        name = text;
        this.declareName(name, isTypedef);
        this.at++;
      } else this.at++;
    }
    return null;
  }

  private declareName(name: string, isTypedef: boolean): void {
    if (isReserved(name)) return;
    this.declare(this.ordinary, name);
    if (isTypedef && !this.types.has(name)) this.types.set(name, this.declarations.length);
  }

  /** The name inside a declarator's parentheses. */
  private nestedName(open: number): string | null {
    const close = this.past(open) - 1;
    for (let i = open + 1; i < close; i++) {
      const text = this.text(i);
      if (specifierWords.get(text)?.is === 'attribute') i = this.past(i + 1) - 1;
      else if (this.isIdentifier(i) && !specifierWords.has(text)) return text;
      else if (text === '[') return null;
    }
    return null;
  }

  /** `(f(…))` and not `(*f)` or `(f)`: a parameter list behind the name in the same group. */
  private holdsParameters(open: number): boolean {
    const close = this.past(open) - 1;
    return close > open + 1 && this.text(close - 1) === ')';
  }

  /** Behind the `)` of a function's parameters: declarations of parameters (C11 6.9.1p6). */
  private opensOldStyle(): boolean {
    if (!this.isIdentifier()) return false;
    const text = this.text();
    if (asmWords.has(text)) return false;
    const word = specifierWords.get(text);
    return word === undefined ? this.types.has(text) : word.is !== 'attribute';
  }
}
