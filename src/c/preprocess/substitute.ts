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
  const items: number[] = [];
  const { store } = expander;
  const { body, slots, hasVaOpt } = macro.replacement;
  const optional = hasVaOpt ? new OptionalPart(found[found.length - 1], expander) : null;
  /** Index of the last item before an open `__VA_OPT__`, -1 for none. */
  let optionalStart = -1;
  const atOptionalStart = (): boolean => optionalStart >= 0 && items.length - 1 === optionalStart;

  for (let i = 0; i < body.length; i++) {
    const source = body[i] as number;
    const sourceBits = store.bits(source);
    const pastedOn = i > 0 && (store.bits(body[i - 1] as number) & Mark.pasteLeft) !== 0;
    const slot = slots[i] ?? -1;
    if (optional !== null) {
      const step = optional.step(source, slot >= 0);
      if (step === 'begin') {
        if (i > 0 && !pastedOn && !atOptionalStart()) items.push(store.padFrom(source));
        optionalStart = items.length - 1;
        continue;
      }
      if (step === 'end') {
        endOptional(items, source, optionalStart, optional.opening, expansion, expander);
        optionalStart = -1;
        continue;
      }
      if (step === 'drop') continue;
    }
    const argument = slot < 0 ? undefined : found[slot];
    if (argument === undefined) {
      items.push(store.placed(source, expansion));
      continue;
    }

    let replacement: readonly number[];
    /** Which item's paste mark is to be that of the parameter. */
    let marked = -1;
    let skip = 0;
    if ((sourceBits & Mark.stringify) !== 0) {
      replacement = [stringify(store, argument.tokens, source, expansion)];
    } else if ((sourceBits & Mark.pasteLeft) !== 0) {
      replacement = argument.tokens;
    } else if (pastedOn) {
      replacement = argument.tokens;
    } else {
      replacement = expander.expandArgument(argument);
      if (atOptionalStart())
        while (skip < replacement.length && isPadding(store, replacement[skip] as number)) skip++;
    }
    if (pastedOn && (sourceBits & (Mark.stringify | Mark.pasteLeft)) === 0 && items.length > 0) {
      const last = items[items.length - 1] as number;
      const isRest = macro.variadic && slot === macro.parameterNames.length - 1;
      if (isRest && store.spelling(last) === COMMA) {
        if (argument.omitted) items.pop();
        else marked = items.length - 1;
      } else if (replacement.length === 0 && items.length - 1 !== optionalStart) {
        marked = items.length - 1;
      }
    }

    const padded = i > 0 && !pastedOn && !atOptionalStart();
    if (padded && (!expander.inDirective || expander.directiveWantsPadding))
      items.push(store.padFrom(source));
    if (replacement.length > skip) {
      for (let j = skip; j < replacement.length; j++) items.push(replacement[j] as number);
      if ((sourceBits & Mark.pasteLeft) !== 0) marked = items.length - 1;
    }
    if (!expander.inDirective && (sourceBits & Mark.pasteLeft) === 0) items.push(PAD_NEXT);
    if (marked >= 0) {
      const token = items[marked];
      if (token !== undefined) items[marked] = withPasteMark(store, token, sourceBits);
    }
  }
  return items;
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
