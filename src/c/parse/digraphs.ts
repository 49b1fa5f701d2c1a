/** Digraphs (C11 6.4.6p3) are tokens by other spellings: behind the preprocessor, which keeps them, nobody else has to know. */
import { TokenArray, type TokenList } from '../token-list.js';

export const digraphs: ReadonlyMap<string, string> = new Map([
  ['<:', '['],
  [':>', ']'],
  ['<%', '{'],
  ['%>', '}'],
]);

export function withoutDigraphs(tokens: TokenList): TokenList {
  return new TokenArray(
    tokens.map((token) => {
      const text = digraphs.get(token.text);
      if (text === undefined) return token;
      const { kind, file, line, column, via, space } = token;
      return { kind, text, file, line, column, via, space };
    }),
  );
}
