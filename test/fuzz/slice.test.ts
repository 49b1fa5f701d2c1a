/** A slice of the fuzzing in every run of the tests, and what it has found so far. `npm run fuzz` runs 100,000. */
import { expect, it } from 'vitest';
import { runInput, type FuzzInput } from './fuzz.js';
import { describeFuzz, faultText, runFuzz } from './run-fuzz.js';

/** Inputs that were answered wrongly once. */
const FINDS: readonly FuzzInput[] = [];

it('answers a slice of hostile inputs', { timeout: 300_000 }, () => {
  const outcome = runFuzz(1, process.env['PATCHCHECK_FULL'] === '1' ? 5000 : 400);
  process.stderr.write(`${describeFuzz(outcome)}\n`);
  expect(outcome.faults.map(faultText)).toEqual([]);
});

it('answers what it did not answer once', () => {
  for (const input of FINDS) expect(runInput(input)).toBeLessThan(5);
});
