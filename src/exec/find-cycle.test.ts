import { describe, expect, it } from 'vitest';
import { gccPredefined } from '../c/preprocess/gcc-predefined.js';
import { checkUnit } from '../c/check/check-unit.js';
import { indexUnit } from '../c/parse/index-unit.js';
import { preprocess } from '../c/preprocess/preprocess.js';
import { compileProgram } from '../wasm/compile.js';
import { findCycle } from './find-cycle.js';
import { Machine, programImage } from './machine.js';

async function cycleOf(text: string, observed: string[] = []) {
  const tokens = preprocess({
    main: { path: 't.c', text },
    read: () => null,
    predefined: gccPredefined,
  });
  if (!tokens.ok) throw new Error(tokens.error.message);
  const index = indexUnit('t.c', tokens.value.tokens);
  if (!index.ok) throw new Error(index.error.message);
  const program = await compileProgram([checkUnit(index.value)], {
    kind: 'inspectable',
    exports: ['f'],
    exportedGlobals: observed,
    cover: null,
    loopCounter: null,
    scopes: null,
    heapBytes: 4096,
    stackBytes: 65536,
    fuel: 100_000n,
  });
  if (!program.ok) throw new Error(program.error.map((each) => each.message).join());
  const machine = new Machine(programImage(program.value));
  const observers = observed.map((name) => {
    const from = machine.offset(machine.address(name));
    return { from, to: from + 8 };
  });
  return findCycle(machine, observers, () => void machine.call('f'));
}

describe('findCycle', () => {
  it('sees a loop that comes back to the same locals', async () => {
    const cycle = await cycleOf('int f(void) { int i = 0; for (;;) i = (i + 1) % 6; }');
    expect(cycle?.length).toBe(6);
  });
  it('follows state through memory and calls', async () => {
    const text = `unsigned long a[3]; static void turn(unsigned long *p) { *p ^= 1; }
      int f(void) { for (;;) { for (int i = 0; i < 3; i++) turn(&a[i]); } }`;
    expect(await cycleOf(text)).not.toBeNull();
  });
  it('sees one that goes through a function which could call itself', async () => {
    // its frame is larger than the machine's control block, and all of it dies at branches
    const reads = Array.from({ length: 40 }, (_, at) => `{ long x = a[n] + ${at}; if (x) n++; }`);
    const text = `long a[64];
      static int deep(int n) { ${reads.join(' ')} return n > 70 ? deep(n - 1) : 0; }
      int f(void) { for (;;) deep(3); }`;
    expect((await cycleOf(text))?.length).toBe(2);
  });
  it('does not take a counter for a cycle', async () => {
    expect(await cycleOf('unsigned long n; int f(void) { for (;;) n++; }')).toBeNull();
    expect(await cycleOf('int f(void) { unsigned long n = 0; for (;;) n++; }')).toBeNull();
  });
  it('does not take a deeper stack for the same state', async () => {
    expect(await cycleOf('int f(void) { return f() + 1; }')).toBeNull();
  });
  it('leaves out what only observes', async () => {
    expect(
      await cycleOf('unsigned long n; int f(void) { for (;;) n = n + 1; }', ['n']),
    ).not.toBeNull();
  });
  it('says nothing of a run that ends', async () => {
    expect(
      await cycleOf('int f(void) { int s = 0; for (int i = 0; i < 99; i++) s += i; return s; }'),
    ).toBeNull();
  });
});
