/** Tokens back to text that a C compiler reads as the same tokens. */
import { sourceLine } from '../source-file.js';
import type { Token } from '../token.js';
import type { Pragma } from './pragmas.js';

export interface PrintOptions {
  /** `# line "file"` markers, so that gcc's messages point into the sources. */
  readonly lineMarkers?: boolean;
  /** Lines begin with the white space that they have in their source. */
  readonly indent?: boolean;
  /** Pragmas, each put back before its token on a line of its own. */
  readonly pragmas?: readonly Pragma[];
}

/** Would the two be lexed as one token, or otherwise, without a space between them? (errs towards a space) */
export function needsSpace(left: Token, right: Token): boolean {
  const a = left.text.charCodeAt(left.text.length - 1);
  const b = right.text.charCodeAt(0);
  switch (left.kind) {
    case 'identifier':
    case 'number':
      return (
        right.kind === 'identifier' ||
        right.kind === 'number' ||
        right.kind === 'string' ||
        right.kind === 'character' ||
        b === 46 ||
        (left.kind === 'number' && (b === 43 || b === 45)) ||
        b === 92 ||
        b >= 128
      );
    case 'punctuator':
      if (right.kind === 'number') return a === 46 || left.text === '.';
      return (
        right.kind === 'punctuator' &&
        '+-<>=&|:%#/*.!^'.includes(left.text.charAt(left.text.length - 1)) &&
        '+-<>=&|:%#/*.'.includes(right.text.charAt(0))
      );
    case 'other':
      return true;
    case 'string':
    case 'character':
      return right.kind === 'identifier';
  }
}

/** The line of the file that the developer knows, for laying the text out. */
function written(token: Token): Token {
  let at = token;
  while (at.via !== null) at = at.via.use;
  return at;
}

function indentation({ file, line, column }: Token): string {
  const before = sourceLine(file, line).slice(0, column - 1);
  return before.trim() === '' ? before : '';
}

export function printTokens(printed: Iterable<Token>, options: PrintOptions = {}): string {
  const tokens = [...printed];
  const parts: string[] = [];
  let path: string | null = null;
  let line = 0;
  let previous: Token | null = null;
  let nextPragma = 0;
  const pragmas = options.pragmas ?? [];
  const breakLine = (): void => {
    if (previous !== null) parts.push('\n');
    previous = null;
  };
  for (let i = 0; i <= tokens.length; i++) {
    for (
      let pragma = pragmas[nextPragma];
      pragma !== undefined && pragma.index <= i;
      pragma = pragmas[++nextPragma]
    ) {
      breakLine();
      parts.push(`#pragma ${pragma.text}\n`);
      line = -1;
    }
    const token = tokens[i];
    if (token === undefined) break;
    const at = written(token);
    if (at.file.path !== path || at.line < line || at.line > line + 8 || line < 0) {
      const moved = at.file.path !== path || at.line !== line;
      if (moved) {
        breakLine();
        if (options.lineMarkers === true)
          parts.push(`# ${at.line} "${at.file.path.replace(/[\\"]/g, '\\$&')}"\n`);
      }
    } else
      for (; line < at.line; line++) {
        parts.push('\n');
        previous = null;
      }
    path = at.file.path;
    line = at.line;
    if (previous !== null && (token.space || needsSpace(previous, token))) parts.push(' ');
    else if (previous === null && options.indent === true) parts.push(indentation(at));
    // A `#` must not come first on a line, where it would begin a directive.
    else if (previous === null && (token.text === '#' || token.text === '%:')) parts.push('/**/');
    parts.push(token.text);
    // A raw string holds newlines of its own.
    if (token.text.includes('\n')) line = -1;
    previous = token;
  }
  parts.push('\n');
  return parts.join('');
}
