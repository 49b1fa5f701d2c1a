/**
 * What became of mutants, a line each, in a folder that is named after everything a verdict depends on: the tool's sources, the
 * tree, and the options. So a run that was stopped goes on where it was, and one of other sources begins anew.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { EditVerdict } from './edit-checker.js';
import type { Operator } from './operators.js';
import type { Site } from './sites.js';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const FOLDER = join(REPOSITORY, '.cache/mutate');
/** Two processes share the sites. */
export const SHARES = 2;

export interface MutantResult {
  readonly operator: Operator;
  readonly function: string;
  /** file:line:column. */
  readonly place: string;
  readonly shown: string;
  /** As of the site. */
  readonly within: readonly string[];
  readonly verdict: EditVerdict;
  /** Of the deep run that those which are said to mean the same go through. */
  readonly deep: EditVerdict | null;
}

export function placeOf({ path, line, column }: Site): string {
  return `${path.replace(/.*\//, '')}:${line}:${column}`;
}

export function keyOf({ place, shown }: Pick<MutantResult, 'place' | 'shown'>): string {
  return `${place} ${shown}`;
}

/** Reasons and sums have no part in verdicts. */
const NO_PART = /(^|\/)(equivalent|score|print-score)\.ts$|\.test\.ts$/;

export function resultsFolder(): string {
  const hash = createHash('sha256').update(process.env['MUTATE_TREE'] ?? 'model');
  for (const room of ['src', 'cli', 'fixtures/linux', 'test/mutate']) {
    const files = readdirSync(join(REPOSITORY, room), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => !NO_PART.test(file))
      .sort();
    for (const file of files)
      hash.update(`${relative(REPOSITORY, file)}\0`).update(readFileSync(file));
  }
  return join(FOLDER, hash.digest('hex').slice(0, 12));
}

/** The last word on each mutant; a line that was cut off when a run was stopped is none. */
export function readResults(folder = resultsFolder()): MutantResult[] {
  const known = new Map<string, MutantResult>();
  for (let share = 0; share < SHARES; share++) {
    const file = fileOf(folder, share);
    if (!existsSync(file)) continue;
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      if (!line.endsWith('}')) continue;
      const result = JSON.parse(line) as MutantResult;
      known.set(keyOf(result), result);
    }
  }
  return [...known.values()];
}

/** Results of earlier runs, of other sources perhaps: MUTATE_SURVIVORS names their folders, with commas between; the last word counts. */
export function earlierResults(): MutantResult[] {
  const folders = process.env['MUTATE_SURVIVORS']?.split(',') ?? [];
  const known = new Map<string, MutantResult>();
  for (const folder of folders)
    for (const result of readResults(folder)) known.set(keyOf(result), result);
  return [...known.values()];
}

/** Those of them that are not looked at again: what was found, and what had its deep run. */
export function carriedOver(): MutantResult[] {
  return earlierResults().filter(
    ({ verdict, deep }) => verdict.kind !== 'survived' || deep !== null,
  );
}

export function appendResult(folder: string, share: number, result: MutantResult): void {
  mkdirSync(folder, { recursive: true });
  appendFileSync(fileOf(folder, share), `${JSON.stringify(result)}\n`);
}

function fileOf(folder: string, share: number): string {
  return join(folder, `share-${share}.jsonl`);
}
