/** The `##` operator (C11 6.10.3.3): the spellings are joined, and must then be one token. */
import { isIdentifierTail } from './char-class.js';
import { Lexer } from './lexer.js';
import { END, Kind, Mark, NO_VIA } from './pp-token.js';
import type { Problems } from './problems.js';
import { spellingOf } from './spellings.js';
import type { TokenStore } from './token-store.js';

const SLASH = spellingOf('/');
const ASSIGN = spellingOf('=');

/** The joined token, in the place of the left one; null where the result is no single token. */
export function pasteSpelling(
  store: TokenStore,
  left: number,
  right: number,
  problems: Problems,
  expansion: number,
): number | null {
  const behind = store.text(right);
  const spelling = store.text(left) + behind;
  const marks = (store.bits(right) & Mark.pasteLeft) | (store.bits(left) & Mark.space);
  const via = expansion === NO_VIA ? store.via(left) : expansion;
  const name = store.name(left);
  if (name >= 0 && name === store.spelling(left) && isIdentifierTail(behind))
    return store.derived(Kind.identifier | marks, store.names.of(spelling), left, via);
  // `/` and `/` make no comment: comments are gone before macros are expanded.
  if (store.spelling(left) === SLASH && store.spelling(right) !== ASSIGN) return null;
  const lexer = Lexer.ofPiece(spelling, store.place(left), store, problems);
  const token = lexer.next();
  if (token === END || lexer.pos !== spelling.length) return null;
  const bits = Kind[store.kind(token)] | (store.bits(token) & Mark.alias) | marks;
  return store.derived(bits, store.spelling(token), left, via);
}
