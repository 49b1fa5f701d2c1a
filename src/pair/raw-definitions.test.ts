import { describe, expect, it } from 'vitest';
import { meaningOf, rawDefinitions } from './raw-definitions.js';
import { kernelTrees } from '../c/preprocess/testing/kernel-trees.js';

const SOURCE = `/* a comment { */
#include <x.h>
#define ONE 1
#define TWO(a) \\
	do { if (a) one(); } while (0)
struct pair {
	int a;
};
static struct pair table[] = {
	{ .a = 1 }, /* } */
};
static __printf(1, 2) bool
over_lines(const char *format,
	   int (*call)(int), ...)
{
	const char *brace = "{";
#ifdef CONFIG_X
	if (call) {
#else
	if (!call) {
#endif
		return ONE;
	}
	return brace[0] == '{';
}
int declared(int x);
static inline void one_line(void) { declared(1); }
static int FNAME(walk)(struct pair *p) __must_hold(&lock)
{
	return p->a;
}
typedef struct { int x; } anonymous;
`;

describe('definitions of a raw source', () => {
  it('are functions, macros and types, with their lines', () => {
    const found = rawDefinitions(SOURCE).map(
      ({ kind, name, firstLine, lastLine }) => `${kind} ${name} ${firstLine}-${lastLine}`,
    );
    expect(found).toEqual([
      'macro ONE 3-3',
      'macro TWO 4-5',
      'type struct pair 6-8',
      'function over_lines 12-25',
      'function one_line 27-27',
      'function FNAME(walk) 28-31',
    ]);
  });

  it('mention what they use, and nothing of comments and strings', () => {
    const over = rawDefinitions(SOURCE).find(({ name }) => name === 'over_lines');
    expect(over?.mentions.has('ONE')).toBe(true);
    expect(over?.mentions.has('comment')).toBe(false);
  });

  it('are equal when comments and layout alone differ', () => {
    const a = 'int f(int x)\n{\n\treturn x + 1; /* one */\n}\n';
    const b = '// new\nint f(int x) {\n\n\treturn x+1;\n}\n';
    expect(rawDefinitions(a)[0]?.text).toBe(rawDefinitions(b)[0]?.text);
    expect(meaningOf(a)).toBe(meaningOf(b));
    expect(meaningOf(a)).not.toBe(meaningOf(a.replace('1', '2')));
    expect(meaningOf('return x;')).not.toBe(meaningOf('returnx;'));
  });
});

const tree = kernelTrees['6.12'];
describe.skipIf(tree === null)('definitions of Linux 6.12', () => {
  // ctags-like oracles are not at hand: in kernel style a function's body is what stands between braces in column 0.
  it.each(['arch/x86/kvm/mmu/mmu.c', 'virt/kvm/kvm_main.c', 'arch/x86/kvm/mmu/tdp_mmu.c'])(
    '%s: a function for every body in column 0',
    (path) => {
      const text = tree?.read(path) ?? '';
      const bodies = text.match(/\)[^;={}]*\n\{\n/g) ?? [];
      const functions = rawDefinitions(text).filter(({ kind }) => kind === 'function');
      expect(
        functions.filter(({ firstLine, lastLine }) => lastLine > firstLine + 1).length,
      ).toBeGreaterThanOrEqual(bodies.length);
      expect(functions.map(({ name }) => name)).not.toContain('if');
    },
  );
});
