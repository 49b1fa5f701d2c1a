/** Digraphs (C11 6.4.6p3) are tokens by other spellings: behind the preprocessor, which keeps them, nobody else has to know. */
import { TokenArray, type TokenList } from '../token-list.js';

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['<:', '['],
  [':>', ']'],
  ['<%', '{'],
  ['%>', '}'],
]);

/** The same tokens where there is none, which is always; before `from` none is looked for. */
export function withoutDigraphs(tokens: TokenList, from = 0): TokenList {
  if (!hasDigraphs(tokens, from)) return tokens;
  return new TokenArray(
    tokens.map((token) => {
      const text = MEANINGS.get(token.text);
      if (text === undefined) return token;
      const { kind, file, line, column, via, space } = token;
      return { kind, text, file, line, column, via, space };
    }),
  );
}

function hasDigraphs(tokens: TokenList, from: number): boolean {
  const { spellings, spellingTexts } = tokens;
  const digraphs = new Uint8Array(spellingTexts.length);
  for (let number = 0; number < digraphs.length; number++) {
    const text = spellingTexts[number] as string;
    if (text.length === 2 && MEANINGS.has(text)) digraphs[number] = 1;
  }
  for (let i = from; i < spellings.length; i++)
    if (digraphs[spellings[i] as number] === 1) return true;
  return false;
}
