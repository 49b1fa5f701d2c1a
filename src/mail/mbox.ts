/**
 * An mbox, cut into mails where `git mailsplit` cuts it: at a line "From …" that ends like a date. With mboxrd, quoted
 * `>From` lines lose a `>`. Where every mail has a Content-Length that leads to the next separator (mboxcl), lines that
 * look like separators within mails are left alone. CRLF line ends are taken off, as mailsplit does without --keep-cr.
 */
import type { Diagnostic } from '../base/diagnostic.js';
import { diagnostic } from '../base/diagnostic.js';
import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import { splitLines } from '../patch/byte-text.js';
import type { PatchLine } from '../patch/patch-text.js';
import { placeOf } from '../patch/patch-text.js';

/** One mail, as lines of the file it came in. The separator line is not part of it. */
export interface RawMail {
  readonly path: string;
  /** Line of its first header. */
  readonly line: number;
  readonly lines: readonly PatchLine[];
}

export interface MboxOptions {
  /** The file is an mboxrd: `>From `, `>>From ` … stand for lines with one `>` less. */
  readonly mboxrd: boolean;
}

/** More than the largest list archives of a month hold. */
const MAX_MAILS = 100_000;

/** `From NAME Wed Oct 23 09:18:00 2024`: a time, and a year after it. */
export function isSeparator(line: string): boolean {
  if (line.length < 20 || !line.startsWith('From ')) return false;
  const colon = line.lastIndexOf(':', line.length - 3);
  if (colon < 5) return false;
  if (!/^\d.\d\d$/s.test(line.slice(colon - 4, colon))) return false;
  const after = /^:\d\d\s*([+-]?\d+)/.exec(line.slice(colon));
  return after !== null && Number(after[1]) > 90;
}

export function withoutCarriageReturn(text: string): string {
  return text.endsWith('\r\n') ? `${text.slice(0, -2)}\n` : text;
}

/** A mail on its way has CRLF line ends, which belong to the way. */
export function mailLines(text: string): PatchLine[] {
  return splitLines(text).map((line, i) => ({ text: withoutCarriageReturn(line), line: i + 1 }));
}

export function splitMbox(
  path: string,
  text: string,
  options: MboxOptions = { mboxrd: false },
): Result<readonly RawMail[], Diagnostic> {
  const raw = splitLines(text);
  let start = 0;
  while (start < raw.length && (raw[start] ?? '').trim() === '') start++;
  if (start === raw.length) return err(diagnostic('bad-input', `${path} is empty`, null));
  if (!isSeparator(raw[start] ?? '')) {
    return err(
      diagnostic(
        'bad-input',
        'this is no mbox: its first line does not separate mails',
        placeOf({ path, lines: [] }, { text: raw[start] ?? '', line: start + 1 }),
        [],
        'an mbox begins with a line such as "From mboxrd@z Thu Jan  1 00:00:00 1970"',
      ),
    );
  }
  const starts = startsByLength(raw, start) ?? startsBySeparator(raw, start);
  if (starts.length > MAX_MAILS) {
    return err(diagnostic('limit', `${path} holds more than ${MAX_MAILS} mails`, null));
  }
  return ok(
    starts.map((at, i) => {
      const lines = raw.slice(at + 1, starts[i + 1] ?? raw.length).map((line, k) => {
        const own = withoutCarriageReturn(line);
        return {
          text: options.mboxrd && /^>+From /.test(own) ? own.slice(1) : own,
          line: at + 2 + k,
        };
      });
      return { path, line: at + 2, lines };
    }),
  );
}

function startsBySeparator(raw: readonly string[], first: number): number[] {
  const starts: number[] = [];
  for (let i = first; i < raw.length; i++) if (isSeparator(raw[i] ?? '')) starts.push(i);
  return starts;
}

/** mboxcl: null unless every single mail's Content-Length lands on a separator, or on the end of the file. */
function startsByLength(raw: readonly string[], first: number): number[] | null {
  const starts: number[] = [];
  for (let at = first; at < raw.length;) {
    starts.push(at);
    let i = at + 1;
    let length: number | null = null;
    for (; i < raw.length && (raw[i] ?? '').trim() !== ''; i++) {
      const field = /^content-length:[ \t]*(\d{1,10})\s*$/i.exec(raw[i] ?? '');
      if (field !== null) length = Number(field[1]);
    }
    if (length === null) return null;
    i++;
    for (; i < raw.length && length > 0; i++) length -= (raw[i] ?? '').length;
    if (length !== 0) return null;
    // One empty line before the separator belongs to neither mail.
    while (i < raw.length && (raw[i] ?? '').trim() === '') i++;
    if (i < raw.length && !isSeparator(raw[i] ?? '')) return null;
    at = i;
  }
  return starts;
}
