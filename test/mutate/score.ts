/** Adds up what became of all mutants once every share has run. */
import { OPERATORS } from './operators.js';
import { reasonOf } from './equivalent.js';
import { keyOf, type MutantResult } from './results.js';

/**
 * Mutants that count: those that compile to other code, are reached, and are not said (and shown) to mean the same. `carried`:
 * verdicts of an earlier run, on mutants that this one did not look at.
 */
export function scoreText(
  own: readonly MutantResult[],
  carried: readonly MutantResult[] = [],
  reason: (mutant: MutantResult) => string | null = reasonOf,
): string[] {
  const lines: string[] = [];
  const again = new Set(own.map(keyOf));
  const results = [...carried.filter((each) => !again.has(keyOf(each))), ...own];
  const judged = results.filter(({ verdict }) => ['found', 'survived'].includes(verdict.kind));
  const equivalent = judged.filter(
    (each) =>
      each.verdict.kind === 'survived' && each.deep?.kind === 'survived' && reason(each) !== null,
  );
  const counted = judged.filter((each) => !equivalent.includes(each));
  for (const operator of OPERATORS) {
    const some = counted.filter((each) => each.operator === operator);
    if (some.length === 0) continue;
    lines.push(`${operator.padEnd(42)} ${found(some)} of ${some.length} found`);
  }
  for (const each of counted) {
    const shown = `${each.place} ${each.function}  [${each.operator}]  ${each.shown}`;
    if (each.verdict.kind === 'survived') lines.push(`survived  ${shown}`);
    if (each.deep?.kind === 'found' && reason(each) !== null)
      lines.push(`said to mean the same, and differs: ${shown}`);
  }
  const other = (kind: MutantResult['verdict']['kind']): number =>
    results.filter(({ verdict }) => verdict.kind === kind).length;
  lines.push(
    `${results.length} mutants: ${other('does not compile')} do not compile, ${other('same code')} compile to the same code, ` +
      `${other('not reached')} not reached, ${equivalent.length} mean the same`,
  );
  if (results.length > own.length)
    lines.push(`of these, ${results.length - own.length} verdicts are those of an earlier run`);
  const stages = [...stageCounts(counted)];
  if (stages.length > 0)
    lines.push(`found by stage: ${stages.map(([name, n]) => `${name} ${n}`).join(', ')}`);
  lines.push(
    `score: ${found(counted)} of ${counted.length} found, ${((100 * found(counted)) / Math.max(1, counted.length)).toFixed(1)} %`,
  );
  return lines;
}

function stageCounts(results: readonly MutantResult[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { verdict } of results) {
    if (verdict.kind !== 'found') continue;
    const stage =
      verdict.stage === 'cost' ? 'cost (not looked at further)' : (verdict.stage ?? 'default');
    counts.set(stage, (counts.get(stage) ?? 0) + 1);
  }
  return counts;
}

function found(results: readonly MutantResult[]): number {
  return results.filter(({ verdict }) => verdict.kind === 'found').length;
}
