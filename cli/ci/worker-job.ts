/** What `ci` and its worker processes say to each other. Plain data: it goes through a pipe, and into the cache. */
import type { QuotedHunk } from '../../src/report/formats/checked-input.js';
import type { Report } from '../../src/report/report.js';
import type { AcceptRule } from '../../src/equivalence/accept-known.js';
import type { CheckArguments } from '../check-options.js';

export interface CiJob {
  readonly name: string;
  readonly paths: readonly string[];
  readonly accept: readonly AcceptRule[];
}

export type Reads = readonly (readonly [string, string | null])[];

export interface CiResult {
  readonly report: Report;
  readonly hunks: readonly QuotedHunk[];
  /** Text of each witness, by id. */
  readonly witnesses: readonly (readonly [string, string])[];
  /** Files of the tree that it depends on, with their blob ids; null: not there. First those of the base, the same for every input. */
  readonly baseReads: Reads;
  readonly reads: Reads;
}

export type ToCiWorker =
  | { readonly kind: 'options'; readonly options: CheckArguments }
  | { readonly kind: 'job'; readonly job: CiJob };

export type FromCiWorker = { readonly kind: 'result'; readonly result: CiResult };
