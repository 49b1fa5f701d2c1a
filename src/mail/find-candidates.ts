/**
 * The candidates of a thread. A mail that is no reply and says [PATCH], or holds a diff, belongs to a series; a reply
 * with an unquoted diff offers an alternative. Quoted diffs are talk about a patch, not patches.
 */
import type { Diagnostic, Place } from '../base/diagnostic.js';
import { diagnostic } from '../base/diagnostic.js';
import { parseDiff, startsFileDiff } from '../patch/parse-diff.js';
import type { FileDiff } from '../patch/file-diff.js';
import type { PatchText } from '../patch/patch-text.js';
import type { Candidate, CandidatePatch } from './candidate.js';
import { CandidateNames } from './candidate-name.js';
import { splitText } from './mail-text.js';
import type { Message } from './message.js';
import type { Thread } from './thread.js';
import { rootOf } from './thread.js';

export interface ThreadCandidates {
  readonly candidates: readonly Candidate[];
  /** About mails that offer nothing although they seem to; not about single candidates, which carry their own. */
  readonly diagnostics: readonly Diagnostic[];
}

interface Offer {
  readonly message: Message;
  readonly files: readonly FileDiff[];
  readonly problem: Diagnostic | null;
}

export function findCandidates(thread: Thread): ThreadCandidates {
  const series = new Map<string, Message[]>();
  const replies: Offer[] = [];
  for (const message of thread.messages) {
    if (isSeriesMail(message)) {
      const key = seriesKey(thread, message);
      const members = series.get(key);
      if (members === undefined) series.set(key, [message]);
      else members.push(message);
    } else {
      const offer = diffIn(message, replyDiff(message));
      if (offer !== null) replies.push(offer);
    }
  }
  const names = new CandidateNames();
  const candidates: Candidate[] = [];
  const diagnostics: Diagnostic[] = [];
  const newest = new Map<Message, number>();
  for (const [first] of series.values()) {
    if (first === undefined) continue;
    const root = rootOf(thread, first);
    newest.set(root, Math.max(newest.get(root) ?? 0, first.subject.revision));
  }
  for (const members of series.values()) {
    const first = members[0];
    if (first === undefined) continue;
    const superseded = first.subject.revision < (newest.get(rootOf(thread, first)) ?? 0);
    const candidate = seriesCandidate(members, names, superseded);
    if ('code' in candidate) diagnostics.push(candidate);
    else candidates.push(candidate);
  }
  for (const offer of replies) {
    const { message } = offer;
    candidates.push({
      id: names.next(message.from, message.subject.revision, false),
      subject: message.subject.title,
      author: authorOf(message),
      messageId: message.messageId,
      date: message.date,
      origin: 'reply',
      revision: message.subject.revision,
      superseded: false,
      onTopOf: null,
      patches: [patchOf(offer, 1)],
      problems: offer.problem === null ? [] : [offer.problem],
    });
  }
  if (candidates.length === 0 && diagnostics.length === 0) {
    const first = thread.messages[0];
    diagnostics.push(
      diagnostic(
        'bad-input',
        thread.messages.length === 1
          ? 'this mail holds no diff'
          : `none of the ${thread.messages.length} mails holds a diff of its own`,
        first === undefined ? null : mailPlace(first),
        [],
        'a quoted diff ("> diff --git …") does not count',
      ),
    );
  }
  return { candidates, diagnostics };
}

function isSeriesMail(message: Message): boolean {
  if (message.subject.reply) return false;
  return message.subject.patch || firstDiff({ path: message.path, lines: message.body }) !== null;
}

/** Mails of one sender, one revision and one total below the same first mail are one series; a patch alone is its own. */
function seriesKey(thread: Thread, message: Message): string {
  const { part, revision } = message.subject;
  const index = thread.messages.indexOf(message);
  if (part === null) return `alone ${index}`;
  const root = thread.messages.indexOf(rootOf(thread, message));
  const cover = part.total === 1 ? index : root;
  return `${cover} v${revision} ${part.total} ${message.from.address.toLowerCase()}`;
}

function seriesCandidate(
  members: readonly Message[],
  names: CandidateNames,
  superseded: boolean,
): Candidate | Diagnostic {
  const cover = members.find((message) => message.subject.part?.number === 0) ?? null;
  const patchMails = members.filter((message) => message !== cover);
  const head = cover ?? patchMails[0];
  if (head === undefined) return diagnostic('bad-input', 'a series without a mail', null);
  const problems: Diagnostic[] = [];
  const byNumber = new Map<number, Message>();
  for (const message of patchMails) {
    const number = message.subject.part?.number ?? 1;
    const other = byNumber.get(number);
    if (other === undefined) byNumber.set(number, message);
    else if (!sameText(other, message)) {
      problems.push(
        diagnostic(
          'bad-input',
          `patch ${number} of the series is there twice, with different contents`,
          mailPlace(message),
          [{ message: 'the other one', at: mailPlace(other) }],
        ),
      );
    }
  }
  const total = head.subject.part?.total ?? 1;
  const missing: number[] = [];
  for (let number = 1; number <= total; number++) if (!byNumber.has(number)) missing.push(number);
  if (missing.length > 0) {
    problems.push(
      diagnostic(
        'missing',
        `patch ${missing.slice(0, 20).join(', ')} of the ${total} in this series is not in the thread`,
        mailPlace(head),
      ),
    );
  }
  const patches: CandidatePatch[] = [];
  for (const [number, message] of [...byNumber].sort((a, b) => a[0] - b[0])) {
    const offer = diffIn(message, seriesDiff(message));
    if (offer === null) {
      problems.push(
        diagnostic(
          'bad-input',
          'this mail says that it is a patch, and holds no diff',
          mailPlace(message),
        ),
      );
      continue;
    }
    if (offer.problem !== null) problems.push(offer.problem);
    patches.push(patchOf(offer, number));
  }
  return {
    id: names.next(head.from, head.subject.revision, true),
    subject: head.subject.title,
    author: authorOf(head),
    messageId: head.messageId,
    date: head.date,
    origin: 'series',
    revision: head.subject.revision,
    superseded,
    onTopOf: null,
    patches,
    problems,
  };
}

function sameText(a: Message, b: Message): boolean {
  const text = (message: Message): string =>
    splitText(message.body)
      .patch.map((line) => line.text)
      .join('');
  return text(a) === text(b);
}

function patchOf(offer: Offer, number: number): CandidatePatch {
  return {
    number,
    subject: offer.message.subject.title,
    messageId: offer.message.messageId,
    at: mailPlace(offer.message),
    files: offer.files,
  };
}

/** What git would apply of a [PATCH] mail. */
function seriesDiff(message: Message): PatchText {
  return { path: message.path, lines: splitText(plainLines(message)).patch };
}

/** From the first unquoted diff on; talk may follow, and quoted lines never look like a diff. */
function replyDiff(message: Message): PatchText {
  const text = { path: message.path, lines: plainLines(message) };
  const start = firstDiff(text);
  return { path: message.path, lines: start === null ? [] : text.lines.slice(start) };
}

/** The same diff once more as HTML is no second patch. */
function plainLines(message: Message): Message['body'] {
  return message.body.filter((line) => line.type !== 'text/html');
}

function firstDiff(text: PatchText): number | null {
  const index = text.lines.findIndex((_, i) => startsFileDiff(text, i) !== null);
  return index < 0 ? null : index;
}

function diffIn(message: Message, text: PatchText): Offer | null {
  const parsed = parseDiff(text);
  if (!parsed.ok) return { message, files: [], problem: parsed.error };
  if (parsed.value.length === 0) return null;
  return { message, files: parsed.value, problem: null };
}

function authorOf(message: Message): string {
  const { name, address } = message.from;
  if (name === '') return address;
  return address === '' ? name : `${name} <${address}>`;
}

export function mailPlace(message: Message): Place {
  return {
    path: message.path,
    line: message.line,
    column: 1,
    sourceLine: `Subject: ${message.subjectText}`,
    length: 1,
  };
}
