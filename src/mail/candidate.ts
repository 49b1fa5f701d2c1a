/** What a thread offers: the series itself, and the diffs inside replies. */
import type { Diagnostic, Place } from '../base/diagnostic.js';
import type { Applicable } from '../patch/application.js';
import type { BareHunk } from '../patch/bare-hunk.js';
import type { FileDiff } from '../patch/file-diff.js';
import type { Trailer } from './commit-text.js';

export interface CandidatePatch {
  /** Its number in the series, from 1. */
  readonly number: number;
  readonly subject: string;
  /** `Name <address>`; the in-body From where there is one. */
  readonly author: string;
  readonly messageId: string | null;
  /** The mail's first line. */
  readonly at: Place;
  /** The commit message; for a reply what is said below scissors, else ''. */
  readonly message: string;
  readonly trailers: readonly Trailer[];
  /** In a reply: tabs that have become blanks may be put back (see repair-tabs.ts). */
  readonly repairTabs: boolean;
  readonly files: readonly FileDiff[];
}

export interface Candidate extends Applicable {
  /** What a person types: from the author's name, unique in the thread, never `original`. */
  readonly id: string;
  /** Without `[PATCH …]` and `Re:`. */
  readonly subject: string;
  /** `Name <address>`. */
  readonly author: string;
  readonly messageId: string | null;
  readonly date: string | null;
  readonly origin: 'series' | 'reply';
  /** Of `[PATCH v3 …]`, from 1; for a reply that of the series that it answers. */
  readonly revision: number;
  /** A newer revision of the series is in the thread. */
  readonly superseded: boolean;
  /** From `base-commit:`; null where the mails name none. */
  readonly baseCommit: string | null;
  /** From `prerequisite-patch-id:`. */
  readonly prerequisites: readonly string[];
  /** Id of the candidate that has to be applied first; known for sure only after `placeCandidates`. */
  readonly onTopOf: string | null;
  /** In order; each is applied to the state that the one before leaves. */
  readonly patches: readonly CandidatePatch[];
  readonly problems: readonly Diagnostic[];
  /** What was put right or filled in, and should be said. */
  readonly remarks: readonly Diagnostic[];
  /** Hunks of a reply that name no file; `placeCandidates` finds it, until then they are a problem. */
  readonly bareHunks: readonly BareHunk[];
  /** Id of the candidate whose mail it answers, for a reply. */
  readonly answers: string | null;
}
