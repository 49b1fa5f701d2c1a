/**
 * A replacement list with its parameters replaced (C11 6.10.3.1 to 6.10.3.3), paddings and paste marks as gcc sets
 * them. `__VA_OPT__` is that of C23 6.10.5.1.
 */
import type { Expansion } from '../token.js';
import type { Expander, MacroArgument } from './expander.js';
import type { Macro } from './macro.js';
import type { PpToken } from './pp-token.js';
import { Mark, padFrom, padNext, placed, withMarks } from './pp-token.js';
import { stringify } from './stringify.js';

const isPadding = (token: PpToken | undefined): boolean =>
  token !== undefined && (token.bits & Mark.padding) !== 0;

/** `token` with the paste mark that `from` has. */
function withPasteMark(token: PpToken, from: number): PpToken {
  const marks = (token.bits & ~Mark.pasteLeft) | (from & Mark.pasteLeft);
  return marks === token.bits ? token : withMarks(token, marks);
}

export function substitute(
  macro: Macro,
  found: readonly MacroArgument[],
  expansion: Expansion,
  expander: Expander,
): PpToken[] {
  const items: PpToken[] = [];
  const body = macro.body;
  const optional = macro.hasVaOpt ? new OptionalPart(found[found.length - 1], expander) : null;
  /** Index of the last item before an open `__VA_OPT__`, -1 for none. */
  let optionalStart = -1;
  const atOptionalStart = (): boolean => optionalStart >= 0 && items.length - 1 === optionalStart;

  for (let i = 0; i < body.length; i++) {
    const source = body[i] as PpToken;
    const pastedOn = i > 0 && ((body[i - 1] as PpToken).bits & Mark.pasteLeft) !== 0;
    if (optional !== null) {
      const step = optional.step(source, (macro.slots[i] ?? -1) >= 0);
      if (step === 'begin') {
        if (i > 0 && !pastedOn && !atOptionalStart()) items.push(padFrom(source));
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
    const slot = macro.slots[i] ?? -1;
    const argument = slot < 0 ? undefined : found[slot];
    if (argument === undefined) {
      items.push(placed(source, expansion));
      continue;
    }

    let replacement: readonly PpToken[];
    /** Which item's paste mark is to be that of the parameter. */
    let marked = -1;
    let skip = 0;
    if ((source.bits & Mark.stringify) !== 0) {
      replacement = [stringify(argument.tokens, source, expansion)];
    } else if ((source.bits & Mark.pasteLeft) !== 0) {
      replacement = argument.tokens;
    } else if (pastedOn) {
      replacement = argument.tokens;
    } else {
      replacement = expander.expandArgument(argument);
      if (atOptionalStart())
        while (skip < replacement.length && isPadding(replacement[skip])) skip++;
    }
    if (pastedOn && (source.bits & (Mark.stringify | Mark.pasteLeft)) === 0 && items.length > 0) {
      const last = items[items.length - 1] as PpToken;
      const isRest = macro.variadic && slot === macro.parameterNames.length - 1;
      if (isRest && last.kind === 'punctuator' && last.text === ',') {
        if (argument.omitted) items.pop();
        else marked = items.length - 1;
      } else if (replacement.length === 0 && items.length - 1 !== optionalStart) {
        marked = items.length - 1;
      }
    }

    const padded = i > 0 && !pastedOn && !atOptionalStart();
    if (padded && (!expander.inDirective || expander.directiveWantsPadding))
      items.push(padFrom(source));
    if (replacement.length > skip) {
      for (let j = skip; j < replacement.length; j++) items.push(replacement[j] as PpToken);
      if ((source.bits & Mark.pasteLeft) !== 0) marked = items.length - 1;
    }
    if (!expander.inDirective && (source.bits & Mark.pasteLeft) === 0) items.push(padNext);
    if (marked >= 0) {
      const token = items[marked];
      if (token !== undefined) items[marked] = withPasteMark(token, source.bits);
    }
  }
  return items;
}

/** Where a `__VA_OPT__ ( … )` of the replacement list begins and ends, and whether it counts. */
class OptionalPart {
  private depth = 0;
  private included: boolean | null = null;
  /** The `__VA_OPT__` token that was met last. */
  opening: PpToken | null = null;

  constructor(
    private readonly rest: MacroArgument | undefined,
    private readonly expander: Expander,
  ) {}

  /** The definition has been checked: `(` follows, parentheses balance. */
  step(token: PpToken, isParameter: boolean): 'begin' | 'end' | 'drop' | 'include' {
    if (this.depth === 0) {
      if ((token.bits & Mark.vaOpt) === 0) return 'include';
      this.depth = 1;
      this.opening = token;
      return 'begin';
    }
    if (this.depth === 1) {
      this.depth = 2;
      this.included ??=
        this.rest !== undefined &&
        this.expander.expandArgument(this.rest).some((each) => !isPadding(each));
      return 'drop';
    }
    if (token.kind === 'punctuator' && !isParameter) {
      if (token.text === '(') this.depth++;
      else if (token.text === ')' && --this.depth === 1) {
        this.depth = 0;
        return 'end';
      }
    }
    return this.included === true ? 'include' : 'drop';
  }
}

function endOptional(
  items: PpToken[],
  close: PpToken,
  start: number,
  opening: PpToken | null,
  expansion: Expansion,
  expander: Expander,
): void {
  if (opening !== null && (opening.bits & Mark.stringify) !== 0) {
    const inside = expander.pasteWithin(items.splice(start + 1), expansion);
    items.push(withPasteMark(stringify(inside, opening, expansion), close.bits));
    return;
  }
  while (items.length - 1 > start && items[items.length - 1] === padNext) items.pop();
  const last = items[items.length - 1];
  if (start >= 0 && items.length - 1 === start && last !== undefined)
    items[start] = withPasteMark(last, 0);
  if ((close.bits & Mark.pasteLeft) === 0) items.push(padNext);
  else if (last !== undefined && !isPadding(last))
    items[items.length - 1] = withPasteMark(last, close.bits);
}
