/**
 * The cache on disk: a file for each key, in a directory of the user's own. A file is written whole or not at all, carries a
 * checksum, and is dropped when it is damaged; one that another user could have written is never read. Where there is no
 * place for it, there is no cache, and nothing else changes.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { NO_CACHE, type Cache } from '../src/cache.js';

const MAGIC = Buffer.from('patchcheck cache 1\n');
const CHECKSUM_BYTES = 32;
const SUFFIX = '.entry';
/** What all entries may take together, and what is left of them when it was too much. */
const MOST_BYTES = 512 << 20;
const LEFT_BYTES = 384 << 20;
/** An entry that would take more of it than this is not kept. */
const MOST_OF_ONE = 128 << 20;
/** Half-written files of runs that were killed are swept away when they are older. */
const ABANDONED_MS = 3_600_000;

export interface CacheOptions {
  /** `--no-cache`. */
  readonly enabled: boolean;
  /** Names the tool: another version of it, or of its parts, finds nothing. */
  readonly tool: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly mostBytes?: number;
}

export function diskCache({ enabled, tool, env, mostBytes = MOST_BYTES }: CacheOptions): Cache {
  const directory = enabled ? placeOf(env) : null;
  if (directory === null || !makeOwn(directory)) return NO_CACHE;
  const pathOf = (key: string): string =>
    join(directory, createHash('sha256').update(`${tool}\0${key}`).digest('hex') + SUFFIX);
  return {
    get(key) {
      const path = pathOf(key);
      const bytes = readOwn(path);
      if (bytes === null) return null;
      const value = opened(bytes);
      if (value === null) drop(path);
      else touch(path);
      return value;
    },
    put(key, value) {
      try {
        const bytes = sealed(value);
        if (bytes.length > Math.min(MOST_OF_ONE, mostBytes)) return;
        const path = pathOf(key);
        const beside = `${path}.${process.pid}.${process.hrtime.bigint()}.tmp`;
        writeFileSync(beside, bytes, { mode: 0o600, flag: 'wx' });
        renameSync(beside, path);
        evict(directory, mostBytes);
      } catch {
        // no room, no right to write, or a value that is no plain data: then it is not kept
      }
    },
  };
}

/** XDG Base Directory Specification: a relative path is to be ignored. */
function placeOf(env: CacheOptions['env']): string | null {
  const own = env['PATCHCHECK_CACHE'];
  if (own === 'off') return null;
  if (own !== undefined && own !== '') return isAbsolute(own) ? own : join(process.cwd(), own);
  const base = env['XDG_CACHE_HOME'];
  if (base !== undefined && isAbsolute(base)) return join(base, 'patchcheck');
  const home = env['HOME'] ?? homedir();
  return home === '' || !isAbsolute(home) ? null : join(home, '.cache', 'patchcheck');
}

function makeOwn(directory: string): boolean {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const stat = statSync(directory);
    return stat.isDirectory() && onlyMine(stat);
  } catch {
    return false;
  }
}

function onlyMine({ uid, mode }: { readonly uid: number; readonly mode: number }): boolean {
  return (process.getuid === undefined || uid === process.getuid()) && (mode & 0o022) === 0;
}

function readOwn(path: string): Buffer | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch {
    return null;
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || !onlyMine(stat) || stat.size > MOST_OF_ONE) return null;
    return readFileSync(file);
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}

function sealed(value: unknown): Buffer {
  const content = serialize(value);
  return Buffer.concat([MAGIC, createHash('sha256').update(content).digest(), content]);
}

/** null: damaged. */
function opened(bytes: Buffer): unknown {
  const start = MAGIC.length + CHECKSUM_BYTES;
  if (bytes.length < start || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const content = bytes.subarray(start);
  const checksum = createHash('sha256').update(content).digest();
  if (!checksum.equals(bytes.subarray(MAGIC.length, start))) return null;
  try {
    return deserialize(content) as unknown;
  } catch {
    return null;
  }
}

function drop(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // another run was first
  }
}

/** Eviction takes first what was not used for longest. */
function touch(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // it is only for the order
  }
}

function evict(directory: string, most: number): void {
  const entries: { path: string; size: number; used: number }[] = [];
  let total = 0;
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile() !== true) continue;
    if (name.endsWith('.tmp')) {
      if (name.includes(SUFFIX) && Date.now() - stat.mtimeMs > ABANDONED_MS) drop(path);
    } else if (name.endsWith(SUFFIX)) {
      entries.push({ path, size: stat.size, used: stat.mtimeMs });
      total += stat.size;
    }
  }
  if (total <= most) return;
  const left = Math.min(LEFT_BYTES, (most * 3) / 4);
  entries.sort((a, b) => a.used - b.used);
  for (const { path, size } of entries) {
    if (total <= left) return;
    drop(path);
    total -= size;
  }
}
