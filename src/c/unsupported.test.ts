/**
 * The list of what is not translated: that the documentation has the same one, and that each entry is the diagnostic of a text, with
 * file, line, column and caret. What is not in the list is tested where it is translated (test/semantics).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderDiagnostic } from '../report/diagnostic-text.js';
import { INT_TYPES } from './check/basic-types.js';
import { NODE_NAMES, plainBuiltin } from './check/builtins.js';
import { spelled } from './spell-type.js';
import { link } from '../wasm/link.js';
import { PLAIN } from '../wasm/testing/run.js';
import { typedUnit } from '../wasm/testing/typed-unit.js';
import { UNSUPPORTED, unsupportedMessage, type UnsupportedConstruct } from './unsupported.js';

/** A text, `here` before the place of the diagnostic, and the detail that it names. */
const EXAMPLES: Readonly<
  Record<UnsupportedConstruct, readonly { readonly text: string; readonly detail?: string }[]>
> = {
  asm: [
    {
      text: 'int test(void) { here asm volatile("cli" : : : "memory"); return 0; }',
      detail: '"cli"',
    },
    {
      text: 'int test(void) { int x; asm("" : "=r"(here x)); return x; }',
      detail: '"" leaves an output without a value',
    },
  ],
  complex: [
    { text: 'int test(void) { here _Complex double z = 1; return 0; }' },
    { text: 'int test(void) { return (int)(here 2.0i * 2.0i); }', detail: '2.0i' },
  ],
  vector: [
    {
      text: 'typedef int four __attribute__((vector_size(16))); int test(void) { four v = here { 1 }; return v[0]; }',
    },
  ],
  'machine-mode': [
    {
      text: 'typedef int four __attribute__((here mode(V4SI))); int test(void) { four v; return sizeof(v); }',
      detail: "V4SI of 'int'",
    },
  ],
  'decimal-float': [
    { text: 'int test(void) { here _Decimal64 d = 1; return d != 1; }', detail: '_Decimal64' },
  ],
  'long-double-range': [{ text: 'int test(void) { return here 1e4000L > 1; }', detail: '1e4000L' }],
  'atomic-qualifier': [{ text: 'here _Atomic int x; int test(void) { return x++; }' }],
  'nested-function': [
    {
      text: 'int test(void) { here int twice(int x) { return 2 * x; } return twice(2); }',
      detail: 'twice',
    },
  ],
  'forward-parameter': [{ text: 'int test(int n here ; int a[n], int n) { return a[n - 1]; }' }],
  'record-variable-length': [
    { text: 'int test(void) { int n = 3; struct { here int a[n]; } s; return sizeof(s); }' },
  ],
  'storage-order': [
    {
      text: 'here struct __attribute__((scalar_storage_order("big-endian"))) s { int a; }; int test(void) { struct s x = { 1 }; return x.a; }',
    },
  ],
  'bracket-attribute': [
    {
      text: 'int test(int x) { switch (x) { case 1: x = 2; here [[fallthrough]]; default: return x; } }',
    },
  ],
  'global-register': [
    {
      text: 'register unsigned long here sp asm("rsp"); int test(void) { return sp != 0; }',
      detail: 'sp',
    },
  ],
  'late-binding': [
    {
      text: 'static void *pick(void) { return 0; } int late(void) __attribute__((here ifunc("pick"))); int test(void) { return late(); }',
      detail: 'late',
    },
  ],
  builtin: [
    {
      text: 'int test(void) { return here __builtin_va_arg_pack_len(); }',
      detail: '__builtin_va_arg_pack_len',
    },
    {
      text: 'int test(void) { return here __builtin_convertvector(1, int); }',
      detail: '__builtin_convertvector',
    },
    {
      text: 'int test(int *p) { return here __atomic_no_such(p, 5); }',
      detail: '__atomic_no_such',
    },
  ],
};

function refusals(text: string): readonly string[] {
  const linked = link([typedUnit('a.c', text)], PLAIN);
  return linked.ok ? [] : linked.error.map((problem) => renderDiagnostic(problem).join('\n'));
}

describe('each construct that is not translated is named at its place', () => {
  const all = Object.entries(EXAMPLES).flatMap(([construct, examples]) =>
    examples.map((each) => ({ ...each, construct: construct as UnsupportedConstruct })),
  );
  it.each(all)('$construct: $text', ({ construct, text, detail }) => {
    const column = text.indexOf('here ') + 1;
    expect(column).toBeGreaterThan(0);
    const source = `\n${text.replace('here ', '')}\n`;
    const [first = '', ...others] = refusals(source);
    expect(others).toEqual([]);
    const lines = first.split('\n');
    expect(lines[0]).toBe(
      `a.c:2:${column}: error: not supported: ${unsupportedMessage(construct, detail)}`,
    );
    expect(lines[1]).toBe(`     2 | ${source.trim()}`);
    expect(lines[2]).toMatch(new RegExp(`^ {6} \\| {${column}}\\^+$`));
  });
});

it('a builtin that the checker knows is lowered', () => {
  expect(NODE_NAMES.length).toBeGreaterThan(60);
  const refused = NODE_NAMES.filter((name) => {
    const type = plainBuiltin(name, INT_TYPES.char)?.type;
    if (type === undefined) return true;
    // what asks for a constant gets one
    const asks = name === 'frame_address' || name === 'return_address';
    const params = type.params.map((each, i) => `${spelled(each)} a${i}`).join(', ');
    const args = type.params.map((_, i) => (asks ? '0' : `a${i}`)).join(', ');
    const text = `void test(${params}) { __builtin_${name}(${args}); }`;
    return refusals(text).some((each) => each.includes(UNSUPPORTED.builtin));
  });
  expect(refused).toEqual([]);
});

it('nothing is refused as not supported by another way than the list', () => {
  const root = join(import.meta.dirname, '..');
  const sayers = ['c', 'ir'].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .filter((file) => readFileSync(join(root, room, file), 'utf8').includes("'unsupported'"))
      .map((file) => `${room}/${file}`),
  );
  expect(sayers.sort()).toEqual([
    'c/check/dead-code.ts', // asks for the code
    'c/check/unit-state.ts',
    'c/parse/normaliser.ts',
    'c/unsupported.ts', // says so in its comment
  ]);
});

it('the documentation has the same list', () => {
  const text = readFileSync(join(import.meta.dirname, '../../ARCHITECTURE.md'), 'utf8');
  const section = text.slice(text.indexOf('## C that is not translated'));
  const rows = [...section.matchAll(/^\| `([\w-]+)` +\| (.*?) +\|$/gm)].map(([, key, says]) => [
    key,
    says?.replaceAll('\\_', '_'),
  ]);
  expect(rows).toEqual(Object.entries(UNSUPPORTED));
});
