/** The `#` operator (C11 6.10.3.2). */
import type { Expansion } from '../token.js';
import type { PpToken } from './pp-token.js';
import { foldPadding, Kind, madeToken, Mark, padNext, spaceAfterPadding } from './pp-token.js';

/** The string literal of an argument's spelling; `parameter` is the operand of `#` in the replacement list. */
export function stringify(
  tokens: readonly PpToken[],
  parameter: PpToken,
  expansion: Expansion,
): PpToken {
  let text = '';
  let padding: PpToken = padNext;
  for (const token of tokens) {
    if ((token.bits & Mark.padding) !== 0) {
      padding = foldPadding(padding, token);
      continue;
    }
    if (text !== '' && spaceAfterPadding(padding, token)) text += ' ';
    padding = padNext;
    text += quotes(token) ? token.text.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n') : token.text;
  }
  // An odd backslash at the end would escape the closing quote; gcc drops it.
  const tail = /\\*$/.exec(text);
  if (tail !== null && tail[0].length % 2 === 1) text = text.slice(0, -1);
  return madeToken(
    `"${text}"`,
    Kind.string | (parameter.bits & Mark.pasteLeft),
    parameter,
    expansion,
  );
}

function quotes(token: PpToken): boolean {
  return token.kind === 'string' || token.kind === 'character';
}
