/**
 * Calls of `__builtin_…`, `__sync_…` and `__atomic_…`. What gcc answers while it parses is answered here; the rest becomes
 * `builtin` nodes. Where -O2 could answer later than the parser (`__builtin_constant_p` of a variable, object sizes), the
 * parser's cautious answer is given: code that uses these must be right with either.
 */
import type { Expr as Syntax, Span } from '../ast.js';
import type { Expr } from '../typed.js';
import type { CType, FunctionType } from '../types.js';
import {
  BOOL,
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
  isArithmetic,
  isInteger,
  isPointer,
  isVoid,
  pointerTo,
  unqualified,
} from './basic-types.js';
import { checkAtomic } from './atomic-builtins.js';
import {
  hasEffects,
  intConstant,
  makeAddress,
  makeCompare,
  makeConvert,
  sizeConstant,
} from './build.js';
import { ADVICE, plainBuiltin } from './builtins.js';
import { call, convertArguments, functionOperand } from './call.js';
import type { Context, Operand, ValueOperand } from './entities.js';
import { checkExpr, checkValue, constantInteger, unevaluated, vaList } from './expression.js';
import { assignConvert, newTemporary, promote, requireScalar, usual, value } from './operands.js';
import { lookup } from './names.js';
import { stringBytes } from './string-bytes.js';

type CallSyntax = Syntax & { readonly kind: 'call' };

/** null: no builtin of that name could be meant. */
export function checkBuiltin(context: Context, name: string, syntax: CallSyntax): Operand | null {
  if (name.startsWith('__sync_') || name.startsWith('__atomic_'))
    return checkAtomic(context, name, syntax);
  if (name === 'alloca' && context.unit.options.implicitFunctions)
    return named(context, 'alloca', syntax);
  if (!name.startsWith('__builtin_')) return null;
  return named(context, name.slice('__builtin_'.length), syntax);
}

function argument(context: Context, syntax: CallSyntax, i: number): Syntax {
  return (
    syntax.args[i] ?? context.unit.reject(syntax.span, 'too few arguments to builtin function')
  );
}

function argumentValue(context: Context, syntax: CallSyntax, i: number): ValueOperand {
  return checkValue(context, argument(context, syntax, i));
}

export function builtinNode(
  name: string,
  args: readonly Expr[],
  type: CType,
  span: Span,
): ValueOperand {
  return value({ kind: 'builtin', name, args, type, span });
}

/** Evaluates the operands for what they do, and yields nothing. */
export function nothing(context: Context, syntax: CallSyntax): ValueOperand {
  const { span } = syntax;
  let expr: Expr = makeConvert(intConstant(0n, INT, span), VOID, false, span);
  for (const arg of [...syntax.args].reverse()) {
    const operand = checkValue(context, arg).expr;
    if (!hasEffects(operand)) continue;
    expr = {
      kind: 'comma',
      left: makeConvert(operand, VOID, false, arg.span),
      right: expr,
      type: VOID,
      span,
    };
  }
  return value(expr);
}

function named(context: Context, name: string, syntax: CallSyntax): Operand {
  const { unit } = context;
  const { span } = syntax;
  switch (name) {
    case 'constant_p':
      return constantP(context, syntax);
    case 'choose_expr':
      return chooseExpr(context, syntax);
    case 'expect':
    case 'expect_with_probability': {
      const operand = argumentValue(context, syntax, 0);
      const converted = assignConvert(context, operand, LONG, span, { assigning: 'when passing' });
      let expr = converted;
      for (const arg of syntax.args.slice(1)) {
        const hint = checkValue(context, arg).expr;
        if (!hasEffects(hint)) continue;
        const left = makeConvert(hint, VOID, false, arg.span);
        expr = { kind: 'comma', left, right: expr, type: expr.type, span };
      }
      return value(expr, expr === converted ? operand.constancy : 'none');
    }
    case 'assume_aligned': {
      const operand = argumentValue(context, syntax, 0);
      return value(makeConvert(operand.expr, VOID_POINTER, false, span));
    }
    case 'object_size':
    case 'dynamic_object_size': {
      checkValue(unevaluated(context), argument(context, syntax, 0));
      const kind = constantInteger(context, argument(context, syntax, 1)).value;
      const unknown = (kind & 2n) === 0n ? (1n << 64n) - 1n : 0n;
      return value(intConstant(unknown, ULONG, span));
    }
    case 'has_attribute': {
      const [subject, wanted] = [argument(context, syntax, 0), argument(context, syntax, 1)];
      const has = attributesOf(context, subject).includes(attributeName(wanted));
      return value(intConstant(has ? 1n : 0n, INT, span), 'constant');
    }
    case 'classify_type': {
      const operand = checkValue(unevaluated(context), argument(context, syntax, 0));
      return value(intConstant(typeClass(operand.expr.type), INT, span), 'constant');
    }
    case 'va_start':
    case 'stdarg_start': {
      const list = vaList(context, argument(context, syntax, 0));
      return value({ kind: 'va-start', list, type: VOID, span });
    }
    case 'va_end':
      return value({
        kind: 'va-end',
        list: vaList(context, argument(context, syntax, 0)),
        type: VOID,
        span,
      });
    case 'va_copy': {
      const to = vaList(context, argument(context, syntax, 0));
      return value({
        kind: 'va-copy',
        to,
        from: vaList(context, argument(context, syntax, 1)),
        type: VOID,
        span,
      });
    }
    case 'frame_address':
    case 'return_address': {
      const level = constantInteger(context, argument(context, syntax, 0));
      return builtinNode(name, [intConstant(level.value, UINT, span)], VOID_POINTER, span);
    }
    case 'extract_return_addr':
    case 'frob_return_addr':
    case 'launder':
      return argumentValue(context, syntax, 0);
    case 'speculation_safe_value':
      return argumentValue(context, syntax, 0);
    case 'strlen': {
      const folded = foldedLength(context, syntax);
      return folded ?? plain(context, name, syntax);
    }
    case 'huge_val':
    case 'inf':
      return value({ kind: 'float', value: Infinity, type: DOUBLE, span });
    case 'huge_valf':
    case 'inff':
      return value({ kind: 'float', value: Infinity, type: FLOAT, span });
    case 'huge_vall':
    case 'infl':
      return value({ kind: 'float', value: Infinity, type: LONG_DOUBLE, span });
    case 'nan':
    case 'nanf':
    case 'nanl':
      return notANumber(context, name, syntax);
    default:
      return (
        family(context, name, syntax) ??
        unit.unsupported(syntax.callee.span, 'builtin', `__builtin_${name}`)
      );
  }
}

function family(context: Context, name: string, syntax: CallSyntax): Operand | null {
  if (ADVICE.has(name)) return nothing(context, syntax);
  const overflow = /^([su])?(add|sub|mul)(ll|l)?_overflow(_p)?$/.exec(name);
  if (overflow !== null) return overflowing(context, syntax, overflow);
  const classify = /^(isnan|isinf|isinf_sign|isfinite|finite|isnormal|signbit)[fl]?$/.exec(name);
  if (classify !== null)
    return classification(context, (classify[1] ?? '').replace(/^finite$/, 'isfinite'), syntax);
  const relation = /^is(greater|greaterequal|less|lessequal|lessgreater|unordered)$/.exec(name);
  if (relation !== null) return floatRelation(context, relation[1] ?? '', syntax);
  if (name === 'fpclassify') return fpclassify(context, syntax);
  const plainName = name.replace(/^__(\w+)_chk$/, '$1').replace(/^(\w+)_unlocked$/, '$1');
  if (plainName !== name) return checked(context, plainName, syntax);
  return plainBuiltin(name, context.unit.char) === null ? null : plain(context, name, syntax);
}

function plain(context: Context, name: string, syntax: CallSyntax): Operand {
  const builtin = plainBuiltin(name, context.unit.char);
  if (builtin === null)
    return context.unit.unsupported(syntax.callee.span, 'builtin', `__builtin_${name}`);
  if (!builtin.node) {
    return call(
      context,
      functionOperand(context, name, builtin.type, syntax.callee.span),
      syntax.args,
      name,
      syntax.span,
    );
  }
  const args = convertArguments(context, syntax.args, builtin.type, name, syntax.span);
  const folded = foldedBits(name, args, builtin.type, syntax.span);
  return folded ?? builtinNode(name, args, builtin.type.returns, syntax.span);
}

/** `__builtin___memcpy_chk` and its kin: the plain function, without the size of the destination. */
function checked(context: Context, name: string, syntax: CallSyntax): Operand | null {
  const builtin = plainBuiltin(name, context.unit.char);
  if (builtin === null || builtin.type.variadic) return null;
  return plain(context, name, {
    ...syntax,
    args: syntax.args.slice(0, builtin.type.params.length),
  });
}

/* ---------- answers of the parser ---------- */

function constantP(context: Context, syntax: CallSyntax): Operand {
  const { expr } = checkValue(unevaluated(context), argument(context, syntax, 0));
  const known =
    expr.kind === 'float' ||
    (expr.kind === 'int' && !isVoid(expr.type)) ||
    stringBytes(expr) !== null;
  return value(intConstant(known ? 1n : 0n, INT, syntax.span), known ? 'constant' : 'none');
}

function chooseExpr(context: Context, syntax: CallSyntax): Operand {
  const condition = checkValue(context, argument(context, syntax, 0)).expr;
  if (condition.kind !== 'int') {
    return context.unit.reject(
      syntax.span,
      "first argument to '__builtin_choose_expr' not a constant",
    );
  }
  return checkExpr(context, argument(context, syntax, condition.value === 0n ? 2 : 1));
}

/** `__builtin_has_attribute(expression, attribute)`: the attributes of the object, member or function that it names. */
function attributesOf(context: Context, subject: Syntax): readonly string[] {
  if (subject.kind === 'name') {
    const entity = lookup(context, subject.name, subject.span.first);
    if (entity?.kind === 'function') return entity.attributes.map((attribute) => attribute.name);
    if (entity?.kind === 'local') return entity.local.attributes ?? [];
    if (entity?.kind === 'global') return entity.global.attributes ?? [];
  }
  const operand = checkExpr(unevaluated(context), subject);
  if (operand.kind !== 'lvalue') return [];
  const { lvalue } = operand;
  return lvalue.kind === 'field' || lvalue.kind === 'bitfield'
    ? (lvalue.field.attributes ?? [])
    : [];
}

function attributeName(wanted: Syntax): string {
  const named = wanted.kind === 'call' ? wanted.callee : wanted;
  return named.kind === 'name' ? named.name.replace(/^__|__$/g, '') : '';
}

function typeClass(type: CType): bigint {
  switch (type.kind) {
    case 'void':
      return 0n;
    case 'int':
    case 'enum':
    case 'bool':
      return 1n;
    case 'pointer':
    case 'array':
    case 'function':
      return 5n;
    case 'float':
      return 8n;
    case 'complex':
      return 9n;
    case 'record':
      return type.record.union ? 13n : 12n;
    case 'va-list':
      return 5n;
  }
}

function foldedLength(context: Context, syntax: CallSyntax): Operand | null {
  const { expr } = checkValue(unevaluated(context), argument(context, syntax, 0));
  const bytes = stringBytes(expr);
  const end = bytes === null ? -1 : bytes.indexOf(0);
  return end < 0 ? null : value(sizeConstant(end, syntax.span));
}

function notANumber(context: Context, name: string, syntax: CallSyntax): Operand {
  checkValue(unevaluated(context), argument(context, syntax, 0));
  const type = name === 'nanf' ? FLOAT : name === 'nanl' ? LONG_DOUBLE : DOUBLE;
  return value({ kind: 'float', value: NaN, type, span: syntax.span });
}

/** Bit counts and byte swaps of constants, as constant expressions need them (`__builtin_ctz(MASK)` in a bit-field width). */
function foldedBits(
  name: string,
  args: readonly Expr[],
  type: FunctionType,
  span: Span,
): ValueOperand | null {
  const [operand] = args;
  if (operand?.kind !== 'int' || args.length !== 1 || operand.type.kind !== 'int') return null;
  const { bits } = operand.type;
  const unsigned = BigInt.asUintN(bits, operand.value);
  const text = unsigned.toString(2).padStart(bits, '0');
  const ones = [...text].filter((digit) => digit === '1').length;
  const base = name.replace(/(?<=^(ffs|clz|ctz|clrsb|popcount|parity))ll?$/, '');
  const answer = ((): bigint | null => {
    switch (base) {
      case 'ffs':
        return unsigned === 0n ? 0n : BigInt(bits - text.lastIndexOf('1'));
      case 'clz':
        return unsigned === 0n ? null : BigInt(text.indexOf('1'));
      case 'ctz':
        return unsigned === 0n ? null : BigInt(bits - 1 - text.lastIndexOf('1'));
      case 'popcount':
        return BigInt(ones);
      case 'parity':
        return BigInt(ones & 1);
      case 'bswap16':
      case 'bswap32':
      case 'bswap64':
      case 'bswap128':
        return swapped(unsigned, bits);
      case 'abs':
      case 'labs':
      case 'llabs':
        return operand.value < 0n ? BigInt.asIntN(bits, -operand.value) : operand.value;
      default:
        return null;
    }
  })();
  return answer === null ? null : value(intConstant(answer, type.returns, span), 'constant');
}

function swapped(value: bigint, bits: number): bigint {
  let out = 0n;
  for (let i = 0; i < bits; i += 8) out = (out << 8n) | ((value >> BigInt(i)) & 0xffn);
  return out;
}

/* ---------- overflow ---------- */

function overflowing(context: Context, syntax: CallSyntax, match: RegExpExecArray): Operand {
  const { unit } = context;
  const { span } = syntax;
  const [, sign, operation = '', length, predicate] = match;
  const name = `${operation}_overflow`;
  const a = argumentValue(context, syntax, 0);
  const b = argumentValue(context, syntax, 1);
  if (!isInteger(a.expr.type) || !isInteger(b.expr.type))
    unit.reject(span, `argument in call to '__builtin_${name}' is not an integer`);
  if (sign !== undefined) {
    const names = {
      '': ['int', 'unsigned int'],
      l: ['long', 'unsigned long'],
      ll: ['long long', 'unsigned long long'],
    } as const;
    const type = INT_TYPES[names[(length ?? '') as '' | 'l' | 'll'][sign === 's' ? 0 : 1]];
    const assigning = `when passing to '__builtin_${match[0]}'`;
    const [x, y] = [
      assignConvert(context, a, type, span, { assigning }),
      assignConvert(context, b, type, span, { assigning }),
    ];
    const to = assignConvert(context, argumentValue(context, syntax, 2), pointerTo(type), span, {
      assigning,
    });
    return builtinNode(name, [x, y, to], BOOL, span);
  }
  const third = argumentValue(context, syntax, 2);
  const [x, y] = [promote(a).expr, promote(b).expr];
  if (predicate !== undefined) {
    if (!isInteger(third.expr.type))
      unit.reject(span, `argument 3 in call to '__builtin_${name}_p' is not an integer`);
    const type = unqualified(third.expr.type);
    if (context.fn === null)
      return unit.reject(span, `'__builtin_${name}_p' outside of a function`, 'unsupported');
    const local = newTemporary(context, type, span);
    const pointer = makeAddress({ kind: 'local', local, type, span }, type, span);
    return builtinNode(name, [x, y, pointer], BOOL, span);
  }
  const { type } = third.expr;
  if (!isPointer(type) || type.to.kind !== 'int') {
    return unit.reject(
      span,
      `argument 3 in call to function '__builtin_${name}' does not have pointer to integer type`,
    );
  }
  return builtinNode(name, [x, y, third.expr], BOOL, span);
}

/* ---------- floating point ---------- */

function classification(context: Context, name: string, syntax: CallSyntax): Operand {
  const operand = argumentValue(context, syntax, 0);
  if (operand.expr.type.kind !== 'float') {
    return context.unit.reject(
      syntax.span,
      `non-floating-point argument in call to function '__builtin_${name}'`,
    );
  }
  return builtinNode(name, [operand.expr], INT, syntax.span);
}

function floatRelation(context: Context, relation: string, syntax: CallSyntax): Operand {
  const { span } = syntax;
  const operands = usual(argumentValue(context, syntax, 0), argumentValue(context, syntax, 1));
  if (operands === null || operands[2].kind !== 'float') {
    return context.unit.reject(
      span,
      `non-floating-point arguments in call to function '__builtin_is${relation}'`,
    );
  }
  const [a, b] = operands;
  const quiet = { greater: '>', greaterequal: '>=', less: '<', lessequal: '<=' } as const;
  if (relation in quiet)
    return value(makeCompare(quiet[relation as keyof typeof quiet], a, b, span));
  const unordered: Expr = { kind: 'builtin', name: 'isunordered', args: [a, b], type: INT, span };
  if (relation === 'unordered') return value(unordered);
  return builtinNode('islessgreater', [a, b], INT, span);
}

function fpclassify(context: Context, syntax: CallSyntax): Operand {
  const classes = [0, 1, 2, 3, 4].map((i) =>
    makeConvert(
      requireScalar(context, argumentValue(context, syntax, i), syntax.span, '').expr,
      INT,
      false,
      syntax.span,
    ),
  );
  const operand = argumentValue(context, syntax, 5).expr;
  if (!isArithmetic(operand.type) || operand.type.kind !== 'float') {
    return context.unit.reject(
      syntax.span,
      "non-floating-point argument in call to function '__builtin_fpclassify'",
    );
  }
  return builtinNode('fpclassify', [...classes, operand], INT, syntax.span);
}
