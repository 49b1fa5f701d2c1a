/**
 * A tree in a git repository at a commit: no checkout, no index. Parts of the tree are listed when a path in them is asked for,
 * and blobs are read many at a time: the headers that a file names go into the same question as the file (read-ahead.ts), for
 * a git process for each of the thousand files would cost more than all the rest.
 */
import { posix } from 'node:path';
import { kernelIncludeDirs } from '../src/c/preprocess/kernel-config/kernel-options.js';
import { utf8Text } from '../src/tree/text.js';
import type { Tree } from '../src/tree/tree.js';
import { isInside } from './disk-tree.js';
import { runGit } from './git.js';
import { includedFiles } from './read-ahead.js';

/** Where a commit is: `directory` is given to git, `prefix` leads from the repository's top to the kernel, '' or `a/b/`. */
export interface GitPlace {
  readonly directory: string;
  readonly commit: string;
  readonly prefix: string;
}

export interface GitTree extends Tree {
  readonly kind: 'git';
  readonly revision: string;
  readonly place: GitPlace;
  /** Blobs read so far, for another reader of the same tree. */
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}

interface Entry {
  readonly mode: string;
  readonly id: string;
}

const MAX_LINKS = 8;
/** Files that are read ahead of being asked for, in all. */
const MAX_AHEAD = 4000;
const MAX_WAVES = 40;

export function gitTree(
  place: GitPlace,
  label: string,
  known: ReadonlyMap<string, Uint8Array> = new Map(),
): GitTree {
  const reader = new GitReader(place, known);
  return {
    kind: 'git',
    label,
    revision: place.commit,
    place,
    blobs: reader.blobs,
    refused: reader.refused,
    read: (path) => reader.read(path),
    list: (directory) => reader.list(directory),
  };
}

class GitReader {
  /** By the blob's id. */
  readonly blobs: Map<string, Uint8Array>;
  readonly refused = new Map<string, string>();
  readonly #place: GitPlace;
  readonly #parts = new Map<string, ReadonlyMap<string, Entry>>();
  readonly #includeDirs = [...kernelIncludeDirs, 'arch/x86/kvm', '.'];
  #ahead = 0;

  constructor(place: GitPlace, known: ReadonlyMap<string, Uint8Array>) {
    this.#place = place;
    this.blobs = new Map(known);
  }

  read(path: string): Uint8Array | null {
    if (!isInside(path)) return null;
    const id = this.#blobOf(path);
    if (id === null) return null;
    const known = this.blobs.get(id);
    if (known !== undefined) return known;
    this.#fetchWithHeaders(path, id);
    const bytes = this.blobs.get(id) ?? null;
    if (bytes === null)
      this.refused.set(path, `blob ${id} is not in this repository (a partial clone?): fetch it`);
    return bytes;
  }

  list(directory: string): readonly string[] {
    if (!isInside(directory)) return [];
    return [...this.#part(`${directory}/x`)]
      .filter(([path, { mode }]) => posix.dirname(path) === directory && mode.startsWith('100'))
      .map(([path]) => path)
      .sort();
  }

  #entry(path: string): Entry | null {
    return this.#part(path).get(path) ?? null;
  }

  /** The id of the file behind a path, through links that stay in the tree. */
  #blobOf(path: string): string | null {
    let at = path;
    for (let links = 0; links <= MAX_LINKS; links++) {
      const entry = this.#entry(at);
      if (entry === null) {
        if (this.#isDirectory(at)) this.refused.set(path, 'a directory where a file should be');
        return null;
      }
      if (entry.mode === '160000') {
        this.refused.set(path, 'a submodule');
        return null;
      }
      if (entry.mode !== '120000') return entry.id;
      this.#fetch([entry.id]);
      const target = this.blobs.get(entry.id);
      if (target === undefined) return null;
      at = posix.normalize(posix.join(posix.dirname(at), utf8Text(target)));
      if (!isInside(at)) {
        this.refused.set(path, 'a link that leaves the tree');
        return null;
      }
    }
    this.refused.set(path, 'a link that leads to itself');
    return null;
  }

  #isDirectory(path: string): boolean {
    for (const each of this.#part(`${path}/x`).keys()) if (each.startsWith(`${path}/`)) return true;
    return false;
  }

  /** The entries of the part of the tree that a path is in: the top's own files, a directory of it, or one of `arch`. */
  #part(path: string): ReadonlyMap<string, Entry> {
    const names = path.split('/');
    const depth = names[0] === 'arch' && names.length > 2 ? 2 : Math.min(1, names.length - 1);
    const part = names.slice(0, depth).join('/');
    let entries = this.#parts.get(part);
    if (entries === undefined) {
      entries = this.#listPart(part);
      this.#parts.set(part, entries);
    }
    return entries;
  }

  #listPart(part: string): ReadonlyMap<string, Entry> {
    const { directory, commit, prefix } = this.#place;
    const tree = `${commit}:${prefix}`;
    const below = part === '' ? [] : ['-r', '--', `${part}/`];
    const [recursive, ...paths] = below;
    const answer = runGit(directory, [
      'ls-tree',
      '-z',
      ...(recursive === undefined ? [] : [recursive]),
      '--full-tree',
      tree,
      ...paths,
    ]);
    const entries = new Map<string, Entry>();
    if (answer.kind !== 'ok') {
      this.refused.set(part === '' ? '.' : part, `git cannot list it: ${answer.message}`);
      return entries;
    }
    for (const record of answer.bytes.toString('utf8').split('\0')) {
      const match = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(record);
      if (match === null) continue;
      const [, mode = '', id = '', path = ''] = match;
      if (mode !== '040000') entries.set(path, { mode, id });
    }
    return entries;
  }

  /** The file, and what it includes, and what that includes: wave by wave, as far as the tree has it. */
  #fetchWithHeaders(path: string, id: string): void {
    const seen = new Set([path]);
    let wave = new Map([[path, id]]);
    for (let waves = 0; waves < MAX_WAVES && wave.size > 0; waves++) {
      this.#fetch([...wave.values()]);
      const next = new Map<string, string>();
      for (const [each, own] of wave) {
        const bytes = this.blobs.get(own);
        if (bytes === undefined || !/\.[chS]$/.test(each)) continue;
        for (const header of includedFiles(each, utf8Text(bytes), this.#includeDirs)) {
          if (seen.has(header)) continue;
          seen.add(header);
          const entry = this.#entry(header);
          if (entry === null || !entry.mode.startsWith('100')) continue;
          if (this.blobs.has(entry.id) || this.#ahead >= MAX_AHEAD) continue;
          this.#ahead++;
          next.set(header, entry.id);
        }
      }
      wave = next;
    }
  }

  #fetch(ids: readonly string[]): void {
    const wanted = [...new Set(ids)].filter((id) => !this.blobs.has(id));
    if (wanted.length === 0) return;
    const input = wanted.map((id) => `${id}\n`).join('');
    const answer = runGit(this.#place.directory, ['cat-file', '--batch', '--buffer'], input);
    if (answer.kind !== 'ok') return;
    for (const [id, bytes] of batchAnswers(answer.bytes)) this.blobs.set(id, bytes);
  }
}

/** `ID blob SIZE`, the bytes, a newline; `ID missing` for what is not there. */
function* batchAnswers(answer: Buffer): Generator<[string, Uint8Array]> {
  for (let at = 0; at < answer.length;) {
    const end = answer.indexOf(10, at);
    if (end < 0) return;
    const head = answer.toString('latin1', at, end);
    const match = /^([0-9a-f]+) (\w+) (\d+)$/.exec(head);
    at = end + 1;
    if (match === null) continue;
    const size = Number(match[3]);
    if (match[2] === 'blob' && match[1] !== undefined)
      yield [match[1], new Uint8Array(answer.subarray(at, at + size))];
    at += size + 1;
  }
}
