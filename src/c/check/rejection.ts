/**
 * Where a span of tokens lies in the sources, and how a constraint violation leaves the recursive checker.
 * Inside `check/` a rejection is thrown, because it abandons the whole function or object under test; every public
 * operation of the unit catches it and returns its diagnostic as a value. Nothing else may be thrown on purpose.
 */
import {
  diagnostic,
  type Diagnostic,
  type DiagnosticCode,
  type Note,
  type Place,
} from '../../base/diagnostic.js';
import type { Span } from '../ast.js';
import type { SourceFile, Token } from '../token.js';

export class Rejection extends Error {
  constructor(readonly diagnostic: Diagnostic) {
    super(diagnostic.message);
  }
}

function lineText(file: SourceFile, line: number): string {
  const start = file.lineStarts[line - 1];
  if (start === undefined) return '';
  const next = file.lineStarts[line];
  return file.text.slice(start, next ?? file.text.length).replace(/\r?\n$/, '');
}

export function placeOfToken(token: Token): Place {
  return {
    path: token.file.path,
    line: token.line,
    column: token.column,
    sourceLine: lineText(token.file, token.line),
    length: Math.max(1, token.text.length),
  };
}

/** How many expansions a diagnostic tells of: the innermost ones and the outermost matter. */
const MAX_EXPANSION_NOTES = 8;

function expansionNotes(token: Token): readonly Note[] {
  const notes: Note[] = [];
  let expansion = token.via;
  while (expansion !== null) {
    notes.push({
      message: `in expansion of macro '${expansion.macro}'`,
      at: placeOfToken(expansion.use),
    });
    expansion = expansion.use.via;
  }
  if (notes.length <= MAX_EXPANSION_NOTES) return notes;
  const outermost = notes[notes.length - 1];
  const shown = notes.slice(0, MAX_EXPANSION_NOTES - 1);
  return outermost === undefined ? shown : [...shown, outermost];
}

export function diagnosticAt(
  tokens: readonly Token[],
  span: Span,
  code: DiagnosticCode,
  message: string,
  notes: readonly Note[] = [],
): Diagnostic {
  const first = tokens[span.first];
  if (first === undefined) return diagnostic(code, message, null, notes);
  const last = tokens[span.last];
  const place = placeOfToken(first);
  const sameLine =
    last !== undefined &&
    last.file === first.file &&
    last.line === first.line &&
    last.column >= first.column;
  const length = sameLine ? last.column + last.text.length - first.column : place.length;
  return diagnostic(code, message, { ...place, length: Math.max(1, length) }, [
    ...expansionNotes(first),
    ...notes,
  ]);
}
