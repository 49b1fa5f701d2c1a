/**
 * A replacement list with its parameters replaced (C11 6.10.3.1 to 6.10.3.3), paddings and paste marks as gcc sets
 * them. `__VA_OPT__` is that of C23 6.10.5.1.
 */
import type { Expander, MacroArgument } from './expander.js';
import type { Macro } from './macro.js';
import { Kind, KIND, Mark, PAD_NEXT } from './pp-token.js';
import { CLOSE, COMMA, OPEN } from './spellings.js';
import { stringify } from './stringify.js';
import type { TokenStore } from './token-store.js';

const isPadding = (store: TokenStore, token: number): boolean =>
  (store.bits(token) & Mark.padding) !== 0;

/** `token` with the paste mark that `from` has. */
function withPasteMark(store: TokenStore, token: number, from: number): number {
  const bits = store.bits(token);
  const marks = (bits & ~Mark.pasteLeft) | (from & Mark.pasteLeft);
  return marks === bits ? token : store.withBits(token, marks);
}

export function substitute(
  macro: Macro,
  found: readonly MacroArgument[],
  expansion: number,
  expander: Expander,
): number[] {
  return new Substitution(macro, found, expansion, expander).all();
}

class Substitution {
  private readonly items: number[] = [];
  private readonly store: TokenStore;
  /** Index of the last item before an open `__VA_OPT__`, -1 for none. */
  private optionalStart = -1;

  constructor(
    private readonly macro: Macro,
    private readonly found: readonly MacroArgument[],
    private readonly expansion: number,
    private readonly expander: Expander,
  ) {
    this.store = expander.store;
  }

  all(): number[] {
    const { found, items, macro, store } = this;
    const { body, slots, hasVaOpt } = macro.replacement;
    const optional = hasVaOpt ? new OptionalPart(found[found.length - 1], this.expander) : null;
    let pastedOn = false;
    for (let i = 0; i < body.length; i++) {
      const source = body[i] as number;
      const slot = slots[i] as number;
      const first = i === 0 || pastedOn;
      if (optional === null || this.included(optional, source, slot, first)) {
        const argument = slot < 0 ? undefined : found[slot];
        if (argument === undefined) items.push(store.placed(source, this.expansion));
        else this.parameter(argument, slot, source, first, pastedOn);
      }
      pastedOn = (store.bits(source) & Mark.pasteLeft) !== 0;
    }
    return items;
  }

  /** Follows `__VA_OPT__ ( … )`; false for what is none of the result. */
  private included(optional: OptionalPart, source: number, slot: number, first: boolean): boolean {
    const { items } = this;
    switch (optional.step(source, slot >= 0)) {
      case 'begin':
        if (!first && !this.atOptionalStart()) items.push(this.store.padFrom(source));
        this.optionalStart = items.length - 1;
        return false;
      case 'end':
        endOptional(
          items,
          source,
          this.optionalStart,
          optional.opening,
          this.expansion,
          this.expander,
        );
        this.optionalStart = -1;
        return false;
      case 'drop':
        return false;
      case 'include':
        return true;
    }
  }

  private atOptionalStart(): boolean {
    return this.optionalStart >= 0 && this.items.length - 1 === this.optionalStart;
  }

  /** The argument in the place of the parameter `source`. */
  private parameter(
    argument: MacroArgument,
    slot: number,
    source: number,
    first: boolean,
    pastedOn: boolean,
  ): void {
    const { expander, items, macro, store } = this;
    const bits = store.bits(source);
    let replacement: readonly number[];
    /** Which item's paste mark is to be that of the parameter. */
    let marked = -1;
    let skip = 0;
    if ((bits & Mark.stringify) !== 0) {
      replacement = [stringify(store, argument.tokens, source, this.expansion)];
    } else if ((bits & Mark.pasteLeft) !== 0 || pastedOn) {
      replacement = argument.tokens;
    } else {
      replacement = expander.expandArgument(argument);
      if (this.atOptionalStart())
        while (skip < replacement.length && isPadding(store, replacement[skip] as number)) skip++;
    }
    if (pastedOn && (bits & (Mark.stringify | Mark.pasteLeft)) === 0 && items.length > 0) {
      const isRest = macro.variadic && slot === macro.parameterNames.length - 1;
      if (isRest && store.spelling(items[items.length - 1] as number) === COMMA) {
        if (argument.omitted) items.pop();
        else marked = items.length - 1;
      } else if (replacement.length === 0 && items.length - 1 !== this.optionalStart) {
        marked = items.length - 1;
      }
    }

    const padded = !first && !this.atOptionalStart();
    if (padded && (!expander.inDirective || expander.directiveWantsPadding))
      items.push(store.padFrom(source));
    if (replacement.length > skip) {
      for (let j = skip; j < replacement.length; j++) items.push(replacement[j] as number);
      if ((bits & Mark.pasteLeft) !== 0) marked = items.length - 1;
    }
    if (!expander.inDirective && (bits & Mark.pasteLeft) === 0) items.push(PAD_NEXT);
    if (marked >= 0) {
      const token = items[marked];
      if (token !== undefined) items[marked] = withPasteMark(store, token, bits);
    }
  }
}

/** Where a `__VA_OPT__ ( … )` of the replacement list begins and ends, and whether it counts. */
class OptionalPart {
  private depth = 0;
  private included: boolean | null = null;
  /** The `__VA_OPT__` token that was met last. */
  opening: number | null = null;

  constructor(
    private readonly rest: MacroArgument | undefined,
    private readonly expander: Expander,
  ) {}

  /** The definition has been checked: `(` follows, parentheses balance. */
  step(token: number, isParameter: boolean): 'begin' | 'end' | 'drop' | 'include' {
    const { store } = this.expander;
    if (this.depth === 0) {
      if ((store.bits(token) & Mark.vaOpt) === 0) return 'include';
      this.depth = 1;
      this.opening = token;
      return 'begin';
    }
    if (this.depth === 1) {
      this.depth = 2;
      this.included ??=
        this.rest !== undefined &&
        this.expander.expandArgument(this.rest).some((each) => !isPadding(store, each));
      return 'drop';
    }
    if ((store.bits(token) & KIND) === Kind.punctuator && !isParameter) {
      const spelling = store.spelling(token);
      if (spelling === OPEN) this.depth++;
      else if (spelling === CLOSE && --this.depth === 1) {
        this.depth = 0;
        return 'end';
      }
    }
    return this.included === true ? 'include' : 'drop';
  }
}

function endOptional(
  items: number[],
  close: number,
  start: number,
  opening: number | null,
  expansion: number,
  expander: Expander,
): void {
  const { store } = expander;
  const closeBits = store.bits(close);
  if (opening !== null && (store.bits(opening) & Mark.stringify) !== 0) {
    const inside = expander.pasteWithin(items.splice(start + 1), expansion);
    items.push(withPasteMark(store, stringify(store, inside, opening, expansion), closeBits));
    return;
  }
  while (items.length - 1 > start && items[items.length - 1] === PAD_NEXT) items.pop();
  const last = items[items.length - 1];
  if (start >= 0 && items.length - 1 === start && last !== undefined)
    items[start] = withPasteMark(store, last, 0);
  if ((closeBits & Mark.pasteLeft) === 0) items.push(PAD_NEXT);
  else if (last !== undefined && !isPadding(store, last))
    items[items.length - 1] = withPasteMark(store, last, closeBits);
}
