/**
 * The candidates of a thread. A mail that is no reply and says [PATCH], or holds a diff, belongs to a series; a reply
 * with an unquoted diff offers an alternative. Quoted diffs are talk about a patch, not patches.
 */
import type { Diagnostic } from '../base/diagnostic.js';
import { diagnostic } from '../base/diagnostic.js';
import type { Candidate } from './candidate.js';
import { CandidateNames } from './candidate-name.js';
import { baseInformation } from './commit-text.js';
import type { Message } from './message.js';
import type { Offer } from './offer.js';
import { authorName, changesText, holdsDiff, mailPlace, patchOf, replyOffer } from './offer.js';
import type { Series } from './series.js';
import { groupSeries } from './series.js';
import { headOf, seriesCandidate } from './series-candidate.js';
import type { Thread } from './thread.js';

export interface ThreadCandidates {
  /** Series first, then diffs in replies, each in the order of the mails. */
  readonly candidates: readonly Candidate[];
  /** Why there is none; what is wrong with a single candidate stands with it. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A thread offers a handful; more is an archive, and every one of them is applied and run. */
const MAX_CANDIDATES = 1000;

export function findCandidates(thread: Thread): ThreadCandidates {
  const messages = withoutDoubles(thread.messages);
  const seriesMails = messages.filter((message) => isSeriesMail(thread, message));
  const inSeries = new Set(seriesMails);
  const names = new CandidateNames();
  const candidates: Candidate[] = [];
  const mailOf = new Map<Message, string>();

  const all = groupSeries(thread, seriesMails, MAX_CANDIDATES);
  if (all.length > MAX_CANDIDATES) return tooMany(thread);
  for (const series of all) {
    const related = all.filter((each) => each !== series && sameWork(each, series));
    const earlier = related
      .filter((each) => each.revision < series.revision)
      .sort((a, b) => b.revision - a.revision);
    const superseded = related.some((each) => each.revision > series.revision);
    const candidate = seriesCandidate(series, earlier, superseded, names);
    candidates.push(candidate);
    for (const mail of [series.cover, ...[...series.patches.values()].flat()]) {
      if (mail !== null) mailOf.set(mail, candidate.id);
    }
  }
  const known = new Set(
    candidates.flatMap((candidate) => candidate.patches.map((patch) => changesText(patch.files))),
  );
  for (const message of messages) {
    if (inSeries.has(message)) continue;
    const offer = replyOffer(message);
    // Mail programs also copy what they answer without quoting it.
    if (offer === null || (offer.files.length > 0 && known.has(changesText(offer.files)))) continue;
    if (candidates.length === MAX_CANDIDATES) return tooMany(thread);
    const candidate = replyCandidate(offer, answeredBy(thread, message, mailOf), names);
    candidates.push(candidate);
    mailOf.set(message, candidate.id);
  }
  if (candidates.length > 0) return { candidates, diagnostics: [] };
  const first = thread.messages[0];
  const found = diagnostic(
    'bad-input',
    thread.messages.length === 1
      ? 'this mail holds no diff'
      : `none of the ${thread.messages.length} mails holds a diff of its own`,
    first === undefined ? null : mailPlace(first),
    [],
    'a quoted diff ("> diff --git …") does not count',
  );
  return { candidates, diagnostics: [found] };
}

function tooMany(thread: Thread): ThreadCandidates {
  const first = thread.messages[0];
  return {
    candidates: [],
    diagnostics: [
      diagnostic(
        'limit',
        `more than ${MAX_CANDIDATES} candidates in one input`,
        first === undefined ? null : mailPlace(first),
        [],
        'give one thread at a time',
      ),
    ],
  };
}

/** The same mail reaches a mailbox by several ways. */
function withoutDoubles(messages: readonly Message[]): Message[] {
  const seen = new Map<string, Message>();
  return messages.filter((message) => {
    if (message.messageId === null) return true;
    const other = seen.get(message.messageId);
    if (other === undefined) {
      seen.set(message.messageId, message);
      return true;
    }
    const text = (each: Message): string => each.body.map((line) => line.text.trimEnd()).join('\n');
    return other.body.length !== message.body.length || text(other) !== text(message);
  });
}

function isSeriesMail(thread: Thread, message: Message): boolean {
  if (message.queue !== null) return true;
  if (message.subject.reply) return false;
  if (holdsDiff(message)) return true;
  // Without a diff only the first mail of a thread is taken at its word; answers may lack their `Re:`.
  const cover = message.subject.part?.number === 0;
  return message.subject.patch && (cover || !thread.parent.has(message));
}

/** Revisions of one piece of work: in one thread, or of one title, by one sender. */
function sameWork(a: Series, b: Series): boolean {
  const [first, second] = [headOf(a), headOf(b)];
  if (first.from.address.toLowerCase() !== second.from.address.toLowerCase()) return false;
  if (a.root === b.root) return true;
  const title = first.subject.title.toLowerCase();
  return title !== '' && title === second.subject.title.toLowerCase();
}

/** The candidate nearest above a reply. */
function answeredBy(
  thread: Thread,
  message: Message,
  mailOf: ReadonlyMap<Message, string>,
): string | null {
  for (let at = thread.parent.get(message); at !== undefined; at = thread.parent.get(at)) {
    const id = mailOf.get(at);
    if (id !== undefined) return id;
  }
  return null;
}

function replyCandidate(offer: Offer, answers: string | null, names: CandidateNames): Candidate {
  const { message, bareHunks } = offer;
  const patch = patchOf(offer, 1, true);
  const problems: Diagnostic[] = offer.problem === null ? [] : [offer.problem];
  const [bare] = bareHunks;
  if (bare !== undefined) {
    problems.push(
      diagnostic(
        'bad-input',
        'this hunk names no file, and was not looked for in the tree',
        bare.at,
      ),
    );
  }
  return {
    id: names.next(authorName(message.from), message.path, 1),
    subject: patch.subject,
    author: patch.author,
    messageId: message.messageId,
    date: message.date,
    origin: 'reply',
    revision: message.subject.revision,
    superseded: false,
    ...baseInformation(message.body),
    onTopOf: null,
    answers,
    patches: [patch],
    problems,
    remarks: [],
    bareHunks,
  };
}
