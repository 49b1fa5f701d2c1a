/**
 * How the parts of the preprocessor report. The first error ends the run: it is thrown as `PreprocessFailure` and
 * caught at the stage's edge (`preprocess.ts`), where it becomes a value; nothing outside this folder sees it thrown.
 */
import type { Diagnostic, DiagnosticCode, Note } from '../../base/diagnostic.js';

export class PreprocessFailure extends Error {
  constructor(readonly diagnostic: Diagnostic) {
    super(diagnostic.message);
  }
}

export interface Problems {
  /** An error at a place of a text; the include chain is added. */
  failPlace(code: DiagnosticCode, message: string, place: number, length?: number): never;
  /** An error at a token of the store; macro expansions and the include chain are added. */
  fail(code: DiagnosticCode, message: string, token: number, notes?: readonly Note[]): never;
  /** A warning at the place of a token. */
  warn(message: string, token: number): void;
  warnPlace(message: string, place: number): void;
}
