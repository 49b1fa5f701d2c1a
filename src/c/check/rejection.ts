/**
 * How a constraint violation leaves the recursive checker. Inside `check/` a rejection is thrown, because it abandons the
 * whole function or object under test; every public operation of the unit catches it and returns its diagnostic as a value.
 * Nothing else may be thrown on purpose.
 */
import {
  diagnostic,
  type Diagnostic,
  type DiagnosticCode,
  type Note,
} from '../../base/diagnostic.js';
import type { Span } from '../ast.js';
import { expansionNotes, placeOf } from '../source-file.js';
import type { TokenList } from '../token-list.js';

export class Rejection extends Error {
  constructor(readonly diagnostic: Diagnostic) {
    super(diagnostic.message);
  }
}

/** At the first token of the span; the caret line reaches to the last where that stands on the same line. */
export function diagnosticAt(
  tokens: TokenList,
  span: Span,
  code: DiagnosticCode,
  message: string,
  notes: readonly Note[] = [],
): Diagnostic {
  const first = tokens.at(span.first);
  if (first === undefined) return diagnostic(code, message, null, notes);
  const place = placeOf(first);
  const last = tokens.at(span.last);
  const together =
    last !== undefined &&
    last.file === first.file &&
    last.line === first.line &&
    last.column >= first.column;
  const length = together ? last.column + last.text.length - first.column : place.length;
  return diagnostic(code, message, { ...place, length }, [...expansionNotes(first), ...notes]);
}
