/**
 * Results by content: of the input, the options, the tool, and every file of the tree that the check asked for. What is found must be
 * what a run would find; anything that does not read as a whole entry is no entry.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Tree } from '../../src/tree/tree.js';
import type { CheckArguments } from '../check-options.js';
import { packageRoot } from '../packs.js';
import { writeWhole } from '../write-files.js';
import { stateOf } from './recording-tree.js';
import { REPOSITORY, repositoryState } from './repository-state.js';
import type { CiJob, CiResult, Reads } from './worker-job.js';

export interface ResultCache {
  find(key: string): CiResult | null;
  store(key: string, result: CiResult): void;
}

export const NO_CACHE: ResultCache = { find: () => null, store: () => undefined };

/** Most files that a check reads are those of the base: their list is stored once, under its hash. */
interface Entry {
  readonly baseReads: string;
  readonly reads: Reads;
  readonly result: Omit<CiResult, 'baseReads' | 'reads'>;
}

export function resultCache(tree: Tree): ResultCache {
  const root = join(cacheHome(), 'patchcheck', 'results');
  const states = new Map<string, string | null>();
  const same = new Map<string, boolean>();
  const state = (path: string): string | null => {
    let known = states.get(path);
    if (known === undefined)
      states.set(
        path,
        (known = path === REPOSITORY ? repositoryState(tree.label) : stateOf(tree, path)),
      );
    return known;
  };
  const unchanged = (reads: Reads): boolean => reads.every(([path, blob]) => state(path) === blob);
  const stillThere = (list: string): boolean => {
    let known = same.get(list);
    if (known === undefined) {
      const reads = readJson<Reads>(fileOf(root, list)) ?? null;
      known = reads !== null && unchanged(reads);
      same.set(list, known);
    }
    return known;
  };
  return {
    find(key) {
      const entry = readJson<Entry>(fileOf(root, key));
      if (entry === null || !stillThere(entry.baseReads) || !unchanged(entry.reads)) return null;
      return { ...entry.result, baseReads: [], reads: [] };
    },
    store(key, { baseReads, reads, ...result }) {
      const text = JSON.stringify([...baseReads].sort(([a], [b]) => (a < b ? -1 : 1)));
      const list = hash([text]);
      try {
        if (!same.has(list)) writeInto(root, list, text);
        same.set(list, true);
        writeInto(root, key, JSON.stringify({ baseReads: list, reads, result } satisfies Entry));
      } catch {
        // A cache that cannot be written is only slow.
      }
    },
  };
}

/** Whatever changes what is found or said is part of the key. */
export function cacheKey(job: CiJob, content: readonly Uint8Array[], about: string): string {
  return hash([about, JSON.stringify([job.name, job.accept]), ...content]);
}

/** Whether what is found or said depends on an option; what a tree or configuration is stands beside them. */
const DECISIVE: Readonly<Record<keyof CheckArguments, boolean>> = {
  tree: false,
  config: false,
  'find-base': true,
  candidate: true,
  function: true,
  revision: true,
  mboxrd: true,
  fuzz: true,
  scenarios: true,
  'checked-scenarios': true,
  deep: true,
  budget: true,
  seed: true,
  format: false,
  json: false,
  // Part of the job: they may be for some inputs only.
  expect: false,
  baseline: false,
  'max-seconds': true,
  'witness-dir': true,
  prove: true,
  strict: true,
  'fail-on': true,
  workers: false,
  cache: false,
  timings: false,
  quiet: false,
  verbose: false,
};

export function aboutRun(args: CheckArguments, tree: Tree, configuration: unknown): string {
  const options = Object.entries(args).filter(
    ([name]) => name in DECISIVE && DECISIVE[name as keyof CheckArguments],
  );
  const { kind, label, revision } = tree;
  const all = [buildId(), options.sort(), { kind, label, revision }, configuration];
  return JSON.stringify(all, plain);
}

function plain(_: string, value: unknown): unknown {
  return value instanceof Map || value instanceof Set ? [...value] : value;
}

/** The tool itself: every file that it runs. */
function buildId(): string {
  const files = ['dist', 'src/packs'].flatMap((name) => filesBelow(join(packageRoot, name)));
  const parts = files.filter((path) => /\.(?:js|c|h|json)$/.test(path)).sort();
  return hash(parts.flatMap((path) => [path, readFileSync(path)]));
}

function filesBelow(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

function cacheHome(): string {
  const named = process.env['XDG_CACHE_HOME'] ?? '';
  return named.startsWith('/') ? named : join(homedir(), '.cache');
}

function fileOf(root: string, key: string): string {
  return join(root, key.slice(0, 2), `${key}.json`);
}

function writeInto(root: string, key: string, text: string): void {
  mkdirSync(join(root, key.slice(0, 2)), { recursive: true });
  writeWhole(fileOf(root, key), text);
}

function readJson<T>(path: string): T | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return null;
  }
}

function hash(parts: readonly (string | Uint8Array)[]): string {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(`${part.length}\n`).update(part);
  return sum.digest('hex');
}
