/** The `#` operator (C11 6.10.3.2). */
import { foldPadding, Kind, KIND, Mark, PAD_NEXT } from './pp-token.js';
import type { TokenStore } from './token-store.js';

/** The string literal of an argument's spelling; `parameter` is the operand of `#` in the replacement list. */
export function stringify(
  store: TokenStore,
  tokens: readonly number[],
  parameter: number,
  expansion: number,
): number {
  let text = '';
  let padding = PAD_NEXT;
  for (const token of tokens) {
    const bits = store.bits(token);
    if ((bits & Mark.padding) !== 0) {
      padding = foldPadding(padding, token);
      continue;
    }
    if (text !== '' && store.spaceAfterPadding(padding, token)) text += ' ';
    padding = PAD_NEXT;
    const kind = bits & KIND;
    const spelling = store.text(token);
    const quotes = kind === Kind.string || kind === Kind.character;
    text += quotes ? spelling.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n') : spelling;
  }
  // An odd backslash at the end would escape the closing quote; gcc drops it.
  let slashes = 0;
  while (text.charAt(text.length - 1 - slashes) === '\\') slashes++;
  if (slashes % 2 === 1) text = text.slice(0, -1);
  return store.derived(
    Kind.string | (store.bits(parameter) & Mark.pasteLeft),
    store.names.of(`"${text}"`),
    parameter,
    expansion,
  );
}
