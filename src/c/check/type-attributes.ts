/** Attributes that make another type of the one they stand on: `mode`, `vector_size`, `transparent_union`. */
import type { Attribute, Span } from '../ast.js';
import type { CType, IntName } from '../types.js';
import { findAttribute, hasAttribute, nameArgument } from './attributes.js';
import {
  DOUBLE,
  FLOAT,
  INT_TYPES,
  isInteger,
  LONG_DOUBLE,
  qualified,
  representation,
  withSign,
} from './basic-types.js';
import type { Context } from './entities.js';
import { constantValue } from './constants.js';
import { DeclaredRecord } from './records.js';
import { spelled } from '../spell-type.js';
import { isVector, vectorOf } from './vectors.js';

export function attributed(context: Context, type: CType, attributes: readonly Attribute[]): CType {
  if (attributes.length === 0) return type;
  const record = type.kind === 'record' ? type.record : null;
  if (record instanceof DeclaredRecord && hasAttribute(attributes, 'transparent_union'))
    record.transparent = true;
  const vector = findAttribute(attributes, 'vector_size');
  const [size] = vector?.args ?? [];
  if (vector !== null && size !== undefined) {
    return withVector(context, type, Number(constantValue(context, size)), vector.span);
  }
  const mode = nameArgument(attributes, 'mode');
  return mode === null
    ? type
    : withMode(context, type, mode, findAttribute(attributes, 'mode')?.span);
}

/** `int __attribute__((vector_size(16))) *p` points to a vector: the attribute is about the innermost type. */
function withVector(context: Context, type: CType, size: number, span: Span): CType {
  switch (type.kind) {
    case 'pointer':
      return { ...type, to: withVector(context, type.to, size, span) };
    case 'array':
      return { ...type, of: withVector(context, type.of, size, span) };
    case 'function':
      return { ...type, returns: withVector(context, type.returns, size, span) };
    case 'int':
    case 'float':
      return vectorOf(context, type, size, span);
    case 'void':
    case 'bool':
    case 'enum':
    case 'va-list':
    case 'complex':
    case 'record':
      return isVector(type)
        ? type
        : context.unit.reject(span, "invalid vector type for attribute 'vector_size'");
  }
}

const INT_MODES: Readonly<Record<string, IntName>> = {
  QI: 'signed char',
  HI: 'short',
  SI: 'int',
  DI: 'long',
  TI: '__int128',
  byte: 'signed char',
  word: 'long',
  pointer: 'long',
  unwind_word: 'long',
  libgcc_cmp_return: 'long',
  libgcc_shift_count: 'int',
};
const FLOAT_MODES: Readonly<Record<string, CType>> = { SF: FLOAT, DF: DOUBLE, XF: LONG_DOUBLE };

/** gcc's attribute mode: a type of the given machine mode, signed as the declared one. */
function withMode(context: Context, type: CType, spelling: string, span: Span | undefined): CType {
  const mode = spelling.replace(/^__|__$/g, '');
  const name = INT_MODES[mode];
  const float = FLOAT_MODES[mode];
  if (name !== undefined) {
    const signed = representation(type)?.signed ?? true;
    if (type.kind === 'pointer' && INT_TYPES[name].bits === 64) return type;
    if (isInteger(type))
      return qualified(
        withSign(INT_TYPES[name], signed),
        type.const === true,
        type.volatile === true,
      );
  }
  if (float !== undefined && type.kind === 'float')
    return qualified(float, type.const === true, type.volatile === true);
  return context.unit.unsupported(
    span ?? { first: 0, last: 0 },
    'machine-mode',
    `${mode} of '${spelled(type)}'`,
  );
}
