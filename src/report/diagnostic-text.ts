/** Diagnostics as people read them: what, where with the source line and a caret, the earlier cause, what to do. */
import type { Diagnostic, Place } from '../base/diagnostic.js';
import { printable } from './printable.js';

export function renderDiagnostic(
  diagnostic: Diagnostic,
  severity: 'error' | 'note' = 'error',
): string[] {
  const kind = diagnostic.code === 'unsupported' ? 'not supported: ' : '';
  const lines = [`${where(diagnostic.at)}${severity}: ${kind}${printable(diagnostic.message)}`];
  lines.push(...source(diagnostic.at));
  for (const { line, text } of (diagnostic.excerpt ?? []).slice(0, MAX_EXCERPT))
    lines.push(`${String(line).padStart(6)} | ${printable(text)}`.trimEnd());
  for (const note of diagnostic.notes) {
    lines.push(`${where(note.at)}note: ${printable(note.message)}`);
    lines.push(...source(note.at));
  }
  if (diagnostic.help !== undefined) lines.push(`help: ${printable(diagnostic.help)}`);
  return lines;
}

/** Lines of a hunk that are shown; longer ones are looked up in the mail. */
const MAX_EXCERPT = 24;

function where(at: Place | null): string {
  return at === null ? 'patchcheck: ' : `${printable(at.path)}:${at.line}:${at.column}: `;
}

function source(at: Place | null): string[] {
  if (at === null || at.sourceLine === '') return [];
  const before = at.sourceLine.slice(0, at.column - 1).replace(/[^\t]/g, ' ');
  const width = Math.max(1, Math.min(at.length, at.sourceLine.length - at.column + 1));
  const margin = String(at.line).padStart(6);
  return [
    `${margin} | ${printable(at.sourceLine)}`,
    `${' '.repeat(6)} | ${before}${'^'.repeat(width)}`,
  ];
}
