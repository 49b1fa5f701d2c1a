/** Adds up what became of all mutants once every share has run. */
import { OPERATORS } from './operators.js';
import { reasonOf } from './equivalent.js';
import type { MutantResult } from './results.js';

/** Mutants that count: those that compile to other code, are reached, and are not said (and shown) to mean the same. */
export function scoreText(
  results: readonly MutantResult[],
  reason: (mutant: MutantResult) => string | null = reasonOf,
): string[] {
  const lines: string[] = [];
  const judged = results.filter(({ verdict }) => ['found', 'survived'].includes(verdict.kind));
  const equivalent = judged.filter(
    (each) =>
      each.verdict.kind === 'survived' && each.deep?.kind === 'survived' && reason(each) !== null,
  );
  const counted = judged.filter((each) => !equivalent.includes(each));
  for (const operator of OPERATORS) {
    const own = counted.filter((each) => each.operator === operator);
    if (own.length === 0) continue;
    lines.push(`${operator.padEnd(42)} ${found(own)} of ${own.length} found`);
  }
  for (const each of counted) {
    const shown = `${each.place} ${each.function}  [${each.operator}]  ${each.shown}`;
    if (each.verdict.kind === 'survived') lines.push(`survived  ${shown}`);
    if (reason(each) === null) continue;
    if (each.verdict.kind === 'found' || each.deep?.kind === 'found')
      lines.push(`said to mean the same, and differs: ${shown}`);
  }
  const other = (kind: MutantResult['verdict']['kind']): number =>
    results.filter(({ verdict }) => verdict.kind === kind).length;
  lines.push(
    `${results.length} mutants: ${other('does not compile')} do not compile, ${other('same code')} compile to the same code, ` +
      `${other('not reached')} not reached, ${equivalent.length} mean the same`,
    `score: ${found(counted)} of ${counted.length} found, ${((100 * found(counted)) / Math.max(1, counted.length)).toFixed(1)} %`,
  );
  return lines;
}

function found(results: readonly MutantResult[]): number {
  return results.filter(({ verdict }) => verdict.kind === 'found').length;
}
