/**
 * Versions of a tree differ in few files, and most of what a file costs is its headers. So a run leaves checkpoints, one
 * behind each top-level #include of the main file, and a later run of the same file goes on from the last one before
 * which nothing is different: same options, same main text so far, same answer to every question put to the tree.
 */
import type { SearchEvent } from './header-search.js';
import type { LoadedFile } from './header-search.js';
import type { NameEvent, Names } from './names.js';
import type { PreprocessOptions, Preprocessed } from './preprocess.js';
import type { PpToken } from './pp-token.js';

export interface FileState {
  readonly loaded: LoadedFile;
  readonly guard: LoadedFile['guard'];
  readonly once: boolean;
  readonly included: number;
}

export interface Checkpoint {
  /** Where the main file's lexer stands. */
  readonly pos: number;
  readonly line: number;
  readonly lineStart: number;
  readonly padding: PpToken;
  /** How long each list was. */
  readonly tokens: number;
  readonly files: number;
  readonly skipped: number;
  readonly pragmas: number;
  readonly warnings: number;
  readonly nameEvents: number;
  readonly searchEvents: number;
  /** `__COUNTER__`, and what is held against the limits. */
  readonly counter: number;
  readonly includes: number;
  readonly produced: number;
  readonly fileStates: readonly FileState[];
}

export interface History {
  readonly options: PreprocessOptions;
  readonly names: Names;
  readonly nameEvents: readonly NameEvent[];
  readonly searchEvents: readonly SearchEvent[];
  readonly checkpoints: readonly Checkpoint[];
}

/** Kept beside the results, not in them: nobody else is to look at it. */
const histories = new WeakMap<Preprocessed, History>();

export function keepHistory(result: Preprocessed, history: History): void {
  histories.set(result, history);
}

/** What a run with these options can go on from; null where nothing fits. */
export function historyFor(earlier: Preprocessed, options: PreprocessOptions): History | null {
  const history = histories.get(earlier);
  if (history === undefined || !sameSetting(history.options, options)) return null;
  return history;
}

function sameSetting(left: PreprocessOptions, right: PreprocessOptions): boolean {
  const listed = (options: PreprocessOptions): string =>
    JSON.stringify([
      options.main.path,
      options.quoteDirs ?? [],
      options.includeDirs ?? [],
      options.forceIncludes ?? [],
      options.limits ?? {},
    ]);
  return (
    left.predefined === right.predefined &&
    left.defines === right.defines &&
    listed(left) === listed(right)
  );
}

/** Counts all files as unread, but for those that had been read at a checkpoint. */
export function restoreFiles(events: readonly SearchEvent[], states: readonly FileState[]): void {
  for (const event of events) {
    const loaded = event.kind === 'found' ? event.result?.loaded : event.loaded;
    if (loaded === null || loaded === undefined) continue;
    loaded.guard = null;
    loaded.once = false;
    loaded.included = 0;
  }
  for (const { loaded, guard, once, included } of states) {
    loaded.guard = guard;
    loaded.once = once;
    loaded.included = included;
  }
}

export function fileStates(events: readonly SearchEvent[]): FileState[] {
  const states: FileState[] = [];
  const seen = new Set<LoadedFile>();
  for (const event of events) {
    const loaded = event.kind === 'found' ? event.result?.loaded : event.loaded;
    if (loaded === null || loaded === undefined || seen.has(loaded)) continue;
    seen.add(loaded);
    const { guard, once, included } = loaded;
    if (included > 0) states.push({ loaded, guard, once, included });
  }
  return states;
}
