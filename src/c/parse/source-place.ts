/** Where a token stands, as data that a report can show: the place of its spelling, and the macros that put it there. */
import type { Diagnostic, DiagnosticCode, Note, Place } from '../../base/diagnostic.js';
import { diagnostic } from '../../base/diagnostic.js';
import type { Token } from '../token.js';

function sourceLine(token: Token): string {
  const start = token.file.lineStarts[token.line - 1];
  if (start === undefined) return '';
  const end = token.file.text.indexOf('\n', start);
  const line = token.file.text.slice(start, end < 0 ? undefined : end);
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

export function placeOf(token: Token): Place {
  return {
    path: token.file.path,
    line: token.line,
    column: token.column,
    sourceLine: sourceLine(token),
    length: Math.max(1, token.text.length),
  };
}

/** The expansions that a token came through, innermost first. */
export function expansionNotes(token: Token): Note[] {
  const notes: Note[] = [];
  for (let via = token.via; via !== null; via = via.use.via) {
    notes.push({ message: `in expansion of macro '${via.macro}'`, at: placeOf(via.use) });
  }
  return notes;
}

export function diagnosticAt(
  code: DiagnosticCode,
  message: string,
  token: Token | undefined,
): Diagnostic {
  return token === undefined
    ? diagnostic(code, message)
    : diagnostic(code, message, placeOf(token), expansionNotes(token));
}
