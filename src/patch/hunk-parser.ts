/**
 * One hunk: its heading and the lines that the heading counts. A heading that counts wrongly is refused, also where
 * `git apply` would take the surplus lines for text after the patch: a change would be lost without a word.
 */
import type { Diagnostic } from '../base/diagnostic.js';
import { diagnostic } from '../base/diagnostic.js';
import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import type { Hunk, HunkLine } from './file-diff.js';
import type { PatchText } from './patch-text.js';
import { placeOf, withoutNewline } from './patch-text.js';

const HEADING = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@[ \t]*(.*)$/s;

export interface HunkHeading {
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
  readonly section: string;
}

export function parseHeading(line: string): HunkHeading | null {
  const match = HEADING.exec(withoutNewline(line));
  if (match === null) return null;
  return {
    oldStart: Number(match[1]),
    oldCount: match[2] === undefined ? 1 : Number(match[2]),
    newStart: Number(match[3]),
    newCount: match[4] === undefined ? 1 : Number(match[4]),
    section: match[5] ?? '',
  };
}

/** `\ No newline at end of file`, in whatever language: at least twelve characters, as git has it. */
function isNoNewlineMark(line: string): boolean {
  return line.startsWith('\\ ') && line.length >= 12;
}

export interface ParsedHunk {
  readonly hunk: Hunk;
  /** Index of the first line after it. */
  readonly next: number;
}

export function parseHunk(text: PatchText, start: number): Result<ParsedHunk, Diagnostic> {
  const headingLine = text.lines[start];
  const heading = parseHeading(headingLine?.text ?? '');
  const at = placeOf(text, headingLine);
  if (heading === null) {
    return err(
      diagnostic(
        'bad-input',
        'this hunk heading cannot be read',
        at,
        [],
        'it should look like "@@ -12,7 +12,9 @@"',
      ),
    );
  }
  const lines: { kind: HunkLine['kind']; text: string; line: number }[] = [];
  let oldLeft = heading.oldCount;
  let newLeft = heading.newCount;
  let leading = 0;
  let trailing = 0;
  let changes = 0;
  const counts = { old: 0, new: 0 };
  let index = start + 1;
  const miscounted = (why: string): Result<ParsedHunk, Diagnostic> =>
    err(
      diagnostic(
        'bad-input',
        `this hunk's heading does not count its lines: ${why}`,
        at,
        [],
        'the patch was edited by hand, wrapped or cut off; ask for it again, or correct the counts in the heading',
      ),
    );
  const short = (end: string): Result<ParsedHunk, Diagnostic> =>
    miscounted(
      `it says ${heading.oldCount} old and ${heading.newCount} new lines, ` +
        `${counts.old} old and ${counts.new} new follow before ${end}`,
    );

  while (oldLeft > 0 || newLeft > 0) {
    const line = text.lines[index];
    if (line === undefined) return short('the text ends');
    if (!line.text.endsWith('\n')) {
      return err(
        diagnostic(
          'bad-input',
          'the patch ends in the middle of a line',
          placeOf(text, line),
          [{ message: 'in this hunk', at }],
          'the last line has no newline; it may be cut off',
        ),
      );
    }
    const sign = line.text.charAt(0);
    const body = line.text.slice(1);
    if (sign === ' ' || sign === '\n') {
      // An empty line is an empty line of context: mail programs take blanks off line ends.
      lines.push({ kind: 'context', text: sign === '\n' ? '\n' : body, line: line.line });
      oldLeft--;
      newLeft--;
      counts.old++;
      counts.new++;
      if (changes === 0) leading++;
      trailing++;
    } else if (sign === '-') {
      lines.push({ kind: 'removed', text: body, line: line.line });
      oldLeft--;
      counts.old++;
      changes++;
      trailing = 0;
    } else if (sign === '+') {
      lines.push({ kind: 'added', text: body, line: line.line });
      newLeft--;
      counts.new++;
      changes++;
      trailing = 0;
    } else if (isNoNewlineMark(line.text)) {
      dropNewline(lines);
    } else {
      return short(`line ${line.line}`);
    }
    if (oldLeft < 0 || newLeft < 0) {
      return miscounted(
        `it says ${heading.oldCount} old and ${heading.newCount} new lines; ` +
          `line ${line.line} is one ${oldLeft < 0 ? 'old' : 'new'} line too many`,
      );
    }
    index++;
  }
  const mark = text.lines[index];
  if (mark !== undefined && isNoNewlineMark(mark.text)) {
    dropNewline(lines);
    index++;
  }
  const surplus = surplusLine(text, index);
  if (surplus !== null) {
    return miscounted(
      `it says ${heading.oldCount} old and ${heading.newCount} new lines, and line ${surplus} still belongs to the change`,
    );
  }
  if (changes === 0) return err(diagnostic('bad-input', 'this hunk changes nothing', at));
  return ok({ hunk: { at, ...heading, lines, leading, trailing }, next: index });
}

function dropNewline(lines: { text: string }[]): void {
  const last = lines[lines.length - 1];
  if (last !== undefined) last.text = withoutNewline(last.text);
}

/** A changed line right behind the counted ones, or null. `-- ` begins a signature, `--- ` and `+++ ` another file. */
function surplusLine(text: PatchText, index: number): number | null {
  for (let i = index; ; i++) {
    const line = text.lines[i];
    if (line === undefined) return null;
    const body = withoutNewline(line.text);
    if (/^(-- ?$|--- |\+\+\+ |---$)/.test(body)) return null;
    if (body.startsWith('+') || body.startsWith('-')) return line.line;
    if (!body.startsWith(' ')) return null;
  }
}
