/** Digraphs (C11 6.4.6p3) are tokens by other spellings: behind the preprocessor, which keeps them, nobody else has to know. */
import { TokenArray, type TokenList } from '../token-list.js';

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['<:', '['],
  [':>', ']'],
  ['<%', '{'],
  ['%>', '}'],
]);

/** The same tokens where there is none, which is always. */
export function withoutDigraphs(tokens: TokenList): TokenList {
  if (!hasDigraphs(tokens)) return tokens;
  return new TokenArray(
    tokens.map((token) => {
      const text = MEANINGS.get(token.text);
      if (text === undefined) return token;
      const { kind, file, line, column, via, space } = token;
      return { kind, text, file, line, column, via, space };
    }),
  );
}

function hasDigraphs(tokens: TokenList): boolean {
  /** By number of the spelling: 1 for one that was looked at. */
  const plain = new Uint8Array(tokens.spellings().length);
  for (let i = 0; i < tokens.length; i++) {
    const spelling = tokens.spellingAt(i);
    if (plain[spelling] === 1) continue;
    if (MEANINGS.has(tokens.textAt(i))) return true;
    plain[spelling] = 1;
  }
  return false;
}
