/** GNU C builtins that are no constants and no plain functions. What is not listed is a diagnostic. */
import type { Expr } from '../c/typed.js';
import type { CType } from '../c/types.js';
import {
  binary,
  cast,
  float,
  floatBinary,
  floatUnary,
  i32,
  i64,
  int,
  not,
  select,
  unary,
  width,
} from './build.js';
import type { Expr as IrExpr, FloatCompare, FloatUnary, IntValueType } from './ir.js';
import { lowerAtomic } from './lower-atomic.js';
import { direct, lowerArguments } from './lower-call.js';
import { lowerExpr } from './lower-expression.js';
import { lowerOverflow } from './lower-overflow.js';
import { NOTHING, scalar, theScalar, type Lowering, type Value } from './lowering.js';
import { integerOf, shapeOf } from './type-shape.js';

export type Builtin = Extract<Expr, { kind: 'builtin' }>;

/** Names of functions on int, long and long long: the suffix says nothing that the argument's type does not. */
function withoutSuffix(name: string): string {
  const match = /^(popcount|clz|ctz|ffs|parity|clrsb)(l|ll)$/.exec(name);
  return match?.[1] ?? name;
}

const FLOAT_UNARY: Readonly<Record<string, FloatUnary>> = {
  fabs: 'abs',
  sqrt: 'sqrt',
  floor: 'floor',
  ceil: 'ceil',
  trunc: 'trunc',
  rint: 'nearest',
  nearbyint: 'nearest',
};

const FLOAT_ORDER: Readonly<Record<string, FloatCompare>> = {
  isgreater: 'gt',
  isgreaterequal: 'ge',
  isless: 'lt',
  islessequal: 'le',
};

/** Builtins that are calls of the C function of that name, which a unit has to define. */
const LIBRARY: ReadonlySet<string> = new Set([
  'memcmp',
  'memchr',
  'bcmp',
  'strlen',
  'strnlen',
  'strcmp',
  'strncmp',
  'strcpy',
  'strncpy',
  'stpcpy',
  'strcat',
  'strncat',
  'strchr',
  'strrchr',
  'strstr',
  'strspn',
  'strcspn',
  'strpbrk',
]);

function libraryCall(f: Lowering, e: Builtin): Value {
  const args = lowerArguments(f, e.args).map((value) => theScalar(value));
  const shape = shapeOf(e.type);
  const result = shape.kind === 'scalar' ? f.b.newLocal(shape.type) : null;
  f.b.emit({
    kind: 'call',
    target: direct(f.program.libraryFunction(e.name, e.span)),
    signature: {
      params: args.map((arg) => arg.type),
      result: shape.kind === 'scalar' ? shape.type : null,
    },
    args,
    result,
    valueUsed: true,
    site: f.site(e.span),
  });
  return result === null ? NOTHING : scalar(f.read(result));
}

export function lowerBuiltin(f: Lowering, e: Builtin): Value {
  f.writing(e.span);
  const lowered =
    lowerControl(f, e) ??
    lowerMemory(f, e) ??
    lowerBits(f, e) ??
    lowerFloat(f, e) ??
    lowerOverflow(f, e) ??
    lowerAtomic(f, e);
  if (lowered !== null) return lowered;
  if (LIBRARY.has(e.name)) return libraryCall(f, e);
  f.unsupported(e.span, 'builtin', `__builtin_${e.name}`);
  return f.standIn(e);
}

function lowerControl(f: Lowering, e: Builtin): Value | null {
  const [first, second] = e.args;
  switch (e.name) {
    case 'unreachable':
    case 'trap':
      f.b.end({ kind: 'trap', trap: 'unreachable', argument: null, site: f.site(e.span) });
      return f.standIn(e);
    case 'pc_trap': {
      const code = first === undefined ? i64(0) : extended(f, first);
      f.b.end({ kind: 'trap', trap: 'model', argument: code, site: f.site(e.span) });
      return f.standIn(e);
    }
    case 'pc_allocate': {
      const [pointer, size] = lowerArguments(f, e.args);
      if (pointer === undefined || size === undefined) return null;
      const result = f.b.newLocal('i64');
      f.b.emit({
        kind: 'allocate',
        result,
        pointer: theScalar(pointer),
        size: asWord(theScalar(size), false),
        site: f.site(e.span),
      });
      return scalar(f.read(result));
    }
    case 'pc_free': {
      const [pointer] = lowerArguments(f, e.args);
      if (pointer === undefined) return null;
      f.b.emit({ kind: 'free', pointer: theScalar(pointer), site: f.site(e.span) });
      return NOTHING;
    }
    case 'pc_observe': {
      const [value] = lowerArguments(f, e.args);
      if (value === undefined) return null;
      f.b.emit({ kind: 'observe', value: theScalar(value), site: f.site(e.span) });
      return NOTHING;
    }
    case 'expect':
    case 'expect_with_probability':
    case 'assume_aligned': {
      const [value] = lowerArguments(f, e.args);
      return value ?? null;
    }
    case 'prefetch':
      if (first !== undefined) lowerExpr(f, first);
      return NOTHING;
    case 'constant_p':
      return scalar(i32(0));
    case 'object_size':
    case 'dynamic_object_size':
      return scalar(i64(second?.kind === 'int' && (second.value & 2n) !== 0n ? 0 : -1));
    case 'frame_address':
      return scalar({ kind: 'frame-address', type: 'i64' });
    case 'return_address':
    case 'extract_return_addr':
      return scalar(i64(0));
    default:
      return null;
  }
}

/** An integer argument as i64, by its own sign. */
function extended(f: Lowering, e: Expr): IrExpr {
  return asWord(theScalar(lowerExpr(f, e)), integerOf(e.type)?.signed ?? false);
}

export function asWord(value: IrExpr, signed: boolean): IrExpr {
  return value.type === 'i32'
    ? cast(signed ? 'i64.extend_s' : 'i64.extend_u', 'i64', value)
    : value;
}

export function cast32(value: IrExpr): IrExpr {
  return value.type === 'i64' ? cast('i32.wrap', 'i32', value) : value;
}

function lowerMemory(f: Lowering, e: Builtin): Value | null {
  const site = f.site(e.span);
  const values = (): IrExpr[] =>
    lowerArguments(f, e.args).map((value) => f.b.keep(theScalar(value)));
  switch (e.name) {
    case 'memcpy':
    case 'memmove':
    case 'mempcpy': {
      const [to, from, size] = values();
      if (to === undefined || from === undefined || size === undefined) return null;
      f.b.emit({ kind: 'move-bytes', to, from, size: asWord(size, false), site });
      return scalar(e.name === 'mempcpy' ? binary('add', 'i64', to, size) : to);
    }
    case 'memset': {
      const [to, byte, size] = values();
      if (to === undefined || byte === undefined || size === undefined) return null;
      f.b.emit({ kind: 'fill-bytes', to, byte: cast32(byte), size: asWord(size, false), site });
      return scalar(to);
    }
    case 'bzero': {
      const [to, size] = values();
      if (to === undefined || size === undefined) return null;
      f.b.emit({ kind: 'fill-bytes', to, byte: i32(0), size: asWord(size, false), site });
      return NOTHING;
    }
    case 'alloca':
    case 'alloca_with_align':
    case 'alloca_with_align_and_max': {
      const [size] = values();
      if (size === undefined) return null;
      const bits = e.args[1];
      const align = bits?.kind === 'int' ? Number(bits.value) / 8 : 16;
      const result = f.b.newLocal('i64');
      f.movesStack = true;
      f.b.emit({
        kind: 'alloca',
        result,
        size: asWord(size, false),
        align: Math.max(16, align),
        site,
      });
      return scalar(f.read(result));
    }
    case 'stack_save': {
      const result = f.b.newLocal('i32');
      f.b.emit({ kind: 'save-stack', result });
      return scalar(asWord(f.read(result), false));
    }
    default:
      return null;
  }
}

function lowerBits(f: Lowering, e: Builtin): Value | null {
  const name = withoutSuffix(e.name);
  const arg = e.args[0];
  if (arg === undefined) return null;
  const one = (): IrExpr => theScalar(lowerExpr(f, arg));
  const type = (value: IrExpr): IntValueType => (value.type === 'i64' ? 'i64' : 'i32');
  switch (name) {
    case 'popcount':
    case 'clz':
    case 'ctz': {
      const value = one();
      return scalar(cast32(unary(name === 'popcount' ? 'popcnt' : name, type(value), value)));
    }
    case 'parity': {
      const value = one();
      return scalar(binary('and', 'i32', cast32(unary('popcnt', type(value), value)), i32(1)));
    }
    case 'ffs': {
      const value = f.b.keep(one());
      const place = binary('add', 'i32', cast32(unary('ctz', type(value), value)), i32(1));
      return scalar(select(not(value), i32(0), place));
    }
    case 'clrsb': {
      const value = f.b.keep(one());
      const of = type(value);
      const folded = binary('xor', of, value, binary('shr_s', of, value, int(of, width(of) - 1)));
      return scalar(binary('sub', 'i32', cast32(unary('clz', of, folded)), i32(1)));
    }
    case 'bswap16': {
      const value = f.b.keep(one());
      const swapped = binary(
        'or',
        'i32',
        binary('shl', 'i32', value, i32(8)),
        binary('and', 'i32', binary('shr_u', 'i32', value, i32(8)), i32(0xff)),
      );
      return scalar(binary('and', 'i32', swapped, i32(0xffff)));
    }
    case 'bswap32':
      return scalar(swap32(f, f.b.keep(one())));
    case 'bswap64':
      return scalar(swap64(f, one()));
    case 'bswap128': {
      const value = f.keep(lowerExpr(f, arg));
      if (value.kind !== 'wide') return null;
      return { kind: 'wide', low: swap64(f, value.high), high: swap64(f, value.low) };
    }
    case 'abs':
    case 'labs':
    case 'llabs': {
      const value = f.b.keep(one());
      const of = type(value);
      const negative = binary('lt_s', of, value, int(of, 0));
      return scalar(select(negative, binary('sub', of, int(of, 0), value), value));
    }
    default:
      return null;
  }
}

function swap32(f: Lowering, value: IrExpr): IrExpr {
  const v = f.b.keep(value);
  const outer = binary('and', 'i32', binary('rotl', 'i32', v, i32(8)), i32(0x00ff00ff));
  const inner = binary('and', 'i32', binary('rotl', 'i32', v, i32(24)), i32(0xff00ff00 | 0));
  return binary('or', 'i32', outer, inner);
}

function swap64(f: Lowering, value: IrExpr): IrExpr {
  const v = f.b.keep(value);
  const low = swap32(f, cast32(v));
  const high = swap32(f, cast32(binary('shr_u', 'i64', v, i64(32))));
  return binary(
    'or',
    'i64',
    binary('shl', 'i64', asWord(low, false), i64(32)),
    asWord(high, false),
  );
}

function floatType(e: IrExpr): 'f32' | 'f64' {
  return e.type === 'f32' ? 'f32' : 'f64';
}

function lowerFloat(f: Lowering, e: Builtin): Value | null {
  const base = e.name.replace(/[fl]$/, '');
  const operation = FLOAT_UNARY[e.name] ?? FLOAT_UNARY[base];
  const arg = e.args[0];
  if (arg === undefined) return lowerFloatConstant(e);
  if (operation !== undefined) {
    const value = theScalar(lowerExpr(f, arg));
    return scalar(floatUnary(operation, floatType(value), value));
  }
  const values = (): IrExpr[] =>
    lowerArguments(f, e.args).map((value) => f.b.keep(theScalar(value)));
  const order = FLOAT_ORDER[e.name];
  if (order !== undefined || e.name === 'isunordered' || e.name === 'islessgreater') {
    const [a, b] = values();
    if (a === undefined || b === undefined) return null;
    return scalar(compareQuietly(order, e.name, a, b));
  }
  switch (base === 'copysign' ? base : e.name.replace(/^(is[a-z]+?|signbit)[fl]$/, '$1')) {
    case 'copysign': {
      const [a, b] = values();
      if (a === undefined || b === undefined) return null;
      return scalar(floatBinary('copysign', floatType(a), a, b));
    }
    case 'isnan': {
      const [a] = values();
      if (a === undefined) return null;
      return scalar(floatBinary('ne', floatType(a), a, a));
    }
    case 'isinf':
    case 'isinf_sign':
    case 'isfinite':
    case 'finite': {
      const [a] = values();
      if (a === undefined) return null;
      const type = floatType(a);
      const size = floatUnary('abs', type, a);
      const infinity = float(type, Infinity);
      if (e.name.includes('finite')) return scalar(floatBinary('lt', type, size, infinity));
      const is = floatBinary('eq', type, size, infinity);
      const negative = floatBinary('lt', type, a, float(type, 0));
      return scalar(
        e.name === 'isinf_sign' ? select(is, select(negative, i32(-1), i32(1)), i32(0)) : is,
      );
    }
    case 'isnormal': {
      const [a] = values();
      if (a === undefined) return null;
      const type = floatType(a);
      const size = floatUnary('abs', type, a);
      const least = float(type, type === 'f32' ? 2 ** -126 : 2 ** -1022);
      return scalar(
        binary(
          'and',
          'i32',
          floatBinary('ge', type, size, least),
          floatBinary('lt', type, size, float(type, Infinity)),
        ),
      );
    }
    case 'signbit': {
      const [a] = values();
      if (a === undefined) return null;
      const of: IntValueType = a.type === 'f32' ? 'i32' : 'i64';
      return scalar(binary('lt_s', of, cast('reinterpret', of, a), int(of, 0)));
    }
    default:
      return lowerFloatConstant(e);
  }
}

function compareQuietly(
  order: FloatCompare | undefined,
  name: string,
  a: IrExpr,
  b: IrExpr,
): IrExpr {
  const type = floatType(a);
  if (order !== undefined) return floatBinary(order, type, a, b);
  if (name === 'islessgreater') {
    return binary('or', 'i32', floatBinary('lt', type, a, b), floatBinary('gt', type, a, b));
  }
  return binary('or', 'i32', floatBinary('ne', type, a, a), floatBinary('ne', type, b, b));
}

function lowerFloatConstant(e: Builtin): Value | null {
  const type: CType = e.type;
  const shape = shapeOf(type);
  if (shape.kind !== 'scalar' || (shape.type !== 'f32' && shape.type !== 'f64')) return null;
  if (/^(inf|huge_val)[fl]?$/.test(e.name)) return scalar(float(shape.type, Infinity));
  if (/^nans?[fl]?$/.test(e.name)) return scalar(float(shape.type, NaN));
  return null;
}
