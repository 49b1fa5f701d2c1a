/**
 * Functions with random expressions that are well typed and mostly valid, printed with few parentheses, so that precedence
 * and the meaning of `(name)` are what is tried. The same seed gives the same text.
 */
export interface RandomFunctions {
  readonly head: string;
  /** One line each. */
  readonly functions: readonly string[];
}

const head = `typedef unsigned long u64; typedef enum { E1 } e_t; typedef int t1;
struct st { int x; struct st *n; int *r; }; int fn(int); int (*fnp)(int);
`;

const operands =
  'a|b|t1|1|\'c\'|arr[1]|p->x|s.x|(a)|sizeof(u64)|sizeof a|E1|*q|p->n->x|"ab"[0]|sizeof(t1)|(t1)|fn(1)'.split(
    '|',
  );
const binaries = '+ - * / % << >> & | ^ < > <= >= == != && ||'.split(' ');
const prefixes = ['-', '~', '!', '+', '*&', '- -', '+ +', '~-', '!!'];
const types = [
  'u64',
  'int',
  'unsigned char',
  'e_t',
  'const volatile long',
  'typeof(a)',
  'typeof(int)',
];
const lvalues = ['a', 'b', 't1', '*q', 'arr[2]', 's.x', 'p->x', 'q[0]', '*p->r', '(a)', '*&b'];
const sizes = [
  ...['a', '(u64)', '(t1)', '*q', '(a)', '(int[3])', '(struct st){ 1 }', '-a', 'a++', '(a) + 1'],
  ...['(u64) * 2', '(u64) - 1', '(int (*)[2])', '"abc"', '(u64){ 3 }', '(char)a', '(a)[q]', '!a'],
];
const oddities = [
  ...[
    '(u64)&a',
    '(u64)*q',
    '(fn)(1)',
    '(a) - 1',
    '(u64)(a) - 1',
    '(a)&(b)',
    '(u64)-1',
    '(u64)fn(1)',
  ],
  ...['(int)p->x++', '-(int)a--', '!q[0]--', '-a++', '~b--', '*q++', '&a == q', '!*q', '- - a'],
  ...['(u64)+a', '(u64)~a', '(u64)!a', '&*q - &a', '*&*q', '(u64)sizeof a', '(u64)"x"[0]'],
  ...['__alignof__(u64) * 2', '__builtin_offsetof(struct st, x) - 1', '(u64)(int)(u64)a'],
  ...['_Generic(a, int: b, default: a)', '(t1)(1)', '({ int fn = 3; (fn) - 1; })'],
  ...['({ int u64 = 3; (u64) - 1; })', '({ typedef int b; (b) - 1; })', '(struct st){1}.x++'],
  ...['(int){1}++', '-(struct st){1}.x', '(u64)(struct st){1}.x'],
];

class Writer {
  private state: number;

  constructor(seed: number) {
    this.state = Math.imul(seed, 2654435761) >>> 0 || 1;
  }

  below(n: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % n;
  }

  pick(from: readonly string[]): string {
    return from[this.below(from.length)] ?? '';
  }

  expression(depth: number): string {
    if (depth <= 0) return this.pick(operands);
    const sub = (): string => this.expression(depth - 1 - this.below(2));
    switch (this.below(24)) {
      case 0:
        return `(${sub()})`;
      case 1:
        return `(${sub()}, ${sub()})`;
      case 2:
        return `${sub()} ? ${sub()} : ${sub()}`;
      case 3:
        return `${sub()} ?: ${sub()}`;
      case 4:
        return `(${this.pick(lvalues)} ${this.pick(['=', '+=', '-=', '|=', '<<='])} ${sub()})`;
      case 5:
        return `${this.pick(lvalues)}${this.pick(['++', '--'])}`;
      case 6:
        return `${this.pick(['++', '--'])}${this.pick(lvalues)}`;
      case 7:
        return `sizeof ${this.pick(sizes)}`;
      case 8:
        return `(${this.pick(['u64', 'int'])}){ ${sub()} }`;
      case 9:
        return `((struct st){ ${sub()}, .x = ${sub()} }).x`;
      case 10:
        return `({ u64 z = ${sub()}; z ${this.pick(['+', '*', '&', '-'])} a; })`;
      case 11:
        return `${this.pick(['fn', '(*fnp)', '(fn)'])}(${sub()})`;
      case 12:
        return `arr[(${sub()}) & 3]`;
      case 13:
      case 14:
      case 15:
        return `(${this.pick(types)})${sub()}`;
      case 16:
      case 17:
        return `${this.pick(prefixes)} ${sub()}`;
      case 18:
        return this.pick(oddities);
      default:
        return `${sub()} ${this.pick(binaries)} ${sub()}`;
    }
  }

  function(number: number): string {
    const t1 = this.below(2) === 0 ? 'int t1 = 5;' : 'u64 t1 = 7;';
    const test = this.below(3) === 0 ? '' : `if (${this.expression(3)}) `;
    const body = `${t1} a = ${this.expression(4)}; ${test}return ${this.expression(5)};`;
    return `int f${number}(int a, u64 b, int *q, struct st *p, struct st s, int arr[4]) { ${body} }`;
  }
}

export function randomFunctions(seed: number, count: number): RandomFunctions {
  const writer = new Writer(seed);
  return { head, functions: Array.from({ length: count }, (_, i) => writer.function(i)) };
}
