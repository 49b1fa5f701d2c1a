/**
 * How the parts of the preprocessor report. The first error ends the run: it is thrown as `PreprocessFailure` and
 * caught at the stage's edge (`preprocess.ts`), where it becomes a value; nothing outside this folder sees it thrown.
 */
import type { Diagnostic, DiagnosticCode, Note } from '../../base/diagnostic.js';
import type { SourceFile, Token } from '../token.js';

export class PreprocessFailure extends Error {
  constructor(readonly diagnostic: Diagnostic) {
    super(diagnostic.message);
  }
}

export interface Problems {
  /** An error at a place of a file; the include chain is added. */
  failAt(
    code: DiagnosticCode,
    message: string,
    file: SourceFile,
    line: number,
    column: number,
    length?: number,
    notes?: readonly Note[],
  ): never;
  /** An error at a token; macro expansions and the include chain are added. */
  fail(code: DiagnosticCode, message: string, token: Token, notes?: readonly Note[]): never;
  warnAt(message: string, file: SourceFile, line: number, column: number): void;
}
