/** Digraphs (C11 6.4.6p3) are tokens by other spellings: behind the preprocessor, which keeps them, nobody else has to know. */
import type { Token } from '../token.js';

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['<:', '['],
  [':>', ']'],
  ['<%', '{'],
  ['%>', '}'],
]);

/** The same tokens where there is none, which is always. */
export function withoutDigraphs(tokens: readonly Token[]): readonly Token[] {
  if (!tokens.some(isDigraph)) return tokens;
  return tokens.map((token) => {
    const text = isDigraph(token) ? MEANINGS.get(token.text) : undefined;
    if (text === undefined) return token;
    const { kind, file, line, column, via, space } = token;
    return { kind, text, file, line, column, via, space };
  });
}

function isDigraph({ text, kind }: Token): boolean {
  return text.length === 2 && kind === 'punctuator' && MEANINGS.has(text);
}
