/** What a thread offers, before anything is run: as plain data, and as text. */
import type { Diagnostic } from '../base/diagnostic.js';
import type { Candidate } from '../mail/candidate.js';
import type { Application } from '../patch/application.js';
import { renderDiagnostic } from './diagnostic-text.js';
import { wrap, type Line } from './layout.js';
import { printable } from './printable.js';
import type { ApplyStatus } from './report.js';

export interface ListedPatch {
  readonly number: number;
  readonly subject: string;
  readonly author: string;
  readonly messageId: string | null;
  readonly files: readonly string[];
  readonly trailers: readonly { readonly key: string; readonly value: string }[];
}

export interface ListedCandidate {
  readonly id: string;
  readonly subject: string;
  readonly author: string;
  readonly messageId: string | null;
  readonly date: string | null;
  readonly origin: 'series' | 'reply';
  readonly revision: number;
  readonly superseded: boolean;
  readonly answers: string | null;
  /** Told by a tree: null where none was given, or it sits on the base. */
  readonly onTopOf: string | null;
  readonly baseCommit: string | null;
  readonly prerequisites: readonly string[];
  readonly patches: readonly ListedPatch[];
  /** null: there was no tree to try it on. */
  readonly applies: ApplyStatus | null;
  readonly problems: readonly Diagnostic[];
  readonly remarks: readonly Diagnostic[];
}

export interface CandidateList {
  readonly schemaVersion: 1;
  readonly mails: number;
  readonly candidates: readonly ListedCandidate[];
  readonly problems: readonly Diagnostic[];
  readonly remarks: readonly Diagnostic[];
}

export function listedCandidate(
  candidate: Candidate,
  application: Application | null,
): ListedCandidate {
  const failed = application?.kind === 'failed' ? application.diagnostics : candidate.problems;
  return {
    id: candidate.id,
    subject: candidate.subject,
    author: candidate.author,
    messageId: candidate.messageId,
    date: candidate.date,
    origin: candidate.origin,
    revision: candidate.revision,
    superseded: candidate.superseded,
    answers: candidate.answers,
    onTopOf: candidate.onTopOf,
    baseCommit: candidate.baseCommit,
    prerequisites: candidate.prerequisites,
    patches: candidate.patches.map((patch) => ({
      number: patch.number,
      subject: patch.subject,
      author: patch.author,
      messageId: patch.messageId,
      files: patch.files.map((file) => file.path),
      trailers: patch.trailers,
    })),
    applies: application?.status ?? null,
    problems: failed,
    remarks: [...candidate.remarks, ...(application?.warnings ?? [])],
  };
}

const WIDTH = 100;

export function renderList(list: CandidateList): Line[] {
  return [
    ...list.candidates.flatMap((candidate, at) => [
      ...(at === 0 ? [] : [plain('')]),
      ...candidateLines(candidate),
    ]),
    ...list.remarks.flatMap((each) => renderDiagnostic(each, 'note')).map(dim),
    ...list.problems.flatMap((each) => renderDiagnostic(each)).map(bad),
  ];
}

function candidateLines(candidate: ListedCandidate): Line[] {
  const { patches, baseCommit, prerequisites } = candidate;
  const what =
    candidate.origin === 'series'
      ? `the series${candidate.revision > 1 ? `, v${candidate.revision}` : ''}`
      : 'a diff inside a reply';
  const details = [
    what,
    ...(candidate.superseded ? ['superseded by a newer revision'] : []),
    ...(candidate.answers === null ? [] : [`in answer to ${candidate.answers}`]),
    ...(candidate.onTopOf === null ? [] : [`on top of ${candidate.onTopOf}`]),
  ];
  const lines: Line[] = [
    { role: 'heading', text: `${candidate.id}: ${printable(candidate.subject)}` },
    ...wrap(`  ${printable(candidate.author)}: `, details, ', ', WIDTH).map(({ text }) =>
      dim(text),
    ),
  ];
  if (baseCommit !== null) lines.push(plain(`  made for commit ${baseCommit}`));
  if (prerequisites.length > 0)
    lines.push(plain(`  needs ${prerequisites.length} patches that are not part of it`));
  for (const patch of patches) {
    const head = patches.length === 1 ? '' : `${patch.number}/${patches.length} `;
    if (head !== '') lines.push(plain(`  ${head}${printable(patch.subject)}`));
    lines.push(...wrap('    ', patch.files.map(printable), ', ', WIDTH));
    const named = patch.trailers.filter(({ key }) => !/^signed-off-by$/i.test(key));
    for (const { key, value } of named) lines.push(dim(`    ${key}: ${printable(value)}`));
  }
  if (candidate.applies !== null) lines.push(plain(`  applies: ${candidate.applies}`));
  return [
    ...lines,
    ...candidate.remarks.flatMap((each) => renderDiagnostic(each, 'note')).map(dim),
    ...candidate.problems.flatMap((each) => renderDiagnostic(each)).map(bad),
  ];
}

function plain(text: string): Line {
  return { role: 'plain', text };
}

function dim(text: string): Line {
  return { role: 'dim', text };
}

function bad(text: string): Line {
  return { role: 'bad', text };
}
