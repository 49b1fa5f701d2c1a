/**
 * What only the tree can tell about candidates: where hunks without a file go, and which candidate sits on top of which.
 * A diff is on top of another candidate when its `index` lines name the blobs which that one makes; failing that, when it
 * applies there and not to the base.
 */
import type { Diagnostic } from '../base/diagnostic.js';
import { applyCandidate } from '../patch/apply-candidate.js';
import type { ApplyOptions } from '../patch/apply-file-diff.js';
import type { Application } from '../patch/application.js';
import { blobId, namesBlob } from '../patch/blob-id.js';
import type { FileDiff } from '../patch/file-diff.js';
import { sourcePath } from '../patch/file-diff.js';
import { placeBareHunks } from '../patch/place-bare-hunk.js';
import type { Tree } from '../tree/tree.js';
import type { Candidate } from './candidate.js';

/** Fewer digits of a blob id prove nothing. */
const MIN_DIGITS = 7;
/** What a candidate is tried on top of, at most. */
const MAX_TRIED = 8;
/** Where hunks without a file are looked for. */
const MAX_PATHS = 50;

/** What everything is tried on, and how. */
interface Ground {
  readonly tree: Tree;
  readonly options: ApplyOptions;
}

interface Placed {
  readonly candidate: Candidate;
  readonly application: Application;
}

/** In the given order; a candidate can only be on top of one that stands before it. */
export function placeCandidates(
  tree: Tree,
  candidates: readonly Candidate[],
  options: ApplyOptions = { fuzz: null },
): Candidate[] {
  const files = candidates.flatMap(filesOf).map((file) => file.path);
  const paths = [...new Set(files)].slice(0, MAX_PATHS);
  const placed: Placed[] = [];
  for (const candidate of candidates) {
    const bases = basesFor(candidate, placed);
    placed.push(
      candidate.bareHunks.length > 0
        ? placeHunks({ tree, options }, candidate, bases, paths)
        : placeDiff({ tree, options }, candidate, bases),
    );
  }
  return placed.map((each) => each.candidate);
}

function filesOf(candidate: Candidate): FileDiff[] {
  return candidate.patches.flatMap((patch) => patch.files);
}

/** What it answers first, then the newest series, then the rest; never an older revision of itself by trial. */
function basesFor(candidate: Candidate, placed: readonly Placed[]): Placed[] {
  const rank = ({ candidate: other }: Placed): number =>
    other.id === candidate.answers ? 0 : other.superseded ? 3 : other.origin === 'series' ? 1 : 2;
  return placed
    .filter((each) => each.application.kind === 'applied')
    .sort((a, b) => rank(a) - rank(b));
}

function on(base: Placed | null, { tree, options }: Ground, candidate: Candidate): Placed {
  const start = base === null ? tree : (treeOf(base) ?? tree);
  const own = { ...candidate, onTopOf: base?.candidate.id ?? null };
  return { candidate: own, application: applyCandidate(start, own, options) };
}

function placeHunks(
  ground: Ground,
  candidate: Candidate,
  bases: readonly Placed[],
  paths: readonly string[],
): Placed {
  let problem: Diagnostic | null = null;
  for (const base of [null, ...bases.slice(0, MAX_TRIED)]) {
    const start = base === null ? ground.tree : treeOf(base);
    if (start === null) continue;
    const placed = placeBareHunks(start, candidate.bareHunks, paths);
    if (!placed.ok) {
      problem ??= placed.error;
      continue;
    }
    const patches = candidate.patches.map((patch) => ({ ...patch, files: placed.value }));
    return on(base, ground, { ...candidate, patches, problems: [], bareHunks: [] });
  }
  return on(null, ground, problem === null ? candidate : { ...candidate, problems: [problem] });
}

function placeDiff(ground: Ground, candidate: Candidate, bases: readonly Placed[]): Placed {
  if (candidate.problems.length > 0) return on(null, ground, candidate);
  const files = (candidate.patches[0]?.files ?? []).filter((file) => named(file));
  if (files.length > 0 && files.every((file) => startsFrom(ground.tree, file)))
    return on(null, ground, candidate);
  const below = bases.find((base) => {
    const onTop = files.filter((file) => continues(base, file));
    const rest = files.filter((file) => !touches(base, file));
    return onTop.length > 0 && onTop.length + rest.length === files.length;
  });
  if (below !== undefined) return on(below, ground, candidate);
  const alone = on(null, ground, candidate);
  if (alone.application.kind === 'applied') return alone;
  for (const base of bases.slice(0, MAX_TRIED)) {
    // Revisions replace each other; only blob ids can say that one is meant on top of the other.
    if (candidate.origin === 'series' && base.candidate.author === candidate.author) continue;
    const tried = on(base, ground, candidate);
    if (tried.application.kind === 'applied') return tried;
  }
  return alone;
}

function treeOf(base: Placed): Tree | null {
  return base.application.kind === 'applied' ? base.application.tree : null;
}

function named(file: FileDiff): boolean {
  return file.oldBlob !== null && file.oldBlob.length >= MIN_DIGITS;
}

function touches(base: Placed, file: FileDiff): boolean {
  const path = sourcePath(file);
  return base.application.files.some((each) => each.path === path);
}

/** The file's old blob is what the other candidate makes, in this tree or in its author's. */
function continues(base: Placed, file: FileDiff): boolean {
  const path = sourcePath(file);
  const { oldBlob } = file;
  const made = base.application.files.find((each) => each.path === path);
  if (made === undefined || oldBlob === null) return false;
  const promised = made.expectedResultBlob;
  return (
    namesBlob(oldBlob, made.resultBlob) === true ||
    (promised !== null &&
      promised.length >= MIN_DIGITS &&
      (promised.startsWith(oldBlob) || oldBlob.startsWith(promised)))
  );
}

function startsFrom(tree: Tree, file: FileDiff): boolean {
  const path = sourcePath(file);
  const bytes = path === null ? null : tree.read(path);
  return bytes !== null && namesBlob(file.oldBlob, blobId(bytes)) === true;
}
