/** Which file a hunk without a header belongs to, and where: the tree's text decides, and only when it is one place. */
import type { Diagnostic } from '../base/diagnostic.js';
import { diagnostic } from '../base/diagnostic.js';
import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import type { Tree } from '../tree/tree.js';
import type { BareHunk } from './bare-hunk.js';
import { bytesToText, splitLines } from './byte-text.js';
import type { FileDiff, Hunk } from './file-diff.js';
import { flattenings, plain } from './repair-tabs.js';

interface Place {
  readonly path: string;
  readonly index: number;
}

/** The hunks as file diffs; `paths` are the files that the thread is about. */
export function placeBareHunks(
  tree: Tree,
  hunks: readonly BareHunk[],
  paths: readonly string[],
): Result<readonly FileDiff[], Diagnostic> {
  const files = paths.flatMap((path) => {
    const bytes = tree.read(path);
    return bytes === null ? [] : [new SearchedFile(path, splitLines(bytesToText(bytes)))];
  });
  const placed: { readonly place: Place; readonly hunk: BareHunk }[] = [];
  for (const hunk of hunks) {
    const wanted = hunk.lines.filter((line) => line.kind !== 'added').map((line) => line.text);
    const search = (loss: number, old: readonly string[]): Place[] =>
      files.flatMap((file) =>
        placesOf(file.flat(loss), old).map((index): Place => ({ path: file.path, index })),
      );
    let places = search(-1, wanted);
    // Tabs may have become blanks: then the hunk is placed here, and repaired when it is applied.
    for (let loss = 0; loss < flattenings.length && places.length === 0; loss++) {
      places = search(loss, wanted.map(plain));
    }
    const [place, other] = places;
    if (place === undefined || other !== undefined) {
      const what =
        place === undefined
          ? 'its old lines stand in none of the files that the thread is about'
          : `its old lines stand in ${places.length} places, first at ${place.path}:${place.index + 1} and ${other?.path ?? ''}:${(other?.index ?? 0) + 1}`;
      return err(
        diagnostic(
          'bad-input',
          `this hunk names no file, and ${what}`,
          hunk.at,
          [],
          'ask for the whole diff',
        ),
      );
    }
    placed.push({ place, hunk });
  }
  const diffs: FileDiff[] = [];
  for (const path of new Set(placed.map((each) => each.place.path))) {
    const own = placed
      .filter((each) => each.place.path === path)
      .sort((a, b) => a.place.index - b.place.index);
    let growth = 0;
    const complete = own.map(({ place, hunk }): Hunk => {
      const made = completed(hunk, place.index, growth);
      growth += made.newCount - made.oldCount;
      return made;
    });
    const first = own[0];
    if (first === undefined) continue;
    diffs.push({
      at: first.hunk.at,
      path,
      change: { kind: 'modify' },
      oldMode: null,
      newMode: null,
      oldBlob: null,
      newBlob: null,
      binary: false,
      hunks: complete,
    });
  }
  return ok(diffs);
}

class SearchedFile {
  private readonly flattened = new Map<number, readonly string[]>();

  constructor(
    readonly path: string,
    private readonly lines: readonly string[],
  ) {}

  /** Its lines after a loss of tabs; -1 for none. */
  flat(loss: number): readonly string[] {
    const flatten = flattenings[loss];
    if (flatten === undefined) return this.lines;
    const known = this.flattened.get(loss) ?? this.lines.map(flatten);
    this.flattened.set(loss, known);
    return known;
  }
}

function placesOf(lines: readonly string[], wanted: readonly string[]): number[] {
  const first = wanted[0];
  if (first === undefined) return [];
  const places: number[] = [];
  for (let i = lines.indexOf(first); i >= 0; i = lines.indexOf(first, i + 1)) {
    if (wanted.every((text, k) => lines[i + k] === text)) places.push(i);
    if (places.length > 20) break;
  }
  return places;
}

function completed(bare: BareHunk, index: number, growth: number): Hunk {
  const { lines } = bare;
  const count = (without: 'added' | 'removed'): number =>
    lines.filter((line) => line.kind !== without).length;
  const isChange = (kind: string): boolean => kind !== 'context';
  const firstChange = lines.findIndex((line) => isChange(line.kind));
  const lastChange = lines.findLastIndex((line) => isChange(line.kind));
  return {
    at: bare.at,
    oldStart: index + 1,
    oldCount: count('added'),
    newStart: index + 1 + growth,
    newCount: count('removed'),
    section: '',
    lines,
    leading: firstChange,
    // The place is known already: no context at the end must not mean the end of the file.
    trailing: Math.max(1, lines.length - 1 - lastChange),
  };
}
