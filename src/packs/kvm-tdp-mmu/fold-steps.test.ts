import { describe, expect, it } from 'vitest';
import { foldSteps, GFN, type Step } from './fold-steps.js';

const read = (gfn: bigint): Step => ({
  text: `read ${GFN}`,
  gfns: { first: gfn, last: gfn },
  times: 1,
});
const said = (text: string): Step => ({ text, gfns: null, times: 1 });

describe('folded steps', () => {
  it('tell a walk over neighbours once', () => {
    const steps = Array.from({ length: 512 }, (_, at) => read(BigInt(at)));
    expect(foldSteps([...steps, said('end')], false)).toEqual([
      'read 0x0..0x1ff, 512 times',
      'end',
    ]);
  });
  it('tell a block once', () => {
    const steps = [0n, 1n, 2n].flatMap((gfn) => [read(gfn), said('poll')]);
    expect(foldSteps(steps, false)).toEqual(['3 times:', '  read 0x0..0x2', '  poll']);
  });
  it('leave two of a kind as they are', () => {
    const steps = [said('a'), said('b'), said('a'), said('b')];
    expect(foldSteps(steps, false)).toEqual(['a', 'b', 'a', 'b']);
  });
  it('never end where the run does not, and give no count', () => {
    const steps = [0, 1, 2].flatMap(() => [said('a'), said('b')]);
    expect(foldSteps([...steps, said('a')], true)).toEqual(['again and again:', '  a', '  b']);
  });
});
