/**
 * Calls of `__builtin_…`, `__sync_…` and `__atomic_…`. What gcc answers while it parses is answered here; the rest becomes
 * `builtin` nodes. Where -O2 could answer later than the parser (`__builtin_constant_p` of a variable, sizes of objects behind
 * pointers), the parser's cautious answer is given, but for const objects: code that uses these must be right with either.
 */
import type { Expr as Syntax } from '../ast.js';
import type { Expr } from '../typed.js';
import {
  DOUBLE,
  FLOAT,
  INT,
  LONG,
  LONG_DOUBLE,
  UINT,
  ULONG,
  VOID,
  VOID_POINTER,
  isVoid,
} from './basic-types.js';
import { checkAtomic } from './atomic-builtins.js';
import {
  hasEffects,
  intConstant,
  makeArith,
  makeCompare,
  makeConvert,
  sizeConstant,
} from './build.js';
import { ADVICE, plainBuiltin } from './builtins.js';
import { call, convertArguments, functionOperand } from './call.js';
import type { Context, MutableLocal, Operand } from './entities.js';
import { checkExpr, checkValue, unevaluated, vaList } from './expression.js';
import { constantInteger } from './constants.js';
import { assignConvert, value } from './operands.js';
import { lookup } from './names.js';
import { stringBytes } from './string-bytes.js';
import {
  argument,
  argumentValue,
  builtinNode,
  nothing,
  type CallSyntax,
} from './builtin-arguments.js';
import { overflowing } from './overflow-builtins.js';
import { classification, floatRelation, fpclassify, notANumber } from './float-builtins.js';
import { objectSize } from './object-size.js';
import { foldedBits, typeClass } from './builtin-folding.js';

/** null: no builtin of that name could be meant. */
export function checkBuiltin(context: Context, name: string, syntax: CallSyntax): Operand | null {
  if (name.startsWith('__sync_') || name.startsWith('__atomic_'))
    return checkAtomic(context, name, syntax);
  if (name === 'alloca' && context.unit.options.implicitFunctions)
    return named(context, 'alloca', syntax);
  if (!name.startsWith('__builtin_')) return null;
  return named(context, name.slice('__builtin_'.length), syntax);
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
      const { expr } = checkValue(unevaluated(context), argument(context, syntax, 0));
      const kind = Number(constantInteger(context, argument(context, syntax, 1)).value);
      return value(intConstant(objectSize(expr, kind), ULONG, span));
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
    case 'isdigit': {
      // gcc never calls the library for it
      const operand = makeConvert(argumentValue(context, syntax, 0).expr, UINT, false, span);
      const zero = intConstant(BigInt('0'.charCodeAt(0)), UINT, span);
      const beyond = makeArith('-', operand, zero, UINT, span);
      return value(makeCompare('<=', beyond, intConstant(9n, UINT, span), span));
    }
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

function constantP(context: Context, syntax: CallSyntax): Operand {
  const { expr } = checkValue(unevaluated(context), argument(context, syntax, 0));
  const known =
    expr.kind === 'float' ||
    (expr.kind === 'int' && !isVoid(expr.type)) ||
    stringBytes(expr) !== null;
  if (known) return value(intConstant(1n, INT, syntax.span), 'constant');
  return value(intConstant(isFixed(expr) ? 1n : 0n, INT, syntax.span));
}

/** A const object that was initialised by a constant: the kernel counts on the optimiser's knowing it (strtomem()). */
function isFixed(expr: Expr): boolean {
  if (expr.kind === 'convert') return isFixed(expr.operand);
  if (expr.kind !== 'load' || expr.from.kind !== 'local') return false;
  const { local }: { readonly local: MutableLocal } = expr.from;
  return local.fixed === true;
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

function foldedLength(context: Context, syntax: CallSyntax): Operand | null {
  const { expr } = checkValue(unevaluated(context), argument(context, syntax, 0));
  const bytes = stringBytes(expr);
  const end = bytes === null ? -1 : bytes.indexOf(0);
  return end < 0 ? null : value(sizeConstant(end, syntax.span));
}
