/** What the compile options promise: coverage, loops under a macro, scopes, linking, and the machine's reset. */
import { describe, expect, it } from 'vitest';
import { Machine, programImage } from '../exec/machine.js';
import type { MacroLoop } from '../exec/program.js';
import { compileProgram } from './compile.js';
import { machine, PLAIN, program, run } from './testing/run.js';
import { typedUnit } from './testing/typed-unit.js';

describe('coverage', () => {
  const text = `#define TWICE(x) do { \\
    count += (x); \\
    count += (x); \\
  } while (0)
static int count;
static int never(void)
{
  return 1;
}
int test(int n)
{
  if (n > 3)
    TWICE(n);
  else
    count = ({ int a = n; if (a) a = 9; a; });
  for (int i = 0; i < n; i++) {
    count++;
    continue;
  }
  switch (n) {
  case 1:
    return never();
  default:
    break;
  }
  return count;
}`;

  async function covered(n: number): Promise<string[]> {
    const made = await program(text, { cover: () => true });
    const m = new Machine(programImage(made));
    expect(m.call('test', [n]).kind).toBe('returned');
    const ran = m.coverage();
    const lines = made.coverSites.flatMap((site, at) => (ran[at] === 1 ? site.lines : []));
    const numbers = new Set(lines.map((line) => Number(line.split(':')[1])));
    m.clearCoverage();
    expect(m.coverage().every((byte) => byte === 0)).toBe(true);
    return [...numbers].sort((a, b) => a - b).map(String);
  }

  it('marks the lines that ran', async () => {
    expect((await covered(0)).join(' ')).toBe('10 11 12 14 15 16 20 23 24 26 27');
  });
  it('counts the text of a macro and the line that uses it', async () => {
    // 15 holds the other arm: not run
    expect((await covered(4)).join(' ')).toBe('1 2 3 4 10 11 12 13 14 16 17 18 19 20 23 24 26 27');
  });
  it('follows calls', async () => {
    expect(await covered(1)).toEqual(expect.arrayContaining(['6', '7', '8', '21', '22']));
  });
  it('puts sites only where it is asked to', async () => {
    const made = await program(text, { cover: (token) => token.line === 24 });
    expect(made.coverSites.map((site) => site.lines)).toEqual([['unit0.c:24']]);
  });
});

describe('outcomes of conditions', () => {
  const text = `#define ODD(x) (x & 1 && x > 0)
int test(int n)
{
  int more = n > 2 && n != 5;
  if (more || ODD(n))
    more = n ? 2 : 3;
  while (more-- > 1)
    n = !n ?: 4;
  switch (n & 7) {
  case 1:
  case 4: n++;
  }
  return 0 && n;
}`;

  async function outcomes(n: number, cover = (line: number) => line > 1): Promise<string[][]> {
    const made = await program(text, { cover: ({ line }) => cover(line) });
    const m = new Machine(programImage(made));
    expect(m.call('test', [n]).kind).toBe('returned');
    const ran = m.coverage();
    const named = made.coverSites.map(({ branch }, at) => ({ branch, ran: ran[at] === 1 }));
    return [true, false].map((whether) =>
      named.flatMap((each) =>
        each.ran === whether && each.branch !== null ? [each.branch.replace('unit0.c:', '')] : [],
      ),
    );
  }

  it('are noted apart for each operand, case and macro', async () => {
    const [seen, others] = await outcomes(4);
    expect(seen).toEqual([
      '4:14 true: n > 2',
      '4:23 true: n != 5',
      '5:7 true: more',
      '6:12 true: n',
      '7:10 true: more-- > 1',
      '7:10 false: more-- > 1',
      '8:9 false: !n',
      '11:3 taken: case 4:',
    ]);
    expect(others).toEqual([
      '4:14 false: n > 2',
      '4:23 false: n != 5',
      '5:7 false: more',
      '5:15 true: if (more || ODD(n))',
      '5:15 false: if (more || ODD(n))',
      '5:15 true: if (more || ODD(n))',
      '5:15 false: if (more || ODD(n))',
      '6:12 false: n',
      '8:9 true: !n',
      '10:3 taken: case 1:',
      '9:11 otherwise: n & 7',
    ]);
  });
  it('do not come from the case above, and none of the cases is one', async () => {
    const [one] = await outcomes(-7);
    expect(one).toContain('10:3 taken: case 1:');
    expect(one).not.toContain('11:3 taken: case 4:');
    expect((await outcomes(0))[0]).toContain('9:11 otherwise: n & 7');
  });
  it('are noted on the covered lines alone', async () => {
    const [seen, others] = await outcomes(4, (line) => line === 7);
    expect(seen).toEqual(['7:10 true: more-- > 1', '7:10 false: more-- > 1']);
    expect(others).toEqual([]);
  });
});

describe('loops under a macro', () => {
  const text = `
unsigned long zaps, others;
static int next(int i) { return i + 1; }
static int odd(int i) { return i & 1; }
#define for_each(i, n) for (i = 0; i < (n); i = next(i))
#define for_each_odd(i, n) for_each(i, n) if (!odd(i)) { } else
#define for_each_even(i, n) for_each(i, n) if (odd(i)) continue; else
int test(int n)
{
  int i, sum = 0;
  for_each(i, n) sum++;
  for_each_odd(i, n) {
    if (i == 3)
      continue;
    sum++;
  }
  for_each_even(i, n)
    sum++;
  for (i = 0; i < n; i++)
    sum++;
  return sum;
}`;

  it('are counted where the body that was written under them begins', async () => {
    const loops: MacroLoop[] = [];
    const m = await machine(text, {
      exportedGlobals: ['zaps', 'others'],
      loopCounter: (loop) => {
        loops.push(loop);
        return loop.macros[0] === 'for_each_odd' ? 'zaps' : 'others';
      },
    });
    m.call('test', [10]);
    expect(loops.map((loop) => [loop.macros, loop.function, loop.stepCalls])).toEqual([
      [['for_each'], 'test', ['next']],
      [['for_each_odd', 'for_each'], 'test', ['next']],
      [['for_each_even', 'for_each'], 'test', ['next']],
    ]);
    expect(m.readU64(m.address('zaps'))).toBe(5n);
    expect(m.readU64(m.address('others'))).toBe(15n);
  });
});

describe('scopes', () => {
  it('are entered and left on every way', async () => {
    const text = `
unsigned long log;
void enter(int id) { log = log * 10 + id; }
void leave(int id) { log = log * 10 + id + 5; }
static int inner(int n) { if (n) return 1; for (;;) { if (n++ > 2) goto out; } out: return n; }
static void outer(int n) { inner(n); if (n) return; inner(1); }
int test(int n) { outer(n); return 0; }`;
    const m = await machine(text, {
      exportedGlobals: ['log'],
      scopes: {
        enter: 'enter',
        leave: 'leave',
        functions: new Map([
          ['inner', 1],
          ['outer', 2],
        ]),
      },
    });
    m.call('test', [0]);
    expect(m.readU64(m.address('log'))).toBe(216167n);
  });
});

describe('linking', () => {
  it('finds names across units, keeps static ones apart, and prefers strong definitions', async () => {
    const outcome = await run([
      `extern int shared; int other(void); static int mine(void) { return 1; }
       int tentative; __attribute__((weak)) int choice(void) { return 100; }
       extern int absent(void) __attribute__((weak));
       int test(void) { return mine() + 10 * other() + shared + tentative + choice() + (absent ? 5000 : 0); }`,
      `int shared = 300; int tentative = 4000; static int mine(void) { return 2; }
       int other(void) { return mine(); } int choice(void) { return 70000; }`,
    ]);
    expect(outcome).toEqual({ kind: 'returned', value: 74321n });
  });

  it('says of every missing name where it is used', async () => {
    const unit = typedUnit(
      'a.c',
      `int one(void); extern long two; void three(void);
int unused(void) { three(); return 0; }
int test(void) {
  return one() + one()
    + two;
}`,
    );
    const made = await compileProgram([unit], PLAIN);
    expect(made.ok).toBe(false);
    if (made.ok) return;
    expect(made.error.map((each) => [each.message, each.at?.line])).toEqual([
      ["'one' is called but has no body in any unit; a model must supply it", 4],
      ["'two' is used but defined in no unit; a model must supply it", 5],
    ]);
  });

  it('passes on what the checker says of every function', async () => {
    const unit = typedUnit(
      'a.c',
      `static int f(void) { return unknown; }
static int g(void) { return neither; }
int test(void) { return f() + g(); }`,
    );
    const made = await compileProgram([unit], PLAIN);
    if (made.ok) throw new Error('it must not compile');
    expect(made.error.map((each) => each.at?.line)).toEqual([1, 2]);
  });

  it('refuses more static bytes than a machine should hold, and names the object', async () => {
    const unit = typedUnit(
      'a.c',
      `static char most[60000000], more[8000000];
int test(int n) { return most[n] + more[n]; }`,
    );
    const made = await compileProgram([unit], PLAIN);
    if (made.ok) throw new Error('it must not compile');
    expect(made.error).toMatchObject([{ code: 'limit', at: { line: 1 } }]);
    expect(made.error[0]?.message).toContain("'more' (8000000 bytes)");
  });

  it('refuses a frame that no memory holds', async () => {
    const unit = typedUnit('a.c', 'int test(long n) { int x[4294967296]; x[n] = 1; return x[n]; }');
    const made = await compileProgram([unit], PLAIN);
    if (made.ok) throw new Error('it must not compile');
    expect(made.error).toMatchObject([
      { code: 'limit', message: "the variables of 'test' take 17179869184 bytes of stack" },
    ]);
  });

  it('refuses two definitions of one name', async () => {
    const units = [
      'int f(void) { return 1; } int test(void) { return f(); }',
      'int f(void) { return 2; }',
    ];
    const made = await compileProgram(
      units.map((text, at) => typedUnit(`${at}.c`, text)),
      PLAIN,
    );
    if (made.ok) throw new Error('it must not compile');
    expect(made.error[0]?.message).toBe("'f' is defined in two units");
  });
});

describe('the machine', () => {
  const text = `
extern char __pc_heap[];
int counter = 7; static long table[3] = { 1, 2, 3 };
long test(long n) { long *heap = (long *)__pc_heap; long before = counter * 1000 + table[1] * 100 + heap[3];
  counter++; table[1] = n; heap[3] = n; return before; }`;

  it('begins anew after a reset, whatever happened before', async () => {
    const m = await machine(text, { exportedGlobals: ['counter', '__pc_heap'] });
    expect(m.call('test', [5n])).toEqual({ kind: 'returned', value: 7200n });
    expect(m.call('test', [6n])).toEqual({ kind: 'returned', value: 8505n });
    m.reset(64);
    expect(m.call('test', [6n])).toEqual({ kind: 'returned', value: 7200n });
    expect(m.readU32(m.address('counter'))).toBe(8);
    expect(m.readU64(m.address('__pc_heap') + 24n)).toBe(6n);
  });

  it('runs a copy of its image, as a worker thread gets it', async () => {
    const image = structuredClone(programImage(await program(text)));
    expect(new Machine(image).call('test', [5n])).toEqual({ kind: 'returned', value: 7200n });
  });

  it('makes the same bytes of the same text', async () => {
    const [a, b] = await Promise.all([program(text), program(text)]);
    expect(Buffer.compare(Buffer.from(a?.wasm ?? []), Buffer.from(b?.wasm ?? []))).toBe(0);
  });

  it('returns integers by their own sign', async () => {
    const value = async (body: string): Promise<unknown> => {
      const outcome = await run(body);
      return outcome.kind === 'returned' ? outcome.value : outcome.kind;
    };
    expect(await value('unsigned test(void) { return -1; }')).toBe(4294967295n);
    expect(await value('int test(void) { return -1; }')).toBe(-1n);
    expect(await value('void *test(void) { return (void *)-2l; }')).toBe(0xffff_ffff_ffff_fffen);
    expect(await value('double test(void) { return 1.5; }')).toBe(1.5);
    expect(await value('void test(void) { }')).toBe(null);
    expect(await value('_Bool test(void) { return 2; }')).toBe(1n);
  });

  it('stops at the fuel that it is given, and goes on with the next run', async () => {
    const m = await machine('long test(long n) { long i = 0; while (i < n) i++; return i; }');
    expect(m.call('test', [1000n], 100n).kind).toBe('out-of-fuel');
    expect(m.call('test', [1000n], 2000n)).toEqual({ kind: 'returned', value: 1000n });
    expect(m.fuelLeft).toBe(999n);
  });
});

describe('what a line waits for', () => {
  const text = `int test(int n, int m)
{
  int sum = 0;
  for (int i = 0; i < n; i++) {
    if (i == 3)
      continue;
    sum += i;
    if (m && i == 5)
      goto out;
    sum++;
  }
  if (m < 0)
    return 1;
  switch (m) {
  case 7:
    sum = 7;
    break;
  default:
    while (n == 9)
      ;
  }
  return sum;
out:
  return n;
}`;

  it('are the outcomes that decide about it, jumps and returns included', async () => {
    const made = await program(text, { cover: () => true });
    const needsOf = (line: number): string[] => {
      const site = made.coverSites.find(({ lines }) => lines.includes(`unit0.c:${String(line)}`));
      return (site?.needs ?? [-1])
        .map((at) => made.coverSites[at]?.branch?.replace('unit0.c:', '') ?? '?')
        .sort();
    };
    expect(needsOf(3)).toEqual([]);
    expect(needsOf(6)).toEqual(['5:9 true: i == 3']);
    expect(needsOf(7)).toEqual(['5:9 false: i == 3']);
    expect(needsOf(9)).toEqual(['8:14 true: i == 5']);
    expect(needsOf(10)).toEqual(['8:14 false: i == 5', '8:9 false: m']);
    expect(needsOf(12)).toEqual(['4:19 false: i < n']);
    expect(needsOf(13)).toEqual(['12:7 true: m < 0']);
    expect(needsOf(14)).toEqual(['12:7 false: m < 0']);
    expect(needsOf(16)).toEqual(['15:3 taken: case 7:']);
    expect(needsOf(24)).toEqual(['8:14 true: i == 5']);
  });

  it('is known of conditions too', async () => {
    const made = await program(text, { cover: () => true });
    const outcome = made.coverSites.find(({ branch }) => branch?.endsWith('8:14 true: i == 5'));
    expect(outcome?.needs.map((at) => made.coverSites[at]?.branch)).toEqual([
      'unit0.c:8:9 true: m',
    ]);
  });
});
