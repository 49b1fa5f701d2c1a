/** One C program of csmith: what it prints natively, and what the engine computes. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TypedUnit } from '../../src/c/typed.js';
import type { ModuleKind } from '../../src/exec/program.js';
import { complaint, hostedMachine, openHosted } from '../hosted/hosted.js';

export const CSMITH_HEADERS = 'usr/include/csmith';

export const hasCsmith =
  // It writes a file beside what it prints.
  spawnSync('csmith', ['--version'], { cwd: tmpdir() }).status === 0 &&
  existsSync(`/${CSMITH_HEADERS}/csmith.h`);

/** The levels at which gcc is asked; the kernel builds with the options of the second. */
const LEVELS = [['-O0'], ['-O2', '-fno-strict-aliasing', '-fwrapv']] as const;
/** Native seconds and engine rounds that a program may take; one that takes longer says nothing. */
const SECONDS = 2;
const FUEL = 300_000_000n;

/** Seven of eight programs are small: what is tested is how constructs combine, and time goes to more of them. */
const SMALL = '--max-funcs 4 --max-block-depth 3 --max-array-dim 2 --max-array-len-per-dim 4'.split(
  ' ',
);

/** null: csmith itself does not come to an end with this seed. */
export function generate(seed: number): string | null {
  const size = seed % 8 === 0 ? [] : SMALL;
  const run = spawnSync('csmith', ['--concise', '--seed', String(seed), ...size], {
    encoding: 'utf8',
    cwd: tmpdir(),
    timeout: 30_000,
    maxBuffer: 1 << 26,
  });
  return run.status === 0 ? run.stdout : null;
}

export type Verdict =
  | { readonly kind: 'agrees' }
  /** gcc refuses it, runs too long, or does not agree with itself. */
  | { readonly kind: 'says nothing'; readonly reason: string }
  | { readonly kind: 'differs'; readonly what: string };

export async function judge(text: string, libc: TypedUnit, kind: ModuleKind): Promise<Verdict> {
  const native = natively(text, LEVELS[0]);
  if (native === null)
    return { kind: 'says nothing', reason: `it runs longer than ${SECONDS} s, or gcc refuses it` };
  const optimised = natively(text, LEVELS[1]);
  const own = await byEngine(text, libc, kind);
  if (own === native && optimised === native) return { kind: 'agrees' };
  if (own === 'out-of-fuel') return { kind: 'says nothing', reason: 'out of fuel' };
  if (optimised !== native)
    return { kind: 'says nothing', reason: `gcc: ${native} at -O0, ${optimised ?? 'none'} at -O2` };
  return { kind: 'differs', what: `gcc: ${native}, engine: ${own}` };
}

function natively(text: string, level: readonly string[]): string | null {
  const directory = mkdtempSync(join(tmpdir(), 'patchcheck-csmith-'));
  try {
    writeFileSync(join(directory, 'test.c'), text);
    const options = ['-std=gnu11', '-w', ...level, `-I/${CSMITH_HEADERS}`, 'test.c', '-o', 'test'];
    if (spawnSync('gcc', options, { cwd: directory, timeout: 120_000 }).status !== 0) return null;
    const run = spawnSync('./test', { cwd: directory, encoding: 'utf8', timeout: SECONDS * 1000 });
    return run.status === 0 ? (/checksum = ([0-9A-F]+)/.exec(run.stdout)?.[1] ?? null) : null;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function byEngine(text: string, libc: TypedUnit, kind: ModuleKind): Promise<string> {
  const unit = openHosted('test.c', text, '.', [CSMITH_HEADERS]);
  if (!unit.ok) return unit.error.message;
  const made = await hostedMachine([unit.value, libc], kind, FUEL, ['crc32_context']);
  if (!made.ok) {
    const first = made.error[0];
    return `${first?.at?.line ?? 0}: ${first?.message ?? 'not compiled'}`;
  }
  const outcome = made.value.call('main');
  if (outcome.kind === 'out-of-fuel') return 'out-of-fuel';
  const sum = made.value.readU32(made.value.address('crc32_context'));
  return complaint(outcome) ?? ((sum ^ 0xffff_ffff) >>> 0).toString(16).toUpperCase();
}
