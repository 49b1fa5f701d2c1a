/** The first two stages as text: what the preprocessor made of a function, as C and token by token. */
import { printTokens } from '../c/preprocess/print.js';
import type { Token } from '../c/token.js';

export function preprocessedText(tokens: readonly Token[]): string {
  return printTokens(tokens, { lineMarkers: true, indent: true });
}

/** One token a line: where it is spelled, what kind, its text, and the macros that put it there, the innermost first. */
export function tokenText(tokens: readonly Token[]): string {
  return tokens.map((token) => `${lineOf(token)}\n`).join('');
}

function lineOf(token: Token): string {
  let line = `${place(token)}\t${token.kind}\t${token.text}`;
  for (let { via } = token; via !== null; via = via.use.via)
    line += `\t<- ${via.macro} ${place(via.use)}`;
  return line;
}

const place = ({ file, line, column }: Token): string => `${file.path}:${line}:${column}`;
