import { describe, expect, it } from 'vitest';
import { coverageWords, unreachedLines, untakenBranches, whatItTakes } from './coverage-words.js';
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
    expect(unreachedLines([sequential, yields]).map(({ text }) => text)).toEqual(['a: x.c:2']);
    expect(untakenBranches([sequential, yields]).map(({ text }) => text)).toEqual([
      'a: x.c:1:5 never false: `n`',
    ]);
  });
});

describe('what it would take', () => {
  const place = { candidate: 'new', place: 'x.c:9' };
  const about = { candidate: 'new', place: 'x.c:9', runs: 3000, notCalled: null };

  it('are the conditions on the way, those first that were asked', () => {
    const needs = [
      { outcome: 'x.c:4:7 true: a == 77', asked: 1200 },
      { outcome: 'x.c:6:3 taken: case 5:', asked: 0 },
    ];
    expect(whatItTakes(place, [{ ...about, needs }])).toEqual([
      'needs `a == 77` true at x.c:4:7: asked in 1,200 runs of 3,000 that looked for it, and never so',
      'then `case 5:` to be taken at x.c:6:3',
    ]);
  });

  it('is a call, where the function was never called', () => {
    const notCalled = { function: 'f', callers: ['g', 'h'] };
    expect(whatItTakes(place, [{ ...about, needs: [], notCalled }])).toEqual([
      'f was not called in 3,000 runs that looked for it; callers: g, h',
    ]);
  });

  it('is told of what the original has and the candidate takes away', () => {
    const needs = [{ outcome: 'x.c:9:7 true: a', asked: 1 }];
    const branch = { candidate: 'new', place: 'x.c:9:7 true: a' };
    const of = [{ ...about, candidate: 'original', place: branch.place, needs }];
    expect(whatItTakes(branch, of)).toEqual(['asked in 1 run of 3,000 that looked for it']);
    expect(whatItTakes(place, of)).toEqual([]);
  });
});
