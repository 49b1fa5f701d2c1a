/** What the formats are made from: inputs, each with its report and the hunks that a reply may quote. */
import type { ExitCode, Report } from '../report.js';

/** A hunk as it stands in the checked tree, for the candidates that differ. */
export interface QuotedHunk {
  readonly candidate: string;
  readonly path: string;
  /** In the new file, from 1. */
  readonly start: number;
  readonly count: number;
  /** The `@@` line, then the hunk's own lines with their signs. */
  readonly lines: readonly string[];
}

export interface CheckedInput {
  /** Its file, or what the user knows it by. */
  readonly name: string;
  readonly report: Report;
  readonly hunks: readonly QuotedHunk[];
}

export interface CheckedInputs {
  readonly tool: { readonly name: string; readonly version: string };
  readonly exitCode: ExitCode;
  readonly inputs: readonly CheckedInput[];
}

export const FORMATS = ['text', 'json', 'junit', 'ktap', 'sarif', 'terse', 'mail', 'b4'] as const;
export type Format = (typeof FORMATS)[number];

export function isFormat(name: string): name is Format {
  return (FORMATS as readonly string[]).includes(name);
}
