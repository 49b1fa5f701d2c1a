import { describe, expect, it } from 'vitest';
import { dumpProgram, hasGcc, readDump, runWithGcc } from './testing/gcc.js';
import { Random } from './testing/random.js';
import { unitOf } from './testing/unit-of.js';

const TYPES = [
  '_Bool',
  'char',
  'signed char',
  'unsigned char',
  'short',
  'unsigned short',
  'int',
  'unsigned',
  'long',
  'unsigned long',
  'long long',
  'unsigned long long',
  '__int128',
  'unsigned __int128',
  'float',
  'double',
  'long double',
];
const INTEGER_TYPES = TYPES.slice(0, 14);
const POINTERS = [
  'void *',
  'const void *',
  'int *',
  'const int *',
  'char *',
  'const char *',
  'struct s *',
  'int (*)[3]',
  'int (*)(void)',
];

const PREAMBLE = `
enum small { SMALL, SMALL_2 = 7 };
enum negative { MINUS = -3, PLUS = 5 };
enum big { BIG = 0x80000000, BIGGER = 0xffffffff };
enum huge { HUGE_ = 0x100000000, LESS = 1 };
enum wide { WIDE_MINUS = -1, WIDE = 0xffffffff };
struct s {
  int i : 7; unsigned u : 7; unsigned u32 : 32; int i32 : 32; unsigned long w33 : 33; long s40 : 40; unsigned long w64 : 64;
  _Bool b : 1; enum small e : 4; enum negative n : 5; char c : 3; short h : 9; unsigned long w5 : 5;
  int array[3]; const int k; int *p; const volatile char *q;
} s, *ps;
char c; signed char sc; unsigned char uc; short h; unsigned short uh; int i; unsigned u; long l; unsigned long ul;
long long ll; unsigned long long ull; __int128 x; unsigned __int128 ux; float f; double d; long double ld; _Bool b;
enum small es; enum negative en; enum big eb; enum huge eh; enum wide ew;
const int ci = 4; int array[3]; int matrix[2][3]; const char text[] = "text"; int fn(void);
void *vp; const void *cvp; int *ip; const int *cip; char *cp; const char *ccp;
`;

const NUMBERS = [
  '0',
  '1',
  '7',
  '0x7fffffff',
  '0x80000000',
  '0xffffffff',
  '2147483648',
  '4294967295',
  '4294967296',
  '0x7fffffffffffffff',
  '0x8000000000000000',
  '1u',
  '1l',
  '1ul',
  '1ll',
  '1ull',
  '0777',
  '0b1011',
  "'a'",
  "'\\xff'",
  "L'a'",
  "u'a'",
  "U'a'",
  '100LU',
  '5Ull',
];

class ExpressionWriter {
  constructor(
    private readonly random: Random,
    private readonly leaves: readonly string[],
  ) {}

  integer(depth: number): string {
    const { random } = this;
    if (depth === 0) return random.pick(this.leaves);
    const a = (): string => this.integer(depth - 1);
    switch (random.below(12)) {
      case 0:
        return `(${random.pick(INTEGER_TYPES)})(${a()})`;
      case 1:
        return `${random.pick(['-', '~', '+', '!'])}(${a()})`;
      case 2:
        return `((${a()}) ? (${a()}) : (${a()}))`;
      case 3:
        return `((${a()}) ${random.pick(['<', '<=', '>', '>=', '==', '!=', '&&', '||'])} (${a()}))`;
      case 4:
        return `((${a()}) ${random.pick(['<<', '>>'])} ${random.below(15)})`;
      case 5:
        return `((${a()}) ${random.pick(['/', '%'])} ${random.pick(['3', '7u', '5l', '9ul', '(short)4', '11ll'])})`;
      case 6:
        return `sizeof(+(${a()}))`;
      default:
        return `((${a()}) ${random.pick(['+', '-', '*', '&', '|', '^'])} (${a()}))`;
    }
  }
}

function selection(expression: string): string {
  const cases = [...TYPES, ...POINTERS].map((type, i) => `${type}: ${i + 1}`).join(', ');
  return `_Generic((${expression}), ${cases}, default: 0)`;
}

function compare(text: string, names: readonly string[], shown: ReadonlyMap<string, string>): void {
  // The kernel is built with -fwrapv; signed overflow has a value.
  const expected = readDump(runWithGcc(dumpProgram(text, names), ['-fwrapv']));
  const unit = unitOf(text, { unsignedChar: false, shortWchar: false });
  for (const name of names) {
    const global = unit.global(name);
    if (!global.ok) throw new Error(`${global.error.message}: ${shown.get(name) ?? name}`);
    const bytes = Buffer.from(
      global.value.init?.bytes ?? new Uint8Array((expected.get(name) ?? '').length / 2),
    ).toString('hex');
    expect(`${bytes} ${shown.get(name) ?? name}`).toBe(
      `${expected.get(name) ?? ''} ${shown.get(name) ?? name}`,
    );
  }
}

describe.skipIf(!hasGcc)('expressions, against gcc', () => {
  it.each([1, 2, 3])('values and types of constant expressions (seed %i)', (seed) => {
    const enumerators = [
      'SMALL',
      'SMALL_2',
      'MINUS',
      'PLUS',
      'BIG',
      'BIGGER',
      'HUGE_',
      'LESS',
      'WIDE',
      'WIDE_MINUS',
    ];
    const writer = new ExpressionWriter(new Random(seed), [...NUMBERS, ...enumerators]);
    let text = PREAMBLE;
    const names: string[] = [];
    const shown = new Map<string, string>();
    for (let n = 0; n < 400; n++) {
      const expression = writer.integer(1 + (n % 4));
      text += `__int128 v${n} = ${expression};\nint t${n} = ${selection(expression)};\n`;
      names.push(`v${n}`, `t${n}`);
      shown.set(`v${n}`, expression);
      shown.set(`t${n}`, `type of ${expression}`);
    }
    compare(text, names, shown);
  });

  it.each([1, 2, 3])('types of expressions on objects (seed %i)', (seed) => {
    const leaves = [
      'c',
      'sc',
      'uc',
      'h',
      'uh',
      'i',
      'u',
      'l',
      'ul',
      'll',
      'ull',
      'x',
      'ux',
      'b',
      'es',
      'en',
      'eb',
      'eh',
      'ew',
      'ci',
      's.i',
      's.u',
      's.u32',
      's.i32',
      's.w33',
      's.s40',
      's.w64',
      's.b',
      's.e',
      's.n',
      's.c',
      's.h',
      's.w5',
      'ps->w33',
      'array[1]',
      '(c = 1)',
      'i++',
      '--s.w33',
      '(s.u = 3)',
      '(s.s40 += 1)',
      '(s.w64, s.u)',
      '({ short q = 1; q; })',
      '({ s.w33; })',
    ];
    const writer = new ExpressionWriter(new Random(seed * 31), leaves);
    let text = `${PREAMBLE}void function(void) {\n`;
    const shown = new Map<string, string>();
    const names: string[] = [];
    let after = '';
    for (let n = 0; n < 400; n++) {
      // A bit-field itself has a type of its own to gcc's _Generic.
      const expression = `+(${writer.integer(n % 4)})`;
      text += `  enum { t_${n} = ${selection(expression)} };\n  static int t${n} = t_${n}; p${n} = &t${n};\n`;
      after += `int *p${n};\n`;
      names.push(`t${n}`);
      shown.set(`t${n}`, `type of ${expression}`);
    }
    text += '}\n';
    const prints = names
      .map((name) => `  printf("${name} %d\\n", *${name.replace('t', 'p')});`)
      .join('\n');
    const program = `${after}${text}int printf(const char *, ...);\nint main(void) { function();\n${prints}\n return 0; }\n`;
    const expected = readDump(runWithGcc(program, ['-fwrapv']));
    const unit = unitOf(after + text, { unsignedChar: false, shortWchar: false });
    const f = unit.function('function');
    if (!f.ok) throw new Error(f.error.message);
    for (const name of names) {
      const global = unit.global(`function.${name}`);
      if (!global.ok) throw new Error(global.error.message);
      const value = global.value.init?.bytes[0] ?? 0;
      expect(`${value} ${shown.get(name) ?? ''}`).toBe(
        `${expected.get(name) ?? ''} ${shown.get(name) ?? ''}`,
      );
    }
  });

  it('types of pointer expressions', () => {
    const expressions = [
      'vp',
      'cvp',
      'ip',
      '&i',
      '&ci',
      '&c',
      'text',
      '&text[1]',
      'array',
      '&array',
      'matrix',
      '&s',
      'ps',
      'fn',
      '&fn',
      '*fn',
      '**fn',
      'ip + 1',
      '1 + ip',
      'ip - 1',
      'array + 1',
      'matrix[1]',
      'matrix + 1',
      '*matrix',
      '&*ip',
      '&array[2]',
      'vp + 1',
      '"lit"',
      '"lit" + 1',
      '1 ? vp : ip',
      '1 ? ip : vp',
      '1 ? ip : 0',
      '1 ? 0 : ip',
      '1 ? (void *)0 : ip',
      '1 ? ip : (void *)0',
      '1 ? ip : (void *)1',
      '1 ? ip : (void *)(long)0',
      '1 ? ip : (void *)(0 * l)',
      '1 ? ip : cip',
      '1 ? vp : cip',
      '1 ? cvp : ip',
      '1 ? ip : cvp',
      '1 ? (void *)(void *)0 : ip',
      '8 ? ((void *)((long)(i) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(5) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(sizeof(i)) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(1 ? 5 : i) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(0 && i) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(0 && 1/0) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(1 ? 5 : 1/0) * 0l)) : (int *)8',
      '8 ? ((void *)((long)((int)1.5) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(SMALL_2) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(__builtin_constant_p(3)) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(ci) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(-(5 + 3) << 2) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(__builtin_offsetof(struct s, array)) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(1, 2) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(__builtin_choose_expr(1, 4, i)) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(__builtin_types_compatible_p(int, long)) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(+(char)3) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(_Generic(1, int: 3, default: i)) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(!0) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(!1.5) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(1.0 < 2.0) * 0l)) : (int *)8',
      '8 ? ((void *)((long)((long)&i) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(sizeof(int[3])) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(__builtin_expect(1, 1)) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(({ 1; })) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(1 ? 1 : 0 ? i : 2) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(1 || i) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(0x7fffffff + 1) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(__builtin_ctz(8)) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(_Alignof(int)) * 0l)) : (int *)8',
      '8 ? ((void *)((long)("abc"[0]) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(1 << 40) * 0l)) : (int *)8',
      '8 ? ((void *)((long)(5 / 2 % 2) * 0l)) : (int *)8',
      '8 ? ((void *)((long)((_Bool)3) * 0l)) : (int *)8',
      '8 ? ((void *)((long)((enum small)3) * 0l)) : (int *)8',
      'ip ?: vp',
      '0 ?: ip',
      '(void *)0 ?: ip',
      's.p',
      's.q',
      '&s.k',
      '(const int *)ip',
      '(int *)cip',
      '&(struct s){ 0 }',
      '(int[]){ 1, 2 }',
      '({ ip; })',
      '({ array; })',
      '({ fn; })',
      '(0, array)',
      '(ip)',
      '*&array',
      'ps->array',
      '&ps->array',
      '&s.array[1]',
      '(char *)0',
    ];
    let text = `${PREAMBLE}void function(void) {\n`;
    expressions.forEach(
      (expression, n) =>
        (text += `  static int t${n} = ${selection(expression)}; p${n} = &t${n};\n`),
    );
    const globals = expressions.map((_, n) => `int *p${n};\n`).join('');
    text = `${globals}${text}}\n`;
    const prints = expressions.map((_, n) => `  printf("t${n} %d\\n", *p${n});`).join('\n');
    const expected = readDump(
      runWithGcc(
        `${text}int printf(const char *, ...);\nint main(void) { function();\n${prints}\n return 0; }\n`,
        ['-fwrapv'],
      ),
    );
    const unit = unitOf(text, { unsignedChar: false, shortWchar: false, strictPointers: false });
    const f = unit.function('function');
    if (!f.ok) throw new Error(`${f.error.message} ${f.error.at?.sourceLine ?? ''}`);
    const all = [...TYPES, ...POINTERS];
    const name = (n: number): string => (n === 0 ? 'other' : (all[n - 1] ?? '?'));
    expressions.forEach((expression, n) => {
      const global = unit.global(`function.t${n}`);
      if (!global.ok) throw new Error(global.error.message);
      const value = global.value.init?.bytes[0] ?? 0;
      expect
        .soft(`${expression} has type ${name(value)}`)
        .toBe(`${expression} has type ${name(Number(expected.get(`t${n}`)))}`);
    });
  });
});
