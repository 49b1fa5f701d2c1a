/**
 * Hostile inputs given to the built command, as a user would: mails are listed and applied, witnesses replayed, C stands in the
 * kernel tree itself. The directory that it runs in holds outputs that were asked for, a cache, and nothing new besides.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, root } from '../cli/built-command.js';
import { fuzzInputs, type FuzzInput } from './fuzz.js';

export interface ProcessesOutcome {
  /** How often each command. */
  readonly ran: ReadonlyMap<string, number>;
  readonly statuses: ReadonlyMap<string, number>;
  readonly faults: readonly string[];
}

/** Of the processor: on a machine that others use as well the clock says nothing. */
const MAX_SECONDS = 120;
const PATIENCE_MILLISECONDS = 1_800_000;
const MODEL = join(root, 'fixtures/linux');
const ITER = 'arch/x86/kvm/mmu/tdp_iter.c';
/** What may lie beside the input when the command has ended. */
const ALLOWED = ['cache', 'home', 'input', 'out', 'tree'];

export async function runProcesses(
  seed: number,
  count: number,
  told: (done: number) => void,
): Promise<ProcessesOutcome> {
  const ran = new Map<string, number>();
  const statuses = new Map<string, number>();
  const faults: string[] = [];
  for (const [at, input] of fuzzInputs(seed, count).entries()) {
    const directory = mkdtempSync(join(tmpdir(), 'patchcheck-fuzz-'));
    try {
      const args = prepare(directory, at, input);
      const before = digest(join(directory, 'tree'));
      const ended = await run(directory, args);
      add(ran, args[0] ?? '');
      add(statuses, String(ended.status));
      const wrong = [
        ...faultsOf(ended),
        ...readdirSync(directory)
          .filter((name) => !ALLOWED.includes(name))
          .map((name) => `wrote ${name}`),
        ...(digest(join(directory, 'tree')) === before ? [] : ['changed the tree']),
      ];
      const text = JSON.stringify(input.text.slice(0, 4000));
      faults.push(
        ...wrong.map((what) => `input ${at} of seed ${seed}, ${args[0]}: ${what}: ${text}`),
      );
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
    if ((at + 1) % 50 === 0) told(at + 1);
  }
  return { ran, statuses, faults };
}

/** Lays the input out, and says how it is asked about. Runs that execute cost seconds: one in so many. */
function prepare(directory: string, at: number, { kind, text }: FuzzInput): string[] {
  const path = join(directory, 'input');
  const out = join(directory, 'out');
  mkdirSync(join(directory, 'home'));
  writeFileSync(path, text, 'latin1');
  const few = ['--scenarios', '1', '--workers', '1', '--witness-dir', join(out, 'w')];
  switch (kind) {
    case 'witness':
      return ['replay', path, '--tree', 'model'];
    case 'c': {
      const tree = join(directory, 'tree');
      cpSync(MODEL, tree, { recursive: true });
      appendFileSync(join(tree, ITER), `\n${text}`, 'latin1');
      return ['functions', '--tree', tree];
    }
    case 'mail':
    case 'difficult':
    case 'diff':
      return at % 8 === 0
        ? ['apply', path, '--tree', 'model', ...few, '--format', `sarif=${join(out, 'x.sarif')}`]
        : ['list', path, '--tree', 'model', '--fuzz', '2'];
  }
}

interface Ended {
  readonly status: number | NodeJS.Signals | null;
  readonly said: string;
}

function run(directory: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const node = [process.execPath, '--max-old-space-size=1024', command, ...args];
    const limited = ['-c', `ulimit -t ${MAX_SECONDS}; exec "$@"`, 'sh', ...node];
    const child = spawn('/bin/sh', limited, {
      cwd: directory,
      env: {
        ...process.env,
        HOME: join(directory, 'home'),
        XDG_CACHE_HOME: join(directory, 'cache'),
      },
      timeout: PATIENCE_MILLISECONDS,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const hear = (text: Buffer): void => {
      said += text.toString('latin1');
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ status: code ?? signal, said }));
  });
}

function faultsOf({ status, said }: Ended): string[] {
  const faults: string[] = [];
  if (status !== 0 && status !== 1 && status !== 2)
    faults.push(`ended with ${String(status)}: ${said.slice(-400)}`);
  if (said.includes('a fault of patchcheck')) faults.push(`said: ${said.slice(-400)}`);
  // Of what is printed; UTF-8 has bytes from 0x80 on.
  const control = /[\x00-\x08\x0b-\x1f\x7f]/.exec(said);
  if (control !== null)
    faults.push(
      `printed ${JSON.stringify(said.slice(Math.max(0, control.index - 40), control.index + 40))}`,
    );
  return faults;
}

/** Names and bytes of all that lies below. */
function digest(directory: string): string {
  const sum = createHash('sha256');
  let entries;
  try {
    entries = readdirSync(directory, { withFileTypes: true, recursive: true });
  } catch {
    return '';
  }
  const files = entries.filter((entry) => entry.isFile());
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort())
    sum.update(`${path}\n`).update(readFileSync(path));
  return sum.digest('hex');
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
