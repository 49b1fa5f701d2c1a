/** Adds up what became of all mutants once every share has run, and prints the score. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPERATORS } from './operators.js';
import { RESULTS, SHARES, type MutantResult } from './run-mutants.js';

export function readResults(): MutantResult[] {
  return Array.from({ length: SHARES }, (_, share) => join(RESULTS, `share-${share}.jsonl`))
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as MutantResult);
}

/** Mutants that count: those that compile, are reached, and are not said (and shown) to mean the same. */
export function scoreText(results: readonly MutantResult[]): string[] {
  const lines: string[] = [];
  const judged = results.filter(({ verdict }) => countsAtAll(verdict.kind));
  const equivalent = judged.filter(
    (each) => each.equivalent !== null && each.verdict.kind === 'survived',
  );
  const counted = judged.filter((each) => !equivalent.includes(each));
  for (const operator of OPERATORS) {
    const own = counted.filter((each) => each.operator === operator);
    if (own.length === 0) continue;
    lines.push(`${operator.padEnd(42)} ${found(own)} of ${own.length} found`);
  }
  for (const each of counted)
    if (each.verdict.kind === 'survived')
      lines.push(`survived  ${each.place} ${each.function}  [${each.operator}]  ${each.shown}`);
  for (const each of results)
    if (each.equivalent !== null && each.verdict.kind === 'found')
      lines.push(`said to mean the same, and differs: ${each.place} ${each.shown}`);
  const other = (kind: MutantResult['verdict']['kind']): number =>
    results.filter(({ verdict }) => verdict.kind === kind).length;
  lines.push(
    `${results.length} mutants: ${other('does not compile')} do not compile, ${other('not reached')} not reached, ${equivalent.length} mean the same`,
    `score: ${found(counted)} of ${counted.length} found, ${((100 * found(counted)) / Math.max(1, counted.length)).toFixed(1)} %`,
  );
  return lines;
}

function countsAtAll(kind: MutantResult['verdict']['kind']): boolean {
  return kind === 'found' || kind === 'survived';
}

function found(results: readonly MutantResult[]): number {
  return results.filter(({ verdict }) => verdict.kind === 'found').length;
}
