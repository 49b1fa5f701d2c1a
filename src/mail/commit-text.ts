/** What a patch mail says before its diff: in-body From and Subject, the commit message, its trailers. */
import { textToBytes, textToShow } from '../patch/byte-text.js';
import type { BodyLine } from './body.js';
import type { Mailbox } from './headers.js';
import { decoded, mailboxOf } from './headers.js';
import { isScissors } from './scissors.js';

export interface Trailer {
  readonly key: string;
  readonly value: string;
}

export interface CommitText {
  /** In-body `From:`, the author where somebody else sends the patch. */
  readonly author: Mailbox | null;
  /** In-body `Subject:`. */
  readonly subject: string | null;
  readonly message: string;
  readonly trailers: readonly Trailer[];
}

/** `lines` is the mail's text before the patch. After scissors, only what stands below them counts. */
export function commitText(lines: readonly BodyLine[], cutAtScissors: boolean): CommitText {
  const texts = lines.map(({ text, charset }) => textIn(charset, text).trimEnd());
  let start = 0;
  if (cutAtScissors) texts.forEach((text, i) => (start = isScissors(text) ? i + 1 : start));
  while (start < texts.length && texts[start] === '') start++;
  let author: Mailbox | null = null;
  let subject: string | null = null;
  for (; start < texts.length; start++) {
    const field = /^(From|Subject|Date):\s*(.*)$/i.exec(texts[start] ?? '');
    if (field === null) break;
    let value = field[2] ?? '';
    while (/^[ \t]+\S/.test(texts[start + 1] ?? '')) value += ` ${(texts[++start] ?? '').trim()}`;
    if (/^from$/i.test(field[1] ?? '')) author = mailboxOf(value);
    if (/^subject$/i.test(field[1] ?? '')) subject = decoded(value);
  }
  const message = texts.slice(start).join('\n').trim();
  return { author, subject, message, trailers: trailersOf(message) };
}

/** Of a part in another charset than UTF-8; a name that nobody knows is no name. */
function textIn(charset: string | null, text: string): string {
  if (charset === null || /^(?:utf-?8|utf-?16.*|ucs-?2.*|us-ascii)?$/.test(charset))
    return textToShow(text);
  try {
    return new TextDecoder(charset).decode(textToBytes(text));
  } catch {
    return textToShow(text);
  }
}

/** The last paragraph, when it is made of `Key: value` lines (git-interpret-trailers(1)). */
function trailersOf(message: string): Trailer[] {
  const paragraph = message.split(/\n\s*\n/).at(-1) ?? '';
  const trailers: { key: string; value: string }[] = [];
  for (const line of paragraph.split('\n')) {
    const trailer = /^([A-Za-z0-9][A-Za-z0-9-]*):\s+(.*)$/.exec(line);
    const last = trailers[trailers.length - 1];
    if (trailer !== null) trailers.push({ key: trailer[1] ?? '', value: trailer[2] ?? '' });
    else if (/^[ \t]/.test(line) && last !== undefined) last.value += ` ${line.trim()}`;
  }
  return trailers;
}

/** What git format-patch --base writes below the patch or the cover letter. */
export interface BaseInformation {
  readonly baseCommit: string | null;
  readonly prerequisites: readonly string[];
}

export function baseInformation(body: readonly BodyLine[]): BaseInformation {
  let baseCommit: string | null = null;
  const prerequisites: string[] = [];
  for (const { text } of body) {
    const base = /^base-commit:\s*([0-9a-f]{7,64})\s*$/.exec(text);
    if (base !== null) baseCommit = base[1] ?? null;
    const patch = /^prerequisite-patch-id:\s*([0-9a-f]{40,64})\s*$/.exec(text);
    if (patch?.[1] !== undefined && prerequisites.length < 1000) prerequisites.push(patch[1]);
  }
  return { baseCommit, prerequisites };
}
