/** Which file an #include means (C11 6.10.2), in gcc's order of search, with overrides before and stand-ins after it. */
import type { SourceFile } from '../token.js';
import type { Request } from './header-memo.js';

export interface HeaderText {
  /** The path that places in it show. */
  readonly path: string;
  readonly text: string;
}

/** What is done about a header that no directory has: another name to search for, a text, or nothing (null). */
export type StandIn =
  { readonly kind: 'alias'; readonly name: string } | ({ readonly kind: 'text' } & HeaderText);

export interface HeaderPlaces {
  readonly read: (path: string) => string | null;
  readonly quoteDirs: readonly string[];
  readonly includeDirs: readonly string[];
  readonly override: (name: string) => HeaderText | null;
  readonly standIn: (name: string) => StandIn | null;
  /** The file of a path and its text. */
  readonly file: (path: string, text: string) => SourceFile;
}

/** A file that was read, once for all its inclusions. */
export interface LoadedFile {
  readonly file: SourceFile;
  /** The name of the macro that guards the whole of it, once that is known. */
  guard: number | null;
  /** `#pragma once` or #import. */
  once: boolean;
  included: number;
  /** Number of the question with which one of these last changed. */
  touched: number;
}

export interface FoundHeader {
  readonly loaded: LoadedFile;
  /** As gcc would name it in `__FILE__`. */
  readonly shownPath: string;
  /** Index in the search chain, -1 for the including file's directory, an override or a stand-in. */
  readonly directory: number;
}

export class HeaderSearch {
  /** quoteDirs, then includeDirs. */
  private readonly chain: readonly string[];
  private readonly bracketStart: number;
  private readonly files = new Map<string, LoadedFile | null>();
  private readonly states = new Map<SourceFile, LoadedFile>();
  /** Answers by name: to `<…>`, to `"…"` by the directory that asks, to #include_next by that of the chain. */
  private readonly angled: Answers = new Map();
  private readonly quoted = new Map<string | null, Answers>();
  private readonly following = new Map<number, Answers>();

  constructor(private readonly places: HeaderPlaces) {
    this.chain = [...places.quoteDirs, ...places.includeDirs];
    this.bracketStart = places.quoteDirs.length;
  }

  /** `from` is the directory of the including file (as it is shown), null for no such place to look. */
  private find(name: string, angled: boolean, from: string | null): FoundHeader | null {
    if (name.startsWith('/')) return null;
    const overridden = this.overridden(name);
    if (overridden !== null) return overridden;
    if (!angled && from !== null) {
      const shownPath = joinPath(from, name);
      const loaded = this.load(shownPath);
      if (loaded !== null) return { loaded, shownPath, directory: -1 };
    }
    return this.searchFrom(name, angled ? this.bracketStart : 0);
  }

  load(path: string): LoadedFile | null {
    const normal = normalPath(path);
    if (normal === null) return null;
    const known = this.files.get(normal);
    if (known !== undefined) return known;
    const text = this.places.read(normal);
    const loaded = text === null ? null : this.loaded(normal, text);
    this.files.set(normal, loaded);
    return loaded;
  }

  /** Each question is answered once: the tree does not change in a run. */
  answer({ next, name, angled, directory, found }: Request): FoundHeader | null {
    const answers = next
      ? answersOf(this.following, found)
      : angled
        ? this.angled
        : answersOf(this.quoted, directory);
    let answer = answers.get(name);
    if (answer === undefined) {
      // #include_next: the search goes on behind the directory in which the current file was found.
      answer = next ? this.searchFrom(name, found + 1) : this.find(name, angled, directory);
      answers.set(name, answer);
    }
    return answer;
  }

  /** This run's state of a file that it has found. */
  of(file: SourceFile): LoadedFile {
    const loaded = this.states.get(file);
    if (loaded === undefined) throw new Error(`${file.path} has not been found`);
    return loaded;
  }

  /** The files that were found. */
  get all(): Iterable<LoadedFile> {
    return this.states.values();
  }

  private loaded(path: string, text: string): LoadedFile {
    const file = this.places.file(path, text);
    const known = this.states.get(file);
    if (known !== undefined) return known;
    const made = { file, guard: null, once: false, included: 0, touched: -1 };
    this.states.set(file, made);
    return made;
  }

  private searchFrom(name: string, start: number): FoundHeader | null {
    for (let directory = start; directory < this.chain.length; directory++) {
      const shownPath = joinPath(this.chain[directory] ?? '', name);
      const loaded = this.load(shownPath);
      if (loaded !== null) return { loaded, shownPath, directory };
    }
    const answer = this.places.standIn(name);
    const header = answer?.kind === 'text' ? this.fromText(answer) : null;
    if (header !== null || answer?.kind !== 'alias' || answer.name === name) return header;
    return this.searchFrom(answer.name, this.bracketStart);
  }

  private overridden(name: string): FoundHeader | null {
    const answer = this.places.override(name);
    return answer === null ? null : this.fromText(answer);
  }

  private fromText(header: HeaderText): FoundHeader {
    const loaded = this.loaded(header.path, header.text);
    return { loaded, shownPath: header.path, directory: -1 };
  }
}

type Answers = Map<string, FoundHeader | null>;

function answersOf<Key>(all: Map<Key, Answers>, key: Key): Answers {
  let answers = all.get(key);
  if (answers === undefined) all.set(key, (answers = new Map<string, FoundHeader | null>()));
  return answers;
}

export function directoryOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

function joinPath(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

/** Without `.` and `..`; null where it leaves the tree. */
function normalPath(path: string): string | null {
  if (!path.includes('./') && !path.includes('//') && !path.endsWith('/.')) return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/');
}
