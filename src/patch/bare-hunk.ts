/**
 * Hunks in a mail that stand without the lines that name a file, as reviewers type them: `@@ … @@` with right, wrong or no
 * numbers. They are read by their signs alone; where they go, the text of the tree has to tell (place-bare-hunk.ts).
 */
import type { Place } from '../base/diagnostic.js';
import type { HunkLine } from './file-diff.js';
import type { PatchText } from './patch-text.js';
import { placeOf } from './patch-text.js';

export interface BareHunk {
  readonly at: Place;
  readonly lines: readonly HunkLine[];
}

/** A reply holds few; a bound for hostile input. */
const MAX_BARE_HUNKS = 20;

export function findBareHunks(text: PatchText): BareHunk[] {
  const hunks: BareHunk[] = [];
  for (let i = 0; i < text.lines.length && hunks.length < MAX_BARE_HUNKS; i++) {
    if (!/^@@(?: |$)/.test((text.lines[i]?.text ?? '').trimEnd())) continue;
    const lines: HunkLine[] = [];
    let end = i + 1;
    for (; end < text.lines.length; end++) {
      const line = text.lines[end];
      if (line === undefined) break;
      const kind = kindOf(line.text);
      if (kind === null) break;
      lines.push({
        kind,
        text: kind === 'context' && line.text === '\n' ? '\n' : line.text.slice(1),
        line: line.line,
      });
    }
    // Empty lines at the end are the gap to what is said next.
    while (lines[lines.length - 1]?.text === '\n' && lines[lines.length - 1]?.kind === 'context')
      lines.pop();
    const changes = lines.filter((line) => line.kind !== 'context').length;
    const old = lines.filter((line) => line.kind !== 'added' && line.text.trim() !== '').length;
    if (changes > 0 && old > 0) hunks.push({ at: placeOf(text, text.lines[i]), lines });
    i = Math.max(i, end - 1);
  }
  return hunks;
}

function kindOf(text: string): HunkLine['kind'] | null {
  if (text === '\n') return 'context';
  if (/^-- ?\n?$/.test(text)) return null;
  switch (text.charAt(0)) {
    case ' ':
      return 'context';
    case '+':
      return 'added';
    case '-':
      return 'removed';
    default:
      return null;
  }
}
