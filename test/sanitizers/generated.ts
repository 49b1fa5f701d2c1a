/** Calls made up from a seed: accesses around the ends of objects, and arithmetic around the ends of types. */
import type { Random } from '../../src/c/check/testing/random.js';
import type { Rules } from './cases.js';
import type { Call } from './ours.js';

export interface Generated {
  readonly texts: readonly string[];
  readonly calls: readonly Call[];
}

/** C of the object `char *o` with `SIZE` bytes, all of them set. */
const STORAGE: Readonly<Record<string, string>> = {
  heap: 'char *o = alloc(SIZE); __builtin_memset(o, 1, SIZE);',
  local: '_Alignas(8) char x[SIZE]; __builtin_memset(x, 1, SIZE); char *o = x;',
  global: '_Alignas(8) static char x[SIZE]; char *o = x;',
  alloca: 'char *o = __builtin_alloca(SIZE); __builtin_memset(o, 1, SIZE);',
  freed: 'char *o = alloc(SIZE); __builtin_memset(o, 1, SIZE); release(o, SIZE);',
  left: 'char *o; { _Alignas(8) char x[SIZE]; __builtin_memset(x, 1, SIZE); o = x; }',
};
/** … and of an access to the TYPE at `p`. */
const ACCESS: Readonly<Record<string, string>> = {
  read: 'return *(TYPE *)p;',
  write: '*(TYPE *)p = b; return 0;',
  add: 'return *(TYPE *)p += b;',
  copyFrom: 'TYPE t; __builtin_memcpy(&t, p, sizeof(t)); return t;',
  copyTo: 'TYPE t = b; __builtin_memcpy(p, &t, sizeof(t)); return 0;',
};
const TYPES: Readonly<Record<string, number>> = { char: 1, short: 2, int: 4, long: 8 };

/**
 * An access at a distance. ASan looks at the shadow of an access's first byte, so what is misaligned is asked about inside of objects
 * only, and where the build leaves it undefined.
 */
export function accesses(random: Random, rules: Rules, count: number): Generated {
  const texts: string[] = [];
  const calls: Call[] = [];
  for (let n = 0; n < count; n++) {
    const storage = random.pick(Object.keys(STORAGE));
    const access = random.pick(Object.keys(ACCESS));
    const type = random.pick(Object.keys(TYPES));
    const width = TYPES[type] ?? 1;
    const size = width + random.below(40);
    const name = `access_${n}_${storage}_${access}_${type}_${size}`;
    const body = [STORAGE[storage] ?? '', 'char *volatile p = o + a;', ACCESS[access] ?? ''];
    const text = `long ${name}(long a, long b) { ${body.join(' ')} }`;
    texts.push(text.replaceAll('SIZE', String(size)).replaceAll('TYPE', type));
    const dead = storage === 'freed' || storage === 'left';
    const last = size - width;
    // gcc puts nothing before the first global
    const before = storage === 'global' ? [] : [-1, -width];
    const near = [0, last, last + 1, last + width, ...before, random.below(last + 1)];
    for (const at of dead ? [0, last] : near) {
      const aligned = at % width === 0 || access.startsWith('copy');
      if (!aligned && (rules === 'kernel' || dead || at < 0 || at > last)) continue;
      calls.push({ name, args: [BigInt(at), BigInt(random.below(9))] });
    }
  }
  return { texts, calls };
}

const OPERATORS = ['+', '-', '*', '/', '%', '<<', '>>', '& ~', '<', '- -'];
const OPERANDS = ['signed char', 'unsigned short', 'int', 'unsigned', 'long', 'unsigned long'];

export function arithmetic(random: Random, count: number): Generated {
  const texts: string[] = [];
  const calls: Call[] = [];
  for (const [at, operator] of OPERATORS.entries())
    for (const [left, a] of OPERANDS.entries())
      for (const [right, b] of OPERANDS.entries()) {
        const name = `arithmetic_${at}_${left}_${right}`;
        texts.push(`long ${name}(long a, long b) { return (${a})a ${operator} (${b})b; }`);
        for (let n = 0; n < count; n++) calls.push({ name, args: [edge(random), edge(random)] });
      }
  return { texts, calls };
}

/** Near zero, a power of two, or its negative. */
function edge(random: Random): bigint {
  const power = 1n << BigInt(random.pick([0, 3, 5, 6, 7, 15, 16, 30, 31, 32, 62, 63]));
  const value = power + BigInt(random.below(3) - 1);
  return BigInt.asIntN(64, random.below(2) === 0 ? value : -value);
}
