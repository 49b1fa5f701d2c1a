/** The cache on disk: what it keeps, what it refuses to trust, and that nothing about it can fail a run. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cache } from '../src/cache.js';
import { diskCache } from './disk-cache.js';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'patchcheck-cache-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const place = (): string => join(home, 'cache');
const open = (tool = 'tool 1', mostBytes?: number): Cache =>
  diskCache({
    enabled: true,
    tool,
    env: { PATCHCHECK_CACHE: place() },
    ...(mostBytes === undefined ? {} : { mostBytes }),
  });
const files = (): string[] => readdirSync(place()).map((name) => join(place(), name));
const value = { wasm: Uint8Array.of(1, 2, 3), sites: new Map([['f', 7n]]), names: new Set(['a']) };

describe('what was put', () => {
  it('is there for the next run of the same tool, and for no other', () => {
    expect(open().get('k')).toBeNull();
    open().put('k', value);
    expect(open().get('k')).toEqual(value);
    expect(open().get('other')).toBeNull();
    expect(open('tool 2').get('k')).toBeNull();
    expect(files().every((path) => (statSync(path).mode & 0o777) === 0o600)).toBe(true);
    expect(statSync(place()).mode & 0o777).toBe(0o700);
  });

  it('is dropped where a byte of it has changed, or the end is missing', () => {
    for (const damage of [
      (bytes: Buffer) => bytes.subarray(0, bytes.length - 1),
      (bytes: Buffer) => bytes.subarray(0, 10),
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.of(255)]),
      (bytes: Buffer) => Buffer.concat([Buffer.from('X'), bytes.subarray(1)]),
      () => Buffer.alloc(0),
    ]) {
      open().put('k', value);
      const [path = ''] = files();
      writeFileSync(path, damage(readFileSync(path)));
      expect(open().get('k')).toBeNull();
      expect(existsSync(path)).toBe(false);
      open().put('k', value);
      expect(open().get('k')).toEqual(value);
    }
  });

  it('is not read where others could have written it', () => {
    open().put('k', value);
    const [path = ''] = files();
    chmodSync(path, 0o622);
    expect(open().get('k')).toBeNull();
    chmodSync(path, 0o600);
    expect(open().get('k')).toEqual(value);
    const elsewhere = join(home, 'elsewhere');
    writeFileSync(elsewhere, readFileSync(path), { mode: 0o600 });
    rmSync(path);
    symlinkSync(elsewhere, path);
    expect(open().get('k')).toBeNull();
    rmSync(path);
    open().put('k', value);
    chmodSync(place(), 0o777);
    expect(open().get('k')).toBeNull();
  });

  it('is nothing when it is no plain data', () => {
    open().put('k', { call: () => 1 });
    expect(open().get('k')).toBeNull();
    expect(files()).toEqual([]);
  });
});

describe('the place', () => {
  it('is where the environment says', () => {
    const put = (env: Record<string, string>, enabled = true): void =>
      diskCache({ enabled, tool: 't', env }).put('k', 1);
    put({ HOME: home, PATCHCHECK_CACHE: 'off' });
    put({ HOME: home }, false);
    expect(existsSync(join(home, '.cache'))).toBe(false);
    put({ HOME: home });
    expect(readdirSync(join(home, '.cache/patchcheck')).length).toBe(1);
    put({ HOME: home, XDG_CACHE_HOME: join(home, 'xdg') });
    expect(readdirSync(join(home, 'xdg/patchcheck')).length).toBe(1);
    put({ HOME: join(home, 'other'), XDG_CACHE_HOME: 'relative' });
    expect(readdirSync(join(home, 'other/.cache/patchcheck')).length).toBe(1);
  });

  it('may be no directory, or not writable: then there is no cache', () => {
    writeFileSync(place(), 'a file');
    open().put('k', 1);
    expect(open().get('k')).toBeNull();
    rmSync(place());
    mkdirSync(place(), { mode: 0o700 });
    chmodSync(place(), 0o500);
    open().put('k', 1);
    // who may write anywhere (root) has a cache all the same
    expect([null, 1]).toContain(open().get('k'));
    chmodSync(place(), 0o700);
  });

  it('holds no more than it may: what was not used for longest goes first', () => {
    const block = (n: number): Uint8Array => new Uint8Array(100_000).fill(n);
    const first = (key: string): unknown => (small.get(key) as Uint8Array | null)?.[0] ?? null;
    const small = open('tool 1', 500_000);
    for (let n = 0; n < 4; n++) {
      small.put(`k${n}`, block(n));
      const newest = files().find((path) => Date.now() - statSync(path).mtimeMs < 3_000_000);
      // each an hour after the one before
      if (newest !== undefined) {
        const at = new Date(Date.now() - (10 - n) * 3_600_000);
        utimesSync(newest, at, at);
      }
    }
    expect(first('k0')).toBe(0); // used just now
    small.put('k4', block(4));
    small.put('k5', block(5));
    expect(first('k1')).toBeNull();
    expect(first('k0')).toBe(0);
    expect(first('k5')).toBe(5);
    const total = files().reduce((sum, path) => sum + statSync(path).size, 0);
    expect(total).toBeLessThanOrEqual(500_000);
    small.put('large', new Uint8Array(600_000));
    expect(small.get('large')).toBeNull();
  });

  it('is swept of what killed runs have left half written', () => {
    open().put('k', 1);
    const [path = ''] = files();
    const half = `${path}.1.2.tmp`;
    const fresh = `${path}.3.4.tmp`;
    writeFileSync(half, 'half');
    writeFileSync(fresh, 'half');
    const old = new Date(Date.now() - 2 * 3_600_000);
    utimesSync(half, old, old);
    open().put('k2', 2);
    expect(existsSync(half)).toBe(false);
    expect(existsSync(fresh)).toBe(true);
    expect(open().get('k')).toBe(1);
  });
});
