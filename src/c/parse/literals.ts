/** String literals that are not values: messages, asm templates, constraints. */
import type { Normaliser } from './normaliser.js';

/** What stands between the quotes, escapes as spelled. */
export function contents(literal: string): string {
  return literal.slice(literal.indexOf('"') + 1, -1);
}

/** Reads adjacent string literals and joins what they say. */
export function walkStrings(n: Normaliser): string {
  let text = '';
  while (n.isString()) {
    text += contents(n.peek());
    n.at++;
  }
  return text;
}
