/** What is printed of a module is the module: binaryen reads the text and the bytes to the same instructions. */
import binaryen from 'binaryen';
import { describe, expect, it } from 'vitest';
import type { ModuleKind } from '../../exec/program.js';
import { TICK } from '../../exec/program.js';
import { program } from '../testing/run.js';
import { siteArguments } from '../site-arguments.js';
import { printFunction } from './print-function.js';
import { readModule } from './read-module.js';

const TEXT = `
struct s { int a : 5; unsigned long b; double d; float f; };
static int twice(int x) { return 2 * x; }
static int thrice(int x) { return 3 * x; }
static int (*const table[])(int) = { twice, thrice };
static unsigned __int128 wide(unsigned __int128 a, unsigned long b) { return a / b * a; }
static long recursive(long n) { return n <= 0 ? 1 : n * recursive(n - 1); }
static double mixed(struct s *p, float f) { p->f = f * -0.0f; p->d += 1e300; return (int)p->f + p->d; }
int test(int n, char *text) {
  struct s here = { .a = n, .b = 1ull << 63 };
  struct s copies[2] = { here, here };
  char vla[n + 1];
  __builtin_memset(vla, n, n);
  __builtin_memcpy(text, vla, n);
  switch (n) { case 0: return 1; case 1: n = 7; case 2: n += 3; break; case 3: goto out; case 90: return 4; default: break; }
  for (int i = 0; i < n && text[i]; i++) { if (i == 3) continue; n -= table[i & 1](i); }
  while (n --> 0) if (text[n] == 'x') break;
out:
  copies[n & 1].a = (short)n;
  return (int)wide(n, 3) + (int)recursive(n) + (int)mixed(&copies[0], n) + copies[1].a + (n ? vla[0] : 2);
}`;

/** Through binaryen's own encoder, which groups locals by type and drops what is never reached. */
const shown = (read: binaryen.Module): string => {
  read.setFeatures(binaryen.Features.All);
  const module = binaryen.readBinary(read.emitBinary());
  read.dispose();
  module.setFeatures(binaryen.Features.All);
  expect(module.validate()).toBe(1);
  const text = module.emitText();
  module.dispose();
  return text.slice(text.indexOf('\n (func')).replace(/\(type \$\S+\)/g, '');
};

describe('the printed functions of a module', () => {
  it.each<ModuleKind>(['fast', 'checked', 'tracking', 'inspectable'])('%s', async (kind) => {
    const { wasm } = await program(TEXT, { kind });
    const module = readModule(wasm);
    const sites = siteArguments();
    const argument = (callee: string, at: number): string | null =>
      sites.get(callee) === at ? 'a place' : null;
    const texts = module.functions.flatMap((fn) =>
      fn.body === null ? [] : [printFunction(fn, module, { argument })],
    );
    expect(texts.length).toBeGreaterThan(10);
    expect(texts.join('')).toContain('(; a place ;)');
    const whole = `(module
      ${module.functions.some(({ symbol }) => symbol === TICK) ? `(import "machine" "${TICK}" (func $${TICK} (param i32)))` : ''}
      (memory 1 1) (table 1 1 funcref)
      ${texts.join('')})`;
    const plain = (text: string): string => text.replace(/^ \(export.*$/gm, '').trimEnd();
    const [first, second] = [
      shown(binaryen.parseText(whole)),
      shown(binaryen.readBinary(wasm)),
    ].map((text) => plain(text.replace(/\$[^\s()]+/g, '$')));
    expect(first?.length).toBeGreaterThan(5000);
    expect(first).toBe(second);
  });

  it('know which argument of the run-time support is a place', () => {
    const sites = siteArguments();
    expect(sites.get('pc.trap')).toBe(1);
    expect(sites.get('pc.check')).toBe(3);
    expect(sites.get('pc.high')).toBeUndefined();
  });
});
