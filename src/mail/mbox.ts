/**
 * An mbox, cut into mails where `git mailsplit` cuts it: at a line "From …" that ends like a date.
 * CRLF line ends of a mail on its way are taken off, as mailsplit does without --keep-cr.
 */
import type { Diagnostic } from '../base/diagnostic.js';
import { diagnostic } from '../base/diagnostic.js';
import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import type { PatchLine } from '../patch/patch-text.js';
import { splitLines } from '../patch/byte-text.js';
import { placeOf } from '../patch/patch-text.js';

/** One mail, as lines of the file it came in. The separator line is not part of it. */
export interface RawMail {
  readonly path: string;
  /** Line of its first header. */
  readonly line: number;
  readonly lines: readonly PatchLine[];
}

/** `From NAME Wed Oct 23 09:18:00 2024`: a time, and a year after it. */
export function isSeparator(line: string): boolean {
  if (line.length < 20 || !line.startsWith('From ')) return false;
  const colon = line.lastIndexOf(':', line.length - 3);
  if (colon < 5) return false;
  if (!/^\d.\d\d$/s.test(line.slice(colon - 4, colon))) return false;
  const after = /^:\d\d\s*([+-]?\d+)/.exec(line.slice(colon));
  return after !== null && Number(after[1]) > 90;
}

function withoutCarriageReturn(text: string): string {
  return text.endsWith('\r\n') ? `${text.slice(0, -2)}\n` : text;
}

export function fileLines(text: string): PatchLine[] {
  return splitLines(text).map((line, i) => ({ text: withoutCarriageReturn(line), line: i + 1 }));
}

export function splitMbox(path: string, text: string): Result<readonly RawMail[], Diagnostic> {
  const lines = fileLines(text);
  let start = 0;
  while (start < lines.length && (lines[start]?.text ?? '').trim() === '') start++;
  if (start === lines.length) {
    return err(diagnostic('bad-input', `${path} is empty`, null));
  }
  if (!isSeparator(lines[start]?.text ?? '')) {
    return err(
      diagnostic(
        'bad-input',
        'this is no mbox: its first line does not separate mails',
        placeOf({ path, lines }, lines[start]),
        [],
        'an mbox begins with a line such as "From mboxrd@z Thu Jan  1 00:00:00 1970"',
      ),
    );
  }
  const mails: RawMail[] = [];
  for (let i = start; i < lines.length;) {
    let end = i + 1;
    while (end < lines.length && !isSeparator(lines[end]?.text ?? '')) end++;
    mails.push({ path, line: lines[i + 1]?.line ?? i + 1, lines: lines.slice(i + 1, end) });
    i = end;
  }
  return ok(mails);
}
