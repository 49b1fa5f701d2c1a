/** What one mail offers: its diff, where it stands, and what is said above it. */
import type { Diagnostic, Place } from '../base/diagnostic.js';
import type { BareHunk } from '../patch/bare-hunk.js';
import { findBareHunks } from '../patch/bare-hunk.js';
import { parseDiff, startsFileDiff } from '../patch/parse-diff.js';
import type { FileDiff } from '../patch/file-diff.js';
import type { PatchText } from '../patch/patch-text.js';
import type { BodyLine } from './body.js';
import type { CandidatePatch } from './candidate.js';
import type { CommitText } from './commit-text.js';
import { commitText } from './commit-text.js';
import type { Mailbox } from './headers.js';
import { splitText } from './mail-text.js';
import type { Message } from './message.js';
import { isScissors } from './scissors.js';

export interface Offer {
  readonly message: Message;
  readonly files: readonly FileDiff[];
  /** Hunks that name no file, where there is no whole diff. */
  readonly bareHunks: readonly BareHunk[];
  readonly problem: Diagnostic | null;
  readonly text: CommitText;
}

/** What git would apply of a [PATCH] mail. */
export function seriesOffer(message: Message): Offer | null {
  const { message: above, patch } = splitText(plainLines(message));
  return offerOf(message, { path: message.path, lines: patch }, commitText(above, true));
}

/** A reply's diff begins where the first unquoted one does, below the scissors where there are some; talk may follow. */
export function replyOffer(message: Message): Offer | null {
  const whole = plainLines(message);
  const all = { path: message.path, lines: whole };
  const lastDiff = whole.findLastIndex((_, i) => startsFileDiff(all, i) !== null);
  const cut = whole.findLastIndex((line, i) => i < lastDiff && isScissors(line.text));
  const lines = whole.slice(cut + 1);
  const start = firstDiff(message.path, lines);
  const above = splitText(lines.slice(0, start ?? lines.length)).message;
  const text = cut < 0 ? commitText([], false) : commitText(above, false);
  if (start !== null) {
    return offerOf(message, { path: message.path, lines: lines.slice(start) }, text);
  }
  const bareHunks = findBareHunks({ path: message.path, lines });
  return bareHunks.length === 0 ? null : { message, files: [], bareHunks, problem: null, text };
}

export function holdsDiff(message: Message): boolean {
  return firstDiff(message.path, plainLines(message)) !== null;
}

function offerOf(message: Message, diff: PatchText, text: CommitText): Offer | null {
  const parsed = parseDiff(diff);
  if (!parsed.ok) return { message, files: [], bareHunks: [], problem: parsed.error, text };
  if (parsed.value.length === 0) return null;
  return { message, files: parsed.value, bareHunks: [], problem: null, text };
}

/** The same diff once more as HTML is no second patch. */
function plainLines(message: Message): readonly BodyLine[] {
  return message.body.filter((line) => line.type !== 'text/html');
}

function firstDiff(path: string, lines: readonly BodyLine[]): number | null {
  const text = { path, lines };
  const index = lines.findIndex((_, i) => startsFileDiff(text, i) !== null);
  return index < 0 ? null : index;
}

export function patchOf(offer: Offer, number: number, reply: boolean): CandidatePatch {
  const { message, text, files } = offer;
  return {
    number,
    subject: text.subject ?? message.subject.title,
    author: authorName(text.author ?? message.from),
    messageId: message.messageId,
    at: mailPlace(message),
    message: text.message,
    trailers: text.trailers,
    repairTabs: reply,
    files,
  };
}

/** The changes alone, to recognise a diff that was copied. */
export function changesText(files: readonly FileDiff[]): string {
  return JSON.stringify(
    files.map((file) => [
      file.path,
      file.hunks.map((hunk) => hunk.lines.map((line) => [line.kind, line.text])),
    ]),
  );
}

export function authorName({ name, address }: Mailbox): string {
  if (name === '') return address;
  return address === '' ? name : `${name} <${address}>`;
}

export function mailPlace(message: Message): Place {
  return {
    path: message.path,
    line: message.line,
    column: 1,
    sourceLine: message.subjectText === '' ? '' : `Subject: ${message.subjectText}`,
    length: 1,
  };
}
