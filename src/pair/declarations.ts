/**
 * What a unit declares at file scope, reduced to what comparing two versions needs: for every named declaration its
 * expanded tokens as text, and the names it mentions. Works on the index alone: nothing is parsed.
 */
import type { Token } from '../c/token.js';
import type { DeclarationRange, UnitIndex } from '../c/unit-index.js';

export type DeclarationKind = 'function' | 'object' | 'tag';

export interface NamedDeclaration {
  readonly kind: DeclarationKind;
  readonly name: string; // `struct tdp_iter` for tags
  /** Tokens joined by spaces; equal text is equal meaning. All declarations of the name, in order. */
  readonly text: string;
  /** The same as `text === other.text`, or the same tokens whatever made them; texts are put together for few. */
  sameText(other: NamedDeclaration): boolean;
  /** Identifiers in it, and `struct x` / `union x` / `enum x` mentions. */
  readonly mentions: ReadonlySet<string>;
  /** Lines of the tree that put tokens here: `path:line`, where spelled and where expanded. */
  readonly lines: ReadonlySet<string>;
  /** Where the definition begins (or the first declaration). */
  readonly file: string;
  readonly line: number;
  /** Lines of the definition's own text in its own file, inclusive. */
  readonly firstLine: number;
  readonly lastLine: number;
  readonly inline: boolean;
}

/** A unit that several versions have in common is read once. */
const declarationsOf = new WeakMap<UnitIndex, ReadonlyMap<string, NamedDeclaration>>();

/** Every named declaration of a unit; functions only where they have a body. */
export function namedDeclarations(index: UnitIndex): ReadonlyMap<string, NamedDeclaration> {
  let known = declarationsOf.get(index);
  if (known === undefined) declarationsOf.set(index, (known = declarationsIn(index)));
  return known;
}

function declarationsIn(index: UnitIndex): ReadonlyMap<string, NamedDeclaration> {
  const bodies = new Map<string, number[]>();
  index.declarations.forEach(({ defines }, at) => {
    if (defines === null) return;
    const known = bodies.get(defines);
    if (known === undefined) bodies.set(defines, [at]);
    else known.push(at);
  });
  const result = new Map<string, NamedDeclaration>();
  const add = (name: string, kind: DeclarationKind, at: readonly number[]): void => {
    result.set(name, new LazyDeclaration(index, name, kind, at));
  };
  for (const [name, at] of bodies) add(name, 'function', at);
  for (const [name, at] of index.ordinary) if (!bodies.has(name)) add(name, 'object', at);
  for (const [tag, at] of index.tags) add(tag, 'tag', at);
  return result;
}

/** By declaration, of each unit that was asked. */
const mentionsOf = new WeakMap<UnitIndex, Map<number, ReadonlySet<string>>>();

/** Text and mentions are made when asked for: a unit has thousands of declarations, a patch touches few. */
class LazyDeclaration implements NamedDeclaration {
  readonly #index: UnitIndex;
  readonly #at: readonly number[];
  #text: string | null = null;
  #mentions: ReadonlySet<string> | null = null;
  #lines: ReadonlySet<string> | null = null;

  constructor(
    index: UnitIndex,
    readonly name: string,
    readonly kind: DeclarationKind,
    at: readonly number[],
  ) {
    this.#index = index;
    this.#at = at;
  }

  get text(): string {
    this.#text ??= comparableText(this.#tokens());
    return this.#text;
  }

  sameText(other: NamedDeclaration): boolean {
    if (other === this) return true;
    if (other instanceof LazyDeclaration && this.#sameTokens(other)) return true;
    return this.text === other.text;
  }

  get mentions(): ReadonlySet<string> {
    this.#mentions ??= this.#at.length === 1 ? this.#ofOne() : this.#ofAll();
    return this.#mentions;
  }

  get lines(): ReadonlySet<string> {
    this.#lines ??= linesOf(this.#tokens());
    return this.#lines;
  }

  get #first(): Token | undefined {
    const at = this.#at[0];
    const range = at === undefined ? undefined : this.#index.declarations[at];
    const token = range && this.#index.tokens.at(range.first);
    return token && writtenAt(token);
  }

  get #last(): Token | undefined {
    const at = this.#at[0];
    const range = at === undefined ? undefined : this.#index.declarations[at];
    const token = range && this.#index.tokens.at(range.last);
    return token && writtenAt(token);
  }

  get file(): string {
    return this.#first?.file.path ?? this.#index.path;
  }

  /** The line that names the function, which may come after its specifiers. */
  get line(): number {
    const { tokens } = this.#index;
    for (const { first, last } of this.#ranges())
      for (let i = first; i <= last; i++)
        if (tokens.textAt(i) === this.name) return tokens.at(i)?.line ?? 1;
    return this.#first?.line ?? 1;
  }

  get firstLine(): number {
    return this.#first?.line ?? 1;
  }

  get lastLine(): number {
    return this.#last?.line ?? this.firstLine;
  }

  get inline(): boolean {
    const { tokens } = this.#index;
    for (const { first, last } of this.#ranges())
      for (let i = first; i <= last; i++) {
        const text = tokens.textAt(i);
        if (text === '{' || text === '(') return false;
        if (/^(__)?inline(__)?$/.test(text)) return true;
      }
    return false;
  }

  /** What the enumerators of one enum have in common is found once. */
  #ofOne(): ReadonlySet<string> {
    let known = mentionsOf.get(this.#index);
    if (known === undefined)
      mentionsOf.set(this.#index, (known = new Map<number, ReadonlySet<string>>()));
    const at = this.#at[0] ?? -1;
    let mentions = known.get(at);
    if (mentions === undefined) known.set(at, (mentions = this.#ofAll()));
    return mentions;
  }

  #ofAll(): ReadonlySet<string> {
    const { tokens } = this.#index;
    const found = new Set<string>();
    let before = '';
    for (const { first, last } of this.#ranges())
      for (let i = first; i <= last; i++) {
        const text = tokens.textAt(i);
        if (tokens.isIdentifier(i)) {
          found.add(text);
          if (before === 'struct' || before === 'union' || before === 'enum')
            found.add(`${before} ${text}`);
        }
        before = text;
      }
    return found;
  }

  /** What versions have in common of their headers is read once (c/preprocess/header-memo). */
  #sameTokens(other: LazyDeclaration): boolean {
    const { tokens } = this.#index;
    const ranges = this.#ranges();
    const others = other.#ranges();
    return (
      ranges.length === others.length &&
      ranges.every(({ first, last }, number) => {
        const there = others[number];
        if (there === undefined || there.last - there.first !== last - first) return false;
        return tokens.spelledAlike(first, last + 1, other.#index.tokens, there.first);
      })
    );
  }

  #ranges(): DeclarationRange[] {
    const ranges: DeclarationRange[] = [];
    for (const at of this.#at) {
      const range = this.#index.declarations[at];
      if (range !== undefined) ranges.push(range);
    }
    return ranges;
  }

  #tokens(): Token[] {
    const { tokens } = this.#index;
    return this.#ranges().flatMap(({ first, last }) => tokens.slice(first, last + 1));
  }
}

/**
 * Names that a macro numbers with __COUNTER__ (`__compiletime_assert_17`, `__UNIQUE_ID_x18`) and lines that __LINE__ gives shift
 * whenever something is added above them, and mean the same: they are numbered anew within the declaration.
 */
function comparableText(tokens: readonly Token[]): string {
  const numbered = new Map<string, string>();
  const texts = tokens.map((token) => {
    if (token.via === null) return token.text;
    if (token.kind === 'number' && token.via.macro === '__LINE__') return '__LINE__';
    const parts = token.kind === 'identifier' ? COUNTED.exec(token.text) : null;
    if (parts === null) return token.text;
    const known = numbered.get(token.text) ?? `${parts[1] ?? ''}#${numbered.size}`;
    numbered.set(token.text, known);
    return known;
  });
  return texts.join(' ');
}

const COUNTED = /^(__compiletime_assert_|__UNIQUE_ID_\w*?)\d+$/;

/** The token in the source text that a token came from: itself, or the outermost macro use. */
export function writtenAt(token: Token): Token {
  let written = token;
  while (written.via) written = written.via.use;
  return written;
}

/** `path:line` of every place that had a part in these tokens. */
export function linesOf(tokens: readonly Token[]): Set<string> {
  const lines = new Set<string>();
  for (const token of tokens) {
    for (let at: Token | undefined = token; at; at = at.via?.use)
      lines.add(`${at.file.path}:${at.line}`);
  }
  return lines;
}
