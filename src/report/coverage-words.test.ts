import { describe, expect, it } from 'vitest';
import { coverageWords, unreachedLines, untakenBranches } from './coverage-words.js';
import type { CheckReport } from './report.js';

const check = (
  dimension: CheckReport['dimension'],
  linesCovered: readonly string[],
  branchesTaken: readonly string[],
): CheckReport => ({
  candidate: 'a',
  against: 'original',
  entryPoint: 'f',
  dimension,
  verdict: 'no-difference',
  scenarios: 1,
  schedules: 1,
  strictScenarios: 0,
  threads: null,
  bound: null,
  linesChanged: ['x.c:1', 'x.c:2'],
  linesCovered,
  branchesChanged: ['x.c:1:5 false: n', 'x.c:1:5 true: n', 'x.c:2:5 false: m', 'x.c:2:5 true: m'],
  branchesTaken,
  witness: null,
  reason: null,
});
const sequential = check('sequential', ['x.c:1'], ['x.c:1:5 true: n']);
const yields = check('yield', ['x.c:1'], []);

describe('what ran of a change', () => {
  it('is counted in lines and branches, once for all entry points', () => {
    expect(coverageWords([yields])).toBe('1 of 2 changed lines executed, 0 of 4 branches');
    expect(coverageWords([sequential, yields])).toBe(
      '1 of 2 changed lines executed, 1 of 4 branches',
    );
  });
  it('has no branches where the change has no condition, and no words without lines', () => {
    const plain = { ...sequential, branchesChanged: [], branchesTaken: [] };
    expect(coverageWords([plain])).toBe('1 of 2 changed lines executed');
    expect(coverageWords([{ ...plain, linesChanged: [], linesCovered: [] }])).toBeNull();
  });
  it('leaves the branches of a line that never ran to that line', () => {
    expect(unreachedLines([sequential, yields])).toEqual(['a: x.c:2']);
    expect(untakenBranches([sequential, yields])).toEqual(['a: x.c:1:5 never false: `n`']);
  });
});
