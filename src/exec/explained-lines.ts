/** A trap for people: the source line with a caret, what was accessed, and what led to it. */
import type { Outcome } from './machine.js';
import type { TrapSite } from './program.js';

type Trap = Extract<Outcome, { kind: 'trap' }>;

export function explainedLines(trap: Trap): readonly string[] {
  const { detail, causes } = trap.explanation;
  const lines = [`${trap.name}${trap.site === null ? '' : ` in ${trap.site.function}`}`];
  if (trap.site !== null) lines.push(...shown(trap.site));
  if (detail !== '') lines.push(`  ${detail}`);
  for (const { what, site } of causes) {
    if (site === null) continue;
    lines.push(`${what}${site.function === '' ? '' : ` in ${site.function}`}`, ...shown(site));
  }
  return lines;
}

function shown({ place }: TrapSite): readonly string[] {
  const where = `  ${place.path}:${place.line}:${place.column}`;
  if (place.sourceLine.trim() === '') return [where];
  const indent = place.sourceLine.slice(0, place.column - 1).replaceAll(/[^\t]/g, ' ');
  const caret = '^'.repeat(Math.max(1, Math.min(place.length, 60)));
  return [where, `    ${place.sourceLine}`, `    ${indent}${caret}`];
}
