/** Every candidate applied to the tree; one that sits on top of another is applied to what that one leaves. */
import { diagnostic, type Diagnostic } from '../base/diagnostic.js';
import { err, ok, type Result } from '../base/result.js';
import { ORIGINAL } from '../gen/campaign.js';
import type { Candidate } from '../mail/candidate.js';
import { applyCandidate } from '../patch/apply-candidate.js';
import type { Application } from '../patch/application.js';
import type { Tree } from '../tree/tree.js';

export interface AppliedCandidate {
  readonly candidate: Candidate;
  readonly application: Application;
  /** Candidates from the base up to this one, itself last. */
  readonly stack: readonly Candidate[];
}

/** `wanted` empty: every candidate that no newer revision supersedes. */
export function applyAll(
  tree: Tree,
  candidates: readonly Candidate[],
  wanted: readonly string[],
): Result<readonly AppliedCandidate[], Diagnostic> {
  const byId = new Map(candidates.map((candidate) => [candidate.id, candidate]));
  for (const id of wanted) {
    if (byId.has(id)) continue;
    const known = [...byId.keys()].join(', ');
    return err(
      diagnostic('bad-input', `the thread has no candidate ${id}`, null, [], `it has: ${known}`),
    );
  }
  const taken = candidates.filter((candidate) =>
    wanted.length > 0 ? wanted.includes(candidate.id) : !candidate.superseded,
  );
  return ok(
    taken.map((candidate) => {
      const stack = stackOf(candidate, byId);
      const application = applyCandidate(tree, {
        patches: stack.flatMap((each) => each.patches),
        problems: stack.flatMap((each) => each.problems),
      });
      return { candidate, application, stack };
    }),
  );
}

/** A candidate named `original` would be mistaken for the base; the mail stage never gives that name. */
export function isBase(id: string): boolean {
  return id === ORIGINAL;
}

function stackOf(candidate: Candidate, byId: ReadonlyMap<string, Candidate>): Candidate[] {
  const stack = [candidate];
  for (let below = candidate.onTopOf; below !== null;) {
    const next = byId.get(below);
    if (next === undefined || stack.includes(next)) break;
    stack.unshift(next);
    below = next.onTopOf;
  }
  return stack;
}
