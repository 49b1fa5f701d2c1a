/** Which file an #include means (C11 6.10.2), in gcc's order of search, with overrides before and stand-ins after it. */
import type { SourceFile } from '../token.js';
import { sourceFile } from '../source-file.js';
import type { Name } from './names.js';

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
}

/** A file that was read, once for all its inclusions. */
export interface LoadedFile {
  readonly file: SourceFile;
  /** The macro that guards the whole of it, once that is known. */
  guard: Name | null;
  /** `#pragma once` or #import. */
  once: boolean;
  included: number;
}

export interface FoundHeader {
  readonly loaded: LoadedFile;
  /** As gcc would name it in `__FILE__`. */
  readonly shownPath: string;
  /** Index in the search chain, -1 for the including file's directory, an override or a stand-in. */
  readonly directory: number;
}

/** A question that was put to the tree, and its answer. */
export type SearchEvent =
  | { readonly kind: 'read'; readonly path: string; readonly loaded: LoadedFile | null }
  | {
      readonly kind: 'override';
      readonly name: string;
      readonly answer: HeaderText | null;
      readonly loaded: LoadedFile | null;
    }
  | {
      readonly kind: 'stand-in';
      readonly name: string;
      readonly answer: StandIn | null;
      readonly loaded: LoadedFile | null;
    }
  /** What the search made of the answers before. */
  | { readonly kind: 'found'; readonly key: string; readonly result: FoundHeader | null };

export class HeaderSearch {
  readonly events: SearchEvent[] = [];
  /** quoteDirs, then includeDirs. */
  private readonly chain: readonly string[];
  private readonly bracketStart: number;
  private readonly files = new Map<string, LoadedFile | null>();
  private readonly texts = new Map<string, LoadedFile>();
  private readonly found = new Map<string, FoundHeader | null>();

  constructor(private readonly places: HeaderPlaces) {
    this.chain = [...places.quoteDirs, ...places.includeDirs];
    this.bracketStart = places.quoteDirs.length;
  }

  /** `from` is the directory of the including file (as it is shown), null for no such place to look. */
  find(name: string, angled: boolean, from: string | null): FoundHeader | null {
    if (name.startsWith('/')) return null;
    if (!angled && from !== null) {
      const overridden = this.overridden(name);
      if (overridden !== null) return overridden;
      const shownPath = joinPath(from, name);
      const loaded = this.load(shownPath);
      if (loaded !== null) return { loaded, shownPath, directory: -1 };
    }
    return this.search(name, angled ? this.bracketStart : 0);
  }

  /** #include_next: the search goes on behind the directory in which the current file was found. */
  findNext(name: string, directory: number): FoundHeader | null {
    return this.searchFrom(name, directory < 0 ? 0 : directory + 1);
  }

  load(path: string): LoadedFile | null {
    const normal = normalPath(path);
    if (normal === null) return null;
    const known = this.files.get(normal);
    if (known !== undefined) return known;
    const text = this.places.read(normal);
    const loaded =
      text === null
        ? null
        : { file: sourceFile(normal, text), guard: null, once: false, included: 0 };
    this.files.set(normal, loaded);
    this.events.push({ kind: 'read', path: normal, loaded });
    return loaded;
  }

  /**
   * Takes over the answers of an earlier search, as long as the tree still gives the same; how many it has taken.
   * What was found in the meantime is known at once, then.
   */
  takeOver(events: readonly SearchEvent[]): number {
    const { read, override, standIn } = this.places;
    for (const event of events) {
      switch (event.kind) {
        case 'read': {
          const text = read(event.path);
          if (text !== (event.loaded?.file.text ?? null)) return this.events.length;
          this.files.set(event.path, event.loaded);
          break;
        }
        case 'override':
          if (!sameAnswer(override(event.name), event.answer)) return this.events.length;
          break;
        case 'stand-in':
          if (!sameAnswer(standIn(event.name), event.answer)) return this.events.length;
          break;
        case 'found':
          this.found.set(event.key, event.result);
          break;
      }
      if (event.kind !== 'found' && event.kind !== 'read' && event.loaded !== null)
        this.texts.set(event.loaded.file.path, event.loaded);
      this.events.push(event);
    }
    return this.events.length;
  }

  private search(name: string, start: number): FoundHeader | null {
    const key = `${start} ${name}`;
    const known = this.found.get(key);
    if (known !== undefined) return known;
    const result = this.overridden(name) ?? this.searchFrom(name, start);
    this.found.set(key, result);
    this.events.push({ kind: 'found', key, result });
    return result;
  }

  private searchFrom(name: string, start: number): FoundHeader | null {
    for (let directory = start; directory < this.chain.length; directory++) {
      const shownPath = joinPath(this.chain[directory] ?? '', name);
      const loaded = this.load(shownPath);
      if (loaded !== null) return { loaded, shownPath, directory };
    }
    const answer = this.places.standIn(name);
    const header = answer?.kind === 'text' ? this.fromText(answer) : null;
    this.events.push({ kind: 'stand-in', name, answer, loaded: header?.loaded ?? null });
    if (header !== null || answer?.kind !== 'alias' || answer.name === name) return header;
    return this.searchFrom(answer.name, this.bracketStart);
  }

  private overridden(name: string): FoundHeader | null {
    const answer = this.places.override(name);
    const header = answer === null ? null : this.fromText(answer);
    this.events.push({ kind: 'override', name, answer, loaded: header?.loaded ?? null });
    return header;
  }

  private fromText(header: HeaderText): FoundHeader {
    let loaded = this.texts.get(header.path);
    if (loaded === undefined || loaded.file.text !== header.text) {
      loaded = {
        file: sourceFile(header.path, header.text),
        guard: null,
        once: false,
        included: 0,
      };
      this.texts.set(header.path, loaded);
    }
    return { loaded, shownPath: header.path, directory: -1 };
  }
}

function sameAnswer(
  left: HeaderText | StandIn | null,
  right: HeaderText | StandIn | null,
): boolean {
  if (left === null || right === null) return left === right;
  if ('name' in left || 'name' in right)
    return 'name' in left && 'name' in right && left.name === right.name;
  return left.path === right.path && left.text === right.text;
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
