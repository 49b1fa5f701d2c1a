/** What a thread offers: the series itself, and the diffs inside replies. */
import type { Diagnostic, Place } from '../base/diagnostic.js';
import type { Applicable } from '../patch/application.js';
import type { FileDiff } from '../patch/file-diff.js';

export interface CandidatePatch {
  /** Its number in the series, from 1. */
  readonly number: number;
  readonly subject: string;
  readonly messageId: string | null;
  /** The mail's first line. */
  readonly at: Place;
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
  /** Id of the candidate that has to be applied first. */
  readonly onTopOf: string | null;
  /** In order; each is applied to the state that the one before leaves. */
  readonly patches: readonly CandidatePatch[];
  readonly problems: readonly Diagnostic[];
}
