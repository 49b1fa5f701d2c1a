/**
 * The compiler's builtin functions with plain prototypes, by name without `__builtin_`. A letter is a type:
 * v void · b _Bool · i int · u unsigned · l long · z unsigned long · q long long · Q unsigned long long · h unsigned short ·
 * f float · d double · D long double · p void * · P const void * · s char * · S const char * · o, O __int128 and unsigned ·
 * `.` variable arguments. The first letter is the result.
 *
 * NODES become `builtin` nodes of the typed tree; FUNCTIONS are plain functions of the C library, and `__builtin_f(x)` is a call
 * of `f`. Besides these, `builtin-calls.ts` makes nodes named: add_overflow, sub_overflow, mul_overflow (a, b, pointer);
 * isnan, isinf, isinf_sign, isfinite, isnormal, signbit, isunordered, fpclassify (floating operands of any width);
 * atomic_load_n, atomic_store_n, atomic_exchange_n, atomic_compare_exchange_n, atomic_{fetch_,}{add,sub,and,or,xor,nand}{,_fetch},
 * atomic_test_and_set, atomic_clear; sync_fetch_and_{add,…}, sync_{add,…}_and_fetch, sync_bool_compare_and_swap,
 * sync_val_compare_and_swap, sync_lock_test_and_set, sync_lock_release: first a pointer, then values of the pointee's type,
 * then (atomic only) the memory order as int; atomic_compare_exchange_n is (pointer, pointer to the expected value, desired,
 * weak, order, order).
 */
import type { CType, FunctionType } from '../types.js';
import {
  BOOL,
  CONST_VOID_POINTER,
  DOUBLE,
  FLOAT,
  INT,
  INT_TYPES,
  LONG,
  LONG_DOUBLE,
  UINT,
  ULONG,
  VOID,
  VOID_POINTER,
  functionType,
  pointerTo,
} from './basic-types.js';

const NODES: Readonly<Record<string, string>> = {
  memcpy: 'ppPz',
  memmove: 'ppPz',
  memset: 'ppiz',
  memcmp: 'iPPz',
  memchr: 'pPiz',
  mempcpy: 'ppPz',
  bcmp: 'iPPz',
  strlen: 'zS',
  strnlen: 'zSz',
  strcmp: 'iSS',
  strncmp: 'iSSz',
  strcpy: 'ssS',
  strncpy: 'ssSz',
  stpcpy: 'ssS',
  strcat: 'ssS',
  strncat: 'ssSz',
  strchr: 'sSi',
  strrchr: 'sSi',
  strstr: 'sSS',
  strspn: 'zSS',
  strcspn: 'zSS',
  strpbrk: 'sSS',
  alloca: 'pz',
  ffs: 'ii',
  ffsl: 'il',
  ffsll: 'iq',
  clz: 'iu',
  clzl: 'iz',
  clzll: 'iQ',
  ctz: 'iu',
  ctzl: 'iz',
  ctzll: 'iQ',
  clrsb: 'ii',
  clrsbl: 'il',
  clrsbll: 'iq',
  popcount: 'iu',
  popcountl: 'iz',
  popcountll: 'iQ',
  parity: 'iu',
  parityl: 'iz',
  parityll: 'iQ',
  bswap16: 'hh',
  bswap32: 'uu',
  bswap64: 'zz',
  bswap128: 'OO',
  abs: 'ii',
  labs: 'll',
  llabs: 'qq',
  fabs: 'dd',
  fabsf: 'ff',
  fabsl: 'DD',
  copysign: 'ddd',
  copysignf: 'fff',
  copysignl: 'DDD',
  trap: 'v',
  unreachable: 'v',
  frame_address: 'pu',
  return_address: 'pu',
  pc_trap: 'vi',
  pc_allocate: 'pPz',
  pc_free: 'vP',
  pc_observe: 'vQ',
};

const FUNCTIONS: Readonly<Record<string, string>> = {
  abort: 'v',
  exit: 'vi',
  _exit: 'vi',
  malloc: 'pz',
  calloc: 'pzz',
  realloc: 'ppz',
  free: 'vp',
  printf: 'iS.',
  sprintf: 'isS.',
  snprintf: 'iszS.',
  puts: 'iS',
  putchar: 'ii',
  fprintf: 'ipS.',
  vprintf: 'iSV',
  vsprintf: 'isSV',
  vsnprintf: 'iszSV',
  bzero: 'vpz',
  bcopy: 'vPpz',
  index: 'sSi',
  rindex: 'sSi',
  strdup: 'sS',
  sqrt: 'dd',
  sqrtf: 'ff',
  floor: 'dd',
  floorf: 'ff',
  ceil: 'dd',
  ceilf: 'ff',
  trunc: 'dd',
  truncf: 'ff',
  rint: 'dd',
  round: 'dd',
  fmod: 'ddd',
  pow: 'ddd',
  sin: 'dd',
  cos: 'dd',
  tan: 'dd',
  atan: 'dd',
  exp: 'dd',
  log: 'dd',
  fmin: 'ddd',
  fmax: 'ddd',
  ldexp: 'ddi',
  isdigit: 'ii',
  isalpha: 'ii',
  isspace: 'ii',
  isprint: 'ii',
  toupper: 'ii',
  tolower: 'ii',
  stpncpy: 'ssSz',
  strcasecmp: 'iSS',
  strncasecmp: 'iSSz',
};

const LETTERS: Readonly<Record<string, CType>> = {
  v: VOID,
  b: BOOL,
  i: INT,
  u: UINT,
  l: LONG,
  z: ULONG,
  q: INT_TYPES['long long'],
  Q: INT_TYPES['unsigned long long'],
  h: INT_TYPES['unsigned short'],
  f: FLOAT,
  d: DOUBLE,
  D: LONG_DOUBLE,
  p: VOID_POINTER,
  P: CONST_VOID_POINTER,
  o: INT_TYPES.__int128,
  O: INT_TYPES['unsigned __int128'],
  V: pointerTo({ kind: 'va-list' }),
};

function prototype(signature: string, char: CType): FunctionType {
  const variadic = signature.endsWith('.');
  const types = [...signature.replace('.', '')].map((letter): CType => {
    if (letter === 's') return pointerTo(char);
    if (letter === 'S') return pointerTo({ ...char, const: true });
    return LETTERS[letter] ?? INT;
  });
  const [returns = VOID, ...params] = types;
  return functionType(returns, params, variadic);
}

export interface PlainBuiltin {
  /** A `builtin` node, or a call of the library's function. */
  readonly node: boolean;
  readonly type: FunctionType;
}

/** Those that become nodes, which lowering has to know. */
export const NODE_NAMES: readonly string[] = Object.keys(NODES);

export function plainBuiltin(name: string, char: CType): PlainBuiltin | null {
  const node = Object.hasOwn(NODES, name) ? NODES[name] : undefined;
  if (node !== undefined) return { node: true, type: prototype(node, char) };
  const library = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  return library === undefined ? null : { node: false, type: prototype(library, char) };
}

/** Builtins that only advise the compiler or the processor: their operands are evaluated, nothing else happens. */
export const ADVICE: ReadonlySet<string> = new Set([
  'prefetch',
  'ia32_pause',
  'clear_cache',
  '__clear_cache',
  'clear_padding',
]);
