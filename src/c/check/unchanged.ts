/**
 * What of a unit reads as it does in another version of the unit, so that what was found out there holds here as well: definitions
 * with the very same tokens that mention no name whose meaning may be another one. When in doubt, nothing is the same.
 */
import type { TokenList } from '../token-list.js';
import type { DeclarationRange, UnitIndex } from '../unit-index.js';

export class Unchanged {
  private constructor(
    private readonly before: UnitIndex,
    private readonly after: UnitIndex,
    /** Of the other unit's declarations: the number of ours that stands in its place. */
    private readonly placeOf: (declaration: number) => number | undefined,
    /** Tokens of ours that spell a name whose meaning may have changed. */
    private readonly changed: SpelledNames,
  ) {}

  /** null: the two cannot be held against each other name by name. */
  static between(before: UnitIndex, after: UnitIndex): Unchanged | null {
    if (before.path !== after.path || !after.readsLike(before)) return null;
    const comparison = new Comparison(before, after);
    const places = comparison.places();
    if (places === null) return null;
    return new Unchanged(before, after, places, comparison.changedIn(after));
  }

  /** How many tokens our definition of a function lies behind the other unit's; null: it is not the same. */
  offsetOf(name: string): number | null {
    const [at, second] = definitionsOf(this.before, name);
    if (at === undefined || second !== undefined) return null;
    const there = this.placeOf(at);
    const range = this.before.declarations[at];
    const own = there === undefined ? undefined : this.after.declarations[there];
    if (range === undefined || own?.defines !== name) return null;
    if (!sameTokens(this.before, range, this.after, own)) return null;
    return this.changed.among(own.first, own.last) ? null : own.first - range.first;
  }

  /** Where a token of the other unit stands in ours; null where its declaration has no like. */
  tokenAt(index: number): number | null {
    const at = declarationAt(this.before, index);
    const there = this.placeOf(at);
    const range = this.before.declarations[at];
    const own = there === undefined ? undefined : this.after.declarations[there];
    if (range === undefined || own === undefined || index > range.last) return null;
    return own.first + index - range.first;
  }
}

/** Two units, name by name. */
class Comparison {
  /** Spellings of names that may mean something else. */
  private readonly changed = new Set<string>();
  private readonly pairs: [number, number][] = [];
  /** So many declarations are the same ones in both. */
  private readonly alike: number;

  constructor(
    private readonly before: UnitIndex,
    private readonly after: UnitIndex,
  ) {
    this.alike = commonDeclarations(before, after);
    let spreads = false;
    for (const [name, at] of before.ordinary) {
      const there = after.ordinary.get(name);
      if (this.isSame(name, at, there)) continue;
      this.changed.add(name);
      // Nothing else at file scope can have meant a name that was not there yet, or is there no more.
      spreads ||= there !== undefined;
    }
    for (const name of after.ordinary.keys())
      if (!before.ordinary.has(name)) this.changed.add(name);
    for (const tag of new Set([...before.tags.keys(), ...after.tags.keys()])) {
      const at = before.tags.get(tag);
      if (at !== undefined && this.isSame(tag, at, after.tags.get(tag))) continue;
      this.changed.add(tag.slice(tag.indexOf(' ') + 1));
      spreads = true;
    }
    if (spreads) this.spread();
  }

  /** null: what is the same stands in another order, and what is used before it is declared is another thing than behind that. */
  places(): ((declaration: number) => number | undefined) | null {
    const places = new Map<number, number>();
    for (const [at, there] of this.pairs) {
      if (at < this.alike || there < this.alike) return null;
      const known = places.get(at);
      if (known !== undefined && known !== there) return null;
      places.set(at, there);
    }
    let last = -1;
    for (const at of [...places.keys()].sort((a, b) => a - b)) {
      const there = places.get(at) ?? -1;
      if (there <= last) return null;
      last = there;
    }
    return (declaration) => (declaration < this.alike ? declaration : places.get(declaration));
  }

  changedIn(unit: UnitIndex): SpelledNames {
    const names = new SpelledNames(unit.tokens);
    for (const name of this.changed) names.add(name);
    return names;
  }

  /** Of a function only what others see of it counts: all but its body. */
  private isSame(
    name: string,
    at: readonly number[],
    there: readonly number[] | undefined,
  ): boolean {
    if (there?.length !== at.length) return false;
    if (there === at && (at.at(-1) ?? 0) < this.alike) return true;
    const found: [number, number][] = [];
    for (const [position, one] of at.entries()) {
      const other = there[position] ?? -1;
      if (one < this.alike && one === other) continue;
      if (!this.meansTheSame(name, one, other)) return false;
      found.push([one, other]);
    }
    this.pairs.push(...found);
    return true;
  }

  private meansTheSame(name: string, at: number, there: number): boolean {
    const [one, other] = [this.before.declarations[at], this.after.declarations[there]];
    if (one === undefined || other === undefined || one.defines !== other.defines) return false;
    if (one.defines !== name) return sameTokens(this.before, one, this.after, other);
    const [head, otherHead] = [headOf(this.before, one), headOf(this.after, other)];
    return (
      head !== null && otherHead !== null && sameTokens(this.before, head, this.after, otherHead)
    );
  }

  /** What mentions a changed name may have changed itself; bodies of functions are nobody else's matter. */
  private spread(): void {
    const sides = [this.before, this.after].map((unit) => ({
      unit,
      names: new SpelledNames(unit.tokens),
      declared: declaredNames(unit),
      done: new Set<number>(),
    }));
    let fresh: readonly string[] = [...this.changed];
    while (fresh.length > 0) {
      const found = new Set<string>();
      for (const { unit, names, declared, done } of sides) {
        for (const name of fresh) names.add(name);
        unit.declarations.forEach((range, at) => {
          if (done.has(at)) return;
          const { first, last } = range.defines === null ? range : (headOf(unit, range) ?? range);
          if (!names.among(first, last)) return;
          done.add(at);
          for (const name of declared.get(at) ?? []) if (!this.changed.has(name)) found.add(name);
        });
      }
      for (const name of found) this.changed.add(name);
      fresh = [...found];
    }
  }
}

/** Names as tokens spell them. */
class SpelledNames {
  private readonly flags: Uint8Array;
  private readonly spellings: Int32Array;
  private readonly numbers: ReadonlyMap<string, number>;

  constructor(tokens: TokenList) {
    this.spellings = tokens.spellings;
    this.flags = new Uint8Array(tokens.spellingTexts.length);
    this.numbers = numbersOf(tokens.spellingTexts);
  }

  add(name: string): void {
    const number = this.numbers.get(name);
    if (number !== undefined) this.flags[number] = 1;
  }

  /** Is one of them spelled between these tokens, inclusive? */
  among(first: number, last: number): boolean {
    const { flags, spellings } = this;
    for (let i = first; i <= last; i++) if (flags[spellings[i] ?? -1] === 1) return true;
    return false;
  }
}

/** Versions have their spellings in common, and the list of them only grows. */
const known = new WeakMap<readonly string[], Map<string, number>>();

function numbersOf(texts: readonly string[]): ReadonlyMap<string, number> {
  let numbers = known.get(texts);
  if (numbers?.size !== texts.length) {
    numbers = new Map(texts.map((text, number) => [text, number]));
    known.set(texts, numbers);
  }
  return numbers;
}

function commonDeclarations(before: UnitIndex, after: UnitIndex): number {
  const tokens = after.tokens.commonStart(before.tokens);
  let count = 0;
  for (;;) {
    const [one, other] = [before.declarations[count], after.declarations[count]];
    if (one === undefined || other === undefined) return count;
    // The last one may end otherwise, for what comes behind it.
    if (one.last + 1 >= tokens || one.first !== other.first || one.last !== other.last)
      return count;
    count++;
  }
}

function sameTokens(
  before: UnitIndex,
  one: DeclarationExtent,
  after: UnitIndex,
  other: DeclarationExtent,
): boolean {
  if (one.last - one.first !== other.last - other.first) return false;
  return after.tokens.spelledAlike(other.first, other.last + 1, before.tokens, one.first);
}

type DeclarationExtent = Pick<DeclarationRange, 'first' | 'last'>;

/** A function's specifiers and declarator; null where they hold braces of their own. */
function headOf(
  { tokens }: UnitIndex,
  { first, last }: DeclarationExtent,
): DeclarationExtent | null {
  let depth = 0;
  for (let i = first; i <= last; i++) {
    const text = tokens.textAt(i);
    if (text === '(' || text === '[') depth++;
    else if (text === ')' || text === ']') depth--;
    else if (text === 'struct' || text === 'union' || text === 'enum') {
      if (tokens.textAt(i + 1) === '{' || tokens.textAt(i + 2) === '{') return null;
    } else if (text === '{') return depth === 0 ? { first, last: i - 1 } : null;
  }
  return null;
}

function definitionsOf(unit: UnitIndex, name: string): readonly number[] {
  return (unit.ordinary.get(name) ?? []).filter((at) => unit.declarations[at]?.defines === name);
}

/** Names by the declaration that declares them, tags without their keyword. */
function declaredNames(unit: UnitIndex): ReadonlyMap<number, readonly string[]> {
  const declared = new Map<number, string[]>();
  const note = (name: string, at: readonly number[]): void => {
    for (const number of at) {
      const names = declared.get(number);
      if (names === undefined) declared.set(number, [name]);
      else names.push(name);
    }
  };
  for (const [name, at] of unit.ordinary) note(name, at);
  for (const [tag, at] of unit.tags) note(tag.slice(tag.indexOf(' ') + 1), at);
  return declared;
}

/** The declaration that a token may belong to: the last one that begins at it or before. */
function declarationAt({ declarations }: UnitIndex, token: number): number {
  let [low, high] = [0, declarations.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((declarations[middle]?.first ?? Infinity) <= token) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
