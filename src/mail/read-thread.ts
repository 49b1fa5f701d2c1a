/** From what the user has in hand to the candidates of a thread, before any of them is run. */
import type { Diagnostic } from '../base/diagnostic.js';
import { diagnostic } from '../base/diagnostic.js';
import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import type { ApplyOptions } from '../patch/apply-file-diff.js';
import type { Tree } from '../tree/tree.js';
import type { Candidate } from './candidate.js';
import { findCandidates } from './find-candidates.js';
import type { MailInput } from './mail-input.js';
import { readMails } from './mail-input.js';
import { placeCandidates } from './place-candidates.js';
import { buildThread } from './thread.js';

export interface ReadingOptions extends ApplyOptions {
  readonly mboxrd: boolean;
  /** Of the series; null: the newest. */
  readonly revision: number | null;
}

export const AS_IT_IS: ReadingOptions = { mboxrd: false, revision: null, fuzz: null };

export interface ThreadRead {
  /** How many mails. */
  readonly messages: number;
  readonly candidates: readonly Candidate[];
  /** What could not be read; nothing can be taken from a thread without candidates. */
  readonly diagnostics: readonly Diagnostic[];
  readonly remarks: readonly Diagnostic[];
}

/** `tree` null: what only a tree can tell stays open (where bare hunks go, what sits on top of what). */
export function readThread(
  inputs: readonly MailInput[],
  tree: Tree | null,
  options: ReadingOptions,
): ThreadRead {
  const read = readMails(inputs, options);
  const nothing = { messages: read.messages.length, candidates: [], remarks: read.remarks };
  if (read.messages.length === 0) return { ...nothing, diagnostics: read.diagnostics };
  const offered = findCandidates(buildThread(read.messages));
  const diagnostics = [...read.diagnostics, ...offered.diagnostics];
  const placed =
    tree === null
      ? offered.candidates
      : placeCandidates(tree, offered.candidates, { fuzz: options.fuzz });
  return { ...nothing, candidates: placed, diagnostics };
}

/** Which of them a run takes: those that are named, else those of a revision, else what no newer revision supersedes. */
export function chosenCandidates(
  candidates: readonly Candidate[],
  wanted: readonly string[],
  revision: number | null,
): Result<readonly Candidate[], Diagnostic> {
  for (const id of wanted) {
    if (candidates.some((candidate) => candidate.id === id)) continue;
    const known = candidates.map((candidate) => candidate.id).join(', ');
    return err(
      diagnostic('bad-input', `the thread has no candidate ${id}`, null, [], `it has: ${known}`),
    );
  }
  if (wanted.length > 0) return ok(candidates.filter((each) => wanted.includes(each.id)));
  if (revision === null) return ok(candidates.filter((each) => !each.superseded));
  const taken = candidates.filter((each) => each.revision === revision);
  if (taken.length > 0) return ok(taken);
  const known = [...new Set(candidates.map((each) => each.revision))].sort((a, b) => a - b);
  return err(
    diagnostic(
      'bad-input',
      `the thread has no revision ${revision}`,
      null,
      [],
      `it has: ${known.map((each) => `v${each}`).join(', ')}`,
    ),
  );
}
