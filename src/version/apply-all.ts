/** Every candidate applied to the tree; one that sits on top of another is applied to what that one leaves. */
import type { Candidate } from '../mail/candidate.js';
import { applyCandidate } from '../patch/apply-candidate.js';
import type { ApplyOptions } from '../patch/apply-file-diff.js';
import type { Application } from '../patch/application.js';
import type { Tree } from '../tree/tree.js';

export interface AppliedCandidate {
  readonly candidate: Candidate;
  readonly application: Application;
  /** Candidates from the base up to this one, itself last. */
  readonly stack: readonly Candidate[];
}

/** `taken`: those of `candidates` that are checked; what they sit on top of is applied below them. */
export function applyAll(
  tree: Tree,
  candidates: readonly Candidate[],
  taken: readonly Candidate[],
  options: ApplyOptions = { fuzz: null },
): readonly AppliedCandidate[] {
  const byId = new Map(candidates.map((candidate) => [candidate.id, candidate]));
  return taken.map((candidate) => {
    const stack = stackOf(candidate, byId);
    const whole = {
      patches: stack.flatMap((each) => each.patches),
      problems: stack.flatMap((each) => each.problems),
    };
    return { candidate, application: applyCandidate(tree, whole, options), stack };
  });
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
