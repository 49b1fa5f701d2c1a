/** Lowering and inlining as text: what the form looks like, and that what ought to fold does. */
import { describe, expect, it } from 'vitest';
import type { TypedUnit } from '../c/typed.js';
import { PLAIN } from '../wasm/testing/run.js';
import { typedUnit } from '../wasm/testing/typed-unit.js';
import { link } from '../wasm/link.js';
import { inlineCalls } from './inline.js';
import type { IrFunction } from './ir.js';
import { printIr } from './print.js';

function lowered(text: string): readonly IrFunction[] {
  const unit: TypedUnit = typedUnit('a.c', text);
  const program = link([unit], PLAIN);
  if (!program.ok) throw new Error(program.error.map((each) => each.message).join('\n'));
  return program.value.functions;
}

function ir(text: string, name = 'test'): string {
  const fn = lowered(text).find((each) => each.symbol === name);
  return fn === undefined ? '' : printIr(fn);
}

describe('lowering', () => {
  it('folds member offsets and constant indices into the access', () => {
    const text = ir(`struct in { int a[4]; long b; }; struct out { char c; struct in i[3]; };
long test(struct out *p) { return p->i[1].a[2] + p->i[2].b; }`);
    expect(text).toBe(`function test(%0 i64) i64
b0:
  return i64.add(i64.extend_s(i32.load32[%0+40]), i64.load64[%0+72])
`);
  });

  it('keeps scalars in locals and what is pointed to in the frame', () => {
    const text = ir(
      `void use(int *p) { *p = 3; } int test(int a) { int b = a; int c = 2; use(&b); return b + c; }`,
    );
    expect(text).toBe(`function test(%0 i32) i32
  $0 b: 4 bytes, align 4
b0:
  enter $0
  store32 [$0] = %0
  %1 = 2
  call use(&$0)
  return i32.add(i32.load32[$0], %1)
`);
  });

  it('computes an operand before its neighbour acts', () => {
    const text = ir(`int f(void) { return 1; } int g; int test(void) { return g + f(); }`);
    expect(text).toBe(`function test() i32
b0:
  %0 = i32.load32[g]
  %1 = call f()
  return i32.add(%0, %1)
`);
  });

  it('checks a shift count that is not known, and only that', () => {
    const text = ir('int test(int a, int n) { return (a << 3) + (a >> (n & 31)) + (a << n); }');
    expect(text.match(/trap bad-shift/g)).toHaveLength(1);
  });

  it('leaves out what constants decide against', () => {
    const text = ir(
      `void nowhere(void); int test(int n) { if (0) nowhere(); return 0 && n ? 1 : 2; }`,
    );
    expect(text).toBe('function test() i32\nb0:\n  return 2\n'.replace('()', '(%0 i32)'));
  });

  it('divides by powers of two without dividing', () => {
    const text = ir(
      `unsigned long test(unsigned long a, unsigned b) { return a / 4096 + b % 8 + a / (1ul << 63) + b / 3; }`,
    );
    expect(text).toContain('i64.shr_u(%0, 12)');
    expect(text).toContain('i32.and(%1, 7)');
    expect(text).toContain('i64.shr_u(%0, 63)');
    expect(text).toContain('i32.div_u(%1, 3)');
  });

  it('makes a table of dense cases', () => {
    const text = ir(
      `int test(int n) { switch (n) { case 3: return 1; case 4: return 7; case 5: return 9; case 7: return 2; } return 0; }`,
    );
    expect(text).toContain('table i32.add(%1, -3): b');
  });
});

describe('inlining', () => {
  const text = `
struct iter { long at; int level; };
static int is_last(int level, long spte) { return level == 1 || (spte & 128); }
static void next(struct iter *i) { i->at += 8; i->level = 1; }
static int twice(int n) { return n < 2 ? n : twice(n - 1) + twice(n - 2); }
long test(long spte) { struct iter i = { 0 }; next(&i); return is_last(1, spte) ? i.at + twice(3) : 77; }`;

  const functions = inlineCalls(lowered(text), {
    kept: new Set(['test']),
    recursive: new Set(['twice@0']),
    never: new Set(),
    objectSize: () => 0,
  });

  it('removes what was called once and leaves recursion alone', () => {
    expect(functions.map((fn) => fn.symbol)).toEqual(['test', 'twice@0']);
  });

  it('turns accesses through a known address into direct ones, and decides tests on constants', () => {
    const test = functions[0];
    const printed = test === undefined ? '' : printIr(test);
    expect(printed).toContain('store64 [$0] = ');
    expect(printed).toContain('store32 [$0+8] = 1');
    expect(printed).not.toContain('77');
  });
});
