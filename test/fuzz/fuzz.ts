/**
 * Hostile input, in process: mails, diffs, witnesses and C files, damaged and generated. Each must be answered, with a value or a
 * diagnostic, within its time; nothing may be asked of the tree that leads out of it, and what would be printed holds no control
 * character. C that is understood is run, within its fuel.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { diskTree } from '../../cli/disk-tree.js';
import { defaultPack } from '../../cli/packs.js';
import type { Diagnostic } from '../../src/base/diagnostic.js';
import { checkUnit, HOSTED_OPTIONS } from '../../src/c/check/check-unit.js';
import { indexUnit } from '../../src/c/parse/index-unit.js';
import { preprocess } from '../../src/c/preprocess/preprocess.js';
import { Machine, programImage } from '../../src/exec/machine.js';
import type { CompileOptions } from '../../src/exec/program.js';
import { AS_IT_IS, readThread } from '../../src/mail/read-thread.js';
import { difficultMbox } from '../../src/mail/testing/difficult-mail.js';
import { mutated, mutations } from '../../src/mail/testing/mutate.js';
import { applyCandidate } from '../../src/patch/apply-candidate.js';
import { unsafePath } from '../../src/patch/path-name.js';
import { printDiff } from '../../src/patch/print-diff.js';
import { listedCandidate, renderList } from '../../src/report/candidate-list.js';
import { renderDiagnostic } from '../../src/report/diagnostic-text.js';
import type { Tree } from '../../src/tree/tree.js';
import { compileProgram } from '../../src/wasm/compile.js';
import { PLAIN } from '../../src/wasm/testing/run.js';
import { parseWitness, printWitness } from '../../src/witness/witness.js';

const ROOT = resolve(import.meta.dirname, '../..');
const bytesOf = (path: string): string => readFileSync(join(ROOT, path), 'latin1');

export const KINDS = ['mail', 'difficult', 'diff', 'witness', 'c'] as const;
export type Kind = (typeof KINDS)[number];

export interface FuzzInput {
  readonly kind: Kind;
  readonly text: string;
}

/** The same seed gives the same inputs. */
export function fuzzInputs(seed: number, count: number): FuzzInput[] {
  const seeds = seedTexts();
  const draw = fc.tuple(fc.constantFrom(...KINDS), fc.nat(1_000_000), mutations, difficultMbox);
  return fc.sample(draw, { numRuns: count, seed }).map(([kind, which, steps, mbox]) => {
    if (kind === 'difficult') return { kind, text: mutated(mbox, steps) };
    const texts = seeds[kind];
    return { kind, text: mutated(texts[which % texts.length] ?? '', steps) };
  });
}

/** Seconds of processor time that it took. Throws what the code under test throws. */
export async function runInput({ kind, text }: FuzzInput): Promise<number> {
  const start = process.cpuUsage();
  switch (kind) {
    case 'mail':
    case 'difficult':
    case 'diff':
      readMailText(text);
      break;
    case 'witness':
      readWitness(text);
      break;
    case 'c':
      await runC(text);
      break;
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

const tree = guarded(diskTree('directory', join(ROOT, 'fixtures/linux'), 'fixtures/linux'));

function guarded(base: Tree): Tree {
  return {
    ...base,
    read: (path) => {
      const why = unsafePath(path);
      if (why !== null) throw new Error(`the tree was asked for ${JSON.stringify(path)}: ${why}`);
      return base.read(path);
    },
  };
}

function readMailText(text: string): void {
  const file = { path: 'x', bytes: Buffer.from(text, 'latin1') };
  const read = readThread([{ kind: 'file', file }], tree, AS_IT_IS);
  if (read.candidates.length === 0 && read.diagnostics.length === 0)
    throw new Error('nothing was found, and nothing said');
  const listed = read.candidates.map((candidate) => {
    const done = applyCandidate(tree, candidate);
    if (done.kind === 'failed') {
      if (done.diagnostics.length === 0) throw new Error('failed, and nothing said');
    } else {
      for (const path of done.tree.files.keys()) {
        if (unsafePath(path) !== null) throw new Error(`${JSON.stringify(path)} was written`);
      }
      for (const patch of candidate.patches) printDiff(patch.files);
    }
    return listedCandidate(candidate, done);
  });
  const { messages: mails, diagnostics: problems, remarks } = read;
  show(renderList({ schemaVersion: 1, mails, candidates: listed, problems, remarks }));
}

function readWitness(text: string): void {
  const witness = parseWitness('x', text);
  if (!witness.ok) return complain([witness.error]);
  defaultPack().parse(witness.value.scenario, witness.value.schedule);
}

/** Read, checked, and where that is possible compiled and run: mutated C loops for ever as often as not. */
async function runC(text: string): Promise<void> {
  const path = 'x.c';
  const tokens = preprocess({ main: { path, text }, read: () => null, includeDirs: [] });
  if (!tokens.ok) return complain([tokens.error]);
  const index = indexUnit(path, tokens.value.tokens, tokens.value.pragmas);
  if (!index.ok) return complain([index.error]);
  const unit = checkUnit(index.value, HOSTED_OPTIONS);
  for (const name of [...index.value.ordinary.keys()].slice(0, 200))
    if (unit.defines(name)) unit.function(name);
  if (!unit.defines('main')) return;
  const program = await compileProgram([unit], SMALL_PROGRAM);
  if (!program.ok) return complain(program.error);
  new Machine(programImage(program.value)).call('main');
}

const SMALL_PROGRAM: CompileOptions = {
  ...PLAIN,
  kind: 'checked',
  exports: ['main'],
  stackBytes: 1 << 18,
};

function complain(problems: readonly Diagnostic[]): void {
  show(problems.flatMap((each) => renderDiagnostic(each).map((text) => ({ text }))));
}

/** What would be printed: nothing in it may act on a terminal. */
function show(lines: readonly { readonly text: string }[]): void {
  for (const { text } of lines)
    if (UNPRINTABLE.test(text)) throw new Error(`printed: ${JSON.stringify(text)}`);
}

const UNPRINTABLE = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

function seedTexts(): Readonly<Record<Exclude<Kind, 'difficult'>, readonly string[]>> {
  const thread = bytesOf('patches/20241023-tdp-fast-forward.mbox');
  const diffs = thread.split(/^(?=diff --git )/m).slice(1);
  const c = readdirSync(join(ROOT, 'test/semantics'))
    .filter((name) => name.endsWith('.c'))
    .map((name) => bytesOf(`test/semantics/${name}`));
  return {
    mail: [thread],
    diff: diffs,
    witness: [witnessText(diffs[0] ?? '')],
    c: [...c, bytesOf('src/c/parse/testing/gnu-c.c')],
  };
}

function witnessText(diff: string): string {
  const pack = defaultPack();
  const [entry] = pack.entryPoints;
  const { scenario, schedule } = pack.print(pack.generate('1', entry?.name ?? '', 'yield', 1));
  return printWitness({
    tool: 'patchcheck 0',
    pack: pack.name,
    tree: 'model',
    configuration: 'built-in',
    blobs: new Map([['a.c', '0123456789012345678901234567890123456789']]),
    candidate: { id: 'someone', diffs: [diff] },
    against: { id: 'original', diffs: [] },
    entry: entry?.name ?? '',
    dimension: 'yield',
    seed: '1',
    strict: false,
    mismatch: 'x',
    scenario,
    schedule,
  });
}
