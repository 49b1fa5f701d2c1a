/** A series → a candidate: its patches in order, what is missing or doubled, what an earlier revision fills in. */
import type { Diagnostic } from '../base/diagnostic.js';
import { diagnostic } from '../base/diagnostic.js';
import type { Candidate, CandidatePatch } from './candidate.js';
import type { CandidateNames } from './candidate-name.js';
import { baseInformation } from './commit-text.js';
import type { Message } from './message.js';
import type { Offer } from './offer.js';
import { authorName, changesText, mailPlace, patchOf, seriesOffer } from './offer.js';
import type { Series } from './series.js';

/** `[PATCH 1/9999]` alone is a mistake to be told, not a list to be filled. */
const MAX_NAMED = 20;

export function headOf(series: Series): Message {
  const first = [...series.patches].sort((a, b) => a[0] - b[0])[0]?.[1][0];
  return series.cover ?? first ?? series.root;
}

/** `earlier`: the revisions before it, newest first. */
export function seriesCandidate(
  series: Series,
  earlier: readonly Series[],
  superseded: boolean,
  names: CandidateNames,
): Candidate {
  const problems: Diagnostic[] = [];
  const remarks: Diagnostic[] = [];
  const head = headOf(series);
  const patches: CandidatePatch[] = [];
  const take = (offer: Offer | null, message: Message, number: number): void => {
    if (offer === null) {
      const what =
        message.queue === null && message.subject.patch
          ? 'this mail says that it is a patch, and holds no diff'
          : 'there is no diff in this file';
      problems.push(diagnostic('bad-input', what, mailPlace(message)));
      return;
    }
    if (offer.problem !== null) problems.push(offer.problem);
    patches.push(patchOf(offer, number, false));
  };
  for (const [number, messages] of series.patches) {
    const [message, ...others] = messages;
    if (message === undefined) continue;
    const offer = seriesOffer(message);
    take(offer, message, number);
    const text = others.length === 0 ? '' : textOf(offer);
    const other = others.find((each) => textOf(seriesOffer(each)) !== text);
    if (other !== undefined) {
      problems.push(
        diagnostic(
          'bad-input',
          `patch ${number} of the series is there twice, with different contents`,
          mailPlace(other),
          [{ message: 'the other one', at: mailPlace(message) }],
        ),
      );
    }
  }
  const { total } = series;
  if (total !== null) {
    const missing: number[] = [];
    for (let number = 1; number <= total; number++) {
      if (series.patches.has(number)) continue;
      const found = earlier.find((each) => each.total === total && each.patches.has(number));
      const message = found?.patches.get(number)?.[0];
      if (message === undefined) {
        missing.push(number);
        continue;
      }
      take(seriesOffer(message), message, number);
      remarks.push(
        diagnostic(
          'missing',
          `patch ${number} of ${total} was not sent again in revision ${series.revision}; that of revision ${message.subject.revision} is taken`,
          mailPlace(message),
        ),
      );
    }
    if (missing.length > 0) {
      const named = missing.slice(0, MAX_NAMED).join(', ');
      const more = missing.length > MAX_NAMED ? ' and more' : '';
      problems.push(
        diagnostic(
          'missing',
          missing.length === 1
            ? `patch ${named} of the ${total} in this series is not in the thread`
            : `patches ${named}${more} of the ${total} in this series are not in the thread`,
          mailPlace(head),
        ),
      );
    }
    for (const number of series.patches.keys()) {
      if (number <= total) continue;
      problems.push(
        diagnostic(
          'bad-input',
          `there is a patch ${number} in a series of ${total}`,
          mailPlace(head),
        ),
      );
    }
  }
  patches.sort((a, b) => a.number - b.number);

  const mails = [series.cover, ...[...series.patches.values()].map((each) => each[0])];
  const base = mails.map((mail) => baseInformation(mail?.body ?? []));
  const first = patches[0];
  const oneAuthor = first !== undefined && patches.every((patch) => patch.author === first.author);
  const author = series.cover === null && oneAuthor ? first.author : authorName(head.from);
  return {
    id: names.next(author, head.path, series.revision),
    subject:
      series.cover === null && patches.length === 1 ? (first?.subject ?? '') : head.subject.title,
    author,
    messageId: head.messageId,
    date: head.date,
    origin: 'series',
    revision: series.revision,
    superseded,
    baseCommit: base.find((each) => each.baseCommit !== null)?.baseCommit ?? null,
    prerequisites: base.flatMap((each) => each.prerequisites),
    onTopOf: null,
    answers: null,
    patches,
    problems,
    remarks,
    bareHunks: [],
  };
}

function textOf(offer: Offer | null): string {
  return offer === null ? '' : changesText(offer.files);
}
