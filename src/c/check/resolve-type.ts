/**
 * From types as written to types (C11 6.7.2, 6.7.6): specifiers, tags, declarators, attributes that change a type.
 * Records are in `records.ts`, enums in `enums.ts`.
 * Known gaps: `_Atomic` and `_Complex` are diagnosed; qualifiers inside a parameter's `[]` are dropped.
 */
import type { Attribute, Param, Span, TypeSyntax } from '../ast.js';
import type { CType, IntType } from '../types.js';
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
  VA_LIST,
  VOID,
  functionType,
  pointerTo,
  qualified,
} from './basic-types.js';
import { unqualified } from '../unqualified.js';
import { Scope, type Context } from './entities.js';
import { enumTypeOf } from './enums.js';
import { arrayLength } from './constants.js';
import { typeOfExpr } from './sizes.js';
import { lookup } from './names.js';
import { recordOf, requireComplete } from './records.js';
import { attributed } from './type-attributes.js';
import { defaultPromoted } from './type-relations.js';
import { variableLength } from './variable-length.js';

export function resolveType(context: Context, syntax: TypeSyntax): CType {
  const { unit } = context;
  unit.enter(syntax.span);
  if (syntax.qualifiers.atomic) unit.unsupported(syntax.span, 'atomic-qualifier');
  const tagged = syntax.kind === 'record' || syntax.kind === 'enum';
  const type = qualified(
    attributed(context, shape(context, syntax), tagged ? [] : syntax.attributes),
    syntax.qualifiers.const,
    syntax.qualifiers.volatile,
  );
  unit.leave();
  return type;
}

/** The type of a declarator, with the attributes of the declaration that change it. */
export function declaredType(
  context: Context,
  syntax: TypeSyntax,
  attributes: readonly Attribute[],
): CType {
  return attributed(context, resolveType(context, syntax), attributes);
}

function shape(context: Context, syntax: TypeSyntax): CType {
  const { unit } = context;
  switch (syntax.kind) {
    case 'basic':
      return basic(context, syntax.words, syntax.span);
    case 'typedef-name': {
      // `T T, *p;`: what the declarators share was read before any of them.
      const known = unit.typedefUses.get(syntax);
      if (known !== undefined) return known;
      const entity = lookup(context, syntax.name, syntax.span.first);
      if (entity?.kind === 'typedef') {
        if (context.scope !== null) unit.typedefUses.set(syntax, entity.type);
        return entity.type;
      }
      return unit.reject(syntax.span, `unknown type name '${syntax.name}'`);
    }
    case 'typeof-expr': {
      const known = unit.typeofs.get(syntax);
      if (known !== undefined) return known;
      const type = typeOfExpr(context, syntax.expr, 'typeof');
      unit.typeofs.set(syntax, type);
      return type;
    }
    case 'typeof-type':
      return resolveType(context, syntax.type);
    case 'auto':
      return unit.reject(syntax.span, "'__auto_type' needs an initialised declaration of one name");
    case 'va-list':
      return VA_LIST;
    case 'record':
      return recordOf(context, syntax);
    case 'enum':
      return enumTypeOf(context, syntax);
    case 'pointer':
      return pointerTo(resolveType(context, syntax.to));
    case 'array':
      return arrayType(context, syntax);
    case 'function':
      return functionOf(context, syntax);
  }
}

/* ---------- basic types ---------- */

function basic(context: Context, words: string, span: Span): CType {
  const { unit } = context;
  const list = words.split(/\s+/).filter((word) => word !== '');
  const count = (word: string): number => list.filter((w) => w === word).length;
  const has = (word: string): boolean => count(word) > 0;
  if (has('_Complex')) return unit.unsupported(span, 'complex');
  if (
    list.some((w) =>
      /^(__float128|__ibm128|_Decimal\d+|_Float(16|128)x?|__bf16|_Float64x)$/.test(w),
    )
  ) {
    return unit.unsupported(span, 'decimal-float', words);
  }
  if (has('void')) return VOID;
  if (has('_Bool')) return BOOL;
  if (has('float') || has('_Float32')) return FLOAT;
  if (has('_Float64') || has('_Float32x')) return DOUBLE;
  if (has('double')) return has('long') ? LONG_DOUBLE : DOUBLE;
  const unsigned = has('unsigned');
  const type = integerOf(unit.char, list, count, unsigned);
  return type ?? unit.reject(span, `'${words}' is no type`);
}

function integerOf(
  char: IntType,
  list: readonly string[],
  count: (word: string) => number,
  unsigned: boolean,
): IntType | null {
  const known = ['unsigned', 'signed', 'char', 'short', 'int', 'long', '__int128'];
  if (list.length === 0 || list.some((word) => !known.includes(word))) return null;
  if (count('char') > 0) {
    if (unsigned) return INT_TYPES['unsigned char'];
    return count('signed') > 0 ? INT_TYPES['signed char'] : char;
  }
  if (count('__int128') > 0) return INT_TYPES[unsigned ? 'unsigned __int128' : '__int128'];
  if (count('short') > 0) return INT_TYPES[unsigned ? 'unsigned short' : 'short'];
  if (count('long') > 1) return INT_TYPES[unsigned ? 'unsigned long long' : 'long long'];
  if (count('long') === 1) return unsigned ? ULONG : LONG;
  return unsigned ? UINT : INT;
}

/* ---------- arrays and functions ---------- */

function arrayType(context: Context, syntax: TypeSyntax & { readonly kind: 'array' }): CType {
  const { unit } = context;
  const of = resolveType(context, syntax.of);
  if (of.kind === 'function') unit.reject(syntax.span, 'declaration of an array of functions');
  if (of.kind === 'void') unit.reject(syntax.span, 'declaration of an array of voids');
  if (of.kind !== 'array' || of.length === null) requireComplete(context, of, syntax.span);
  if (syntax.size === null) return { kind: 'array', of, length: null };
  const size = arrayLength(context, syntax.size);
  if (typeof size !== 'bigint') return variableLength(context, of, size, syntax.span);
  if (size < 0n) unit.reject(syntax.size.span, 'size of array is negative');
  if (size > 1n << 48n) unit.reject(syntax.size.span, 'size of array is too large');
  return { kind: 'array', of, length: Number(size) };
}

function functionOf(context: Context, syntax: TypeSyntax & { readonly kind: 'function' }): CType {
  const { unit } = context;
  const returns = resolveType(context, syntax.returns);
  if (returns.kind === 'array' || returns.kind === 'function') {
    unit.reject(
      syntax.span,
      `function returning ${returns.kind === 'array' ? 'an array' : 'a function'}`,
    );
  }
  const inner: Context = { ...context, scope: new Scope(context.scope), unevaluated: true };
  const params = parameterTypes(inner, syntax.params);
  if (!syntax.oldStyle) return functionType(returns, params, syntax.variadic);
  return functionType(returns, params.map(defaultPromoted), false, false);
}

function parameterTypes(context: Context, params: readonly Param[]): readonly CType[] {
  const [only] = params;
  if (
    params.length === 1 &&
    only !== undefined &&
    only.name === null &&
    isVoidSyntax(context, only.type)
  )
    return [];
  return params.map((param) => {
    const type = parameterType(context, param);
    if (param.name !== null) {
      // A later parameter's type may name it: `int n, int a[n]`.
      const local = {
        name: param.name,
        type,
        align: 1,
        param: true,
        addressTaken: false,
        span: param.span,
      };
      if (context.scope?.ordinary.has(param.name) === true)
        context.unit.reject(param.span, `redefinition of parameter '${param.name}'`);
      context.scope?.ordinary.set(param.name, { kind: 'local', local });
    }
    return unqualified(type);
  });
}

function isVoidSyntax(context: Context, type: TypeSyntax): boolean {
  if (type.kind === 'basic') return type.words === 'void';
  return type.kind === 'typedef-name' && resolveType(context, type).kind === 'void';
}

/** Adjusted as C11 6.7.6.3p7 and p8 say, own qualifiers kept. */
export function parameterType(context: Context, param: Param): CType {
  const type = declaredType(context, param.type, param.attributes);
  return adjustedParameter(type);
}

export function adjustedParameter(type: CType): CType {
  if (type.kind === 'array') return pointerTo(type.of);
  if (type.kind === 'function') return pointerTo(type);
  if (type.kind === 'va-list') return pointerTo(unqualified(type));
  return type;
}
