/** A slice of the fuzzing in every run of the tests, and what it has found so far. `npm run fuzz` runs 100,000. */
import { expect, it } from 'vitest';
import { runInput, type FuzzInput } from './fuzz.js';
import { describeFuzz, faultText, runFuzz } from './run-fuzz.js';

/** Inputs that were answered wrongly once. */
const FINDS: readonly FuzzInput[] = [
  // A memory of gigabytes for what is never touched.
  { kind: 'c', text: 'static char log_[999999999]; int main(void) { return log_[3]; }\n' },
  // Offsets in the frame do not fit the code.
  { kind: 'c', text: 'int main(void) { int x[999999999][5]; x[9][1] = 3; return x[9][1]; }\n' },
  // Each of them was written by itself.
  {
    kind: 'c',
    text: 'static char x[60000000] = { [0 ... 59999999] = 1 }; int main(void) { return x[3]; }\n',
  },
  // An attribute without its brackets, before a closing one: looking past it led back.
  { kind: 'c', text: 'struct __attribute - p { char c; };\nint main(void) { return 0; }\n' },
  { kind: 'c', text: 'struct p { int a; } (__attribute__) q;\nint main(void) { return 0; }\n' },
];

it('answers a slice of hostile inputs', { timeout: 300_000 }, async () => {
  const outcome = await runFuzz(1, process.env['PATCHCHECK_FULL'] === '1' ? 5000 : 400);
  process.stderr.write(`${describeFuzz(outcome)}\n`);
  expect(outcome.faults.map(faultText)).toEqual([]);
});

it('answers what it did not answer once', async () => {
  for (const input of FINDS) expect(await runInput(input)).toBeLessThan(5);
});
