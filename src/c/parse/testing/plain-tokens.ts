/** Tokens of text that needs no preprocessing, for the tests of the parse stage: `gcc -E` output or a few lines of C. */
import type { PragmaMark } from '../pragma-layout.js';
import type { SourceFile, Token, TokenKind } from '../../token.js';

const pattern = new RegExp(
  [
    String.raw`(?<space>\s+|//[^\n]*|/\*[\s\S]*?\*/)`,
    String.raw`(?<directive>(?<=^|\n)#[^\n]*|_Pragma\s*\(\s*"(?:[^"\\]|\\.)*"\s*\))`,
    String.raw`(?<string>(?:u8|[LuU])?"(?:[^"\\\n]|\\[\s\S])*")`,
    String.raw`(?<character>[LuU]?'(?:[^'\\\n]|\\[\s\S])*')`,
    String.raw`(?<number>\.?[0-9](?:[eEpP][+-]|[\w.])*)`,
    String.raw`(?<identifier>[\p{L}_$][\p{L}\p{N}_$]*)`,
    String.raw`(?<punctuator>\.\.\.|<<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||::|[-+*/%&^|]=|[-+*/%&^|~!<>=?:;,.(){}[\]#])`,
    String.raw`(?<other>.)`,
  ].join('|'),
  'suy',
);

const kinds: readonly TokenKind[] = [
  'identifier',
  'punctuator',
  'number',
  'string',
  'character',
  'other',
];

export interface PlainText {
  readonly tokens: Token[];
  readonly pragmas: PragmaMark[];
}

export function plainTokens(text: string, path = 'test.c'): PlainText {
  const pragmas: PragmaMark[] = [];
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    lineStarts.push(at + 1);
  }
  const file: SourceFile = { path, text, lineStarts };
  const spellings = new Map<string, string>();
  const tokens: Token[] = [];
  let line = 1;
  let space = false;
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex;
    const groups = pattern.exec(text)?.groups ?? {};
    if (groups['space'] !== undefined) {
      space = true;
      continue;
    }
    const { directive } = groups;
    if (directive !== undefined) {
      const pragma = /^#\s*pragma\s+(.*)$/.exec(directive) ?? /"(.*)"/.exec(directive);
      if (pragma !== null) pragmas.push({ index: tokens.length, text: pragma[1] ?? '' });
      continue;
    }
    while ((lineStarts[line] ?? Infinity) <= start) line++;
    const kind = kinds.find((name) => groups[name] !== undefined) ?? 'other';
    const found = groups[kind] ?? '';
    const spelling = spellings.get(found) ?? found;
    spellings.set(spelling, spelling);
    const column = start - (lineStarts[line - 1] ?? 0) + 1;
    tokens.push({ kind, text: spelling, file, line, column, via: null, space });
    space = false;
  }
  return { tokens, pragmas };
}
