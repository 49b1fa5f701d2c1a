/**
 * Compatible and composite types (C11 6.2.7), with gcc's choices where the standard leaves one: an enum is compatible with
 * its base type and with no other enum. Cyclic types need no care: a record is equal to itself alone.
 */
import type { CType, FunctionType } from '../types.js';
import { INT, isVoid, promoted } from './basic-types.js';
import { unqualified } from '../unqualified.js';

function sameQualifiers(left: CType, right: CType): boolean {
  return left.const === right.const && left.volatile === right.volatile;
}

/** Compatible, qualifiers included. */
export function compatible(left: CType, right: CType): boolean {
  if (left === right) return true;
  return sameQualifiers(left, right) && compatibleUnqualified(left, right);
}

/** Compatible when the outermost qualifiers are ignored. */
export function compatibleUnqualified(left: CType, right: CType): boolean {
  if (left === right) return true;
  if (left.kind === 'enum' && right.kind === 'int') return compatibleUnqualified(left.base, right);
  if (right.kind === 'enum' && left.kind === 'int') return compatibleUnqualified(left, right.base);
  switch (left.kind) {
    case 'void':
    case 'bool':
    case 'va-list':
      return right.kind === left.kind;
    case 'int':
      return right.kind === 'int' && right.name === left.name && right.width === left.width;
    case 'float':
    case 'complex':
      return right.kind === left.kind && right.bits === left.bits;
    case 'enum':
      return right.kind === 'enum' && right.id === left.id;
    case 'pointer':
      return right.kind === 'pointer' && compatible(left.to, right.to);
    case 'array':
      return (
        right.kind === 'array' &&
        compatible(left.of, right.of) &&
        (typeof left.length !== 'number' ||
          typeof right.length !== 'number' ||
          left.length === right.length)
      );
    case 'record':
      return right.kind === 'record' && right.record === left.record;
    case 'function':
      return right.kind === 'function' && compatibleFunctions(left, right);
  }
}

function compatibleFunctions(left: FunctionType, right: FunctionType): boolean {
  if (!compatible(unqualifiedReturn(left.returns), unqualifiedReturn(right.returns))) return false;
  if (left.prototyped && right.prototyped) {
    return (
      left.variadic === right.variadic &&
      left.params.length === right.params.length &&
      left.params.every((param, i) => {
        const other = right.params[i];
        return other !== undefined && compatibleUnqualified(param, other);
      })
    );
  }
  if (!left.prototyped && !right.prototyped) return true;
  // One without a prototype: the other must not need what default promotions change (C11 6.7.6.3p15).
  const known = left.prototyped ? left : right;
  const unknown = left.prototyped ? right : left;
  if (unknown.params.length > 0 && unknown.params.length !== known.params.length) return false;
  return (
    !known.variadic &&
    known.params.every((param) => compatibleUnqualified(param, defaultPromoted(param)))
  );
}

/** Qualifiers on a returned value mean nothing (C17 6.7.6.3p5); gcc drops them too. */
function unqualifiedReturn(type: CType): CType {
  return isVoid(type) ? type : unqualified(type);
}

/** Default argument promotions (C11 6.5.2.2p6). */
export function defaultPromoted(type: CType): CType {
  if (type.kind === 'float' && type.bits === 32) return { kind: 'float', bits: 64 };
  return promoted(type) ?? unqualified(type);
}

/** The composite of two compatible types (C11 6.2.7p3): what either knows, both know. */
export function composite(left: CType, right: CType): CType {
  if (left === right) return left;
  if (left.kind === 'pointer' && right.kind === 'pointer') {
    const to = composite(left.to, right.to);
    return to === left.to ? left : { ...left, to };
  }
  if (left.kind === 'array' && right.kind === 'array') {
    const of = composite(left.of, right.of);
    if (left.length === null && right.length !== null) return { ...right, of };
    if (left.length === 'variable' && typeof right.length === 'number') return { ...right, of };
    return of === left.of ? left : { ...left, of };
  }
  if (left.kind === 'function' && right.kind === 'function') {
    if (!left.prototyped) return right.prototyped || left.params.length === 0 ? right : left;
    if (!right.prototyped) return left;
    return {
      ...left,
      returns: composite(left.returns, right.returns),
      params: left.params.map((param, i) => composite(param, right.params[i] ?? param)),
    };
  }
  return left;
}

/** Types with which `int` may stand in for an implicit declaration. */
export const IMPLICIT_FUNCTION: FunctionType = {
  kind: 'function',
  returns: INT,
  params: [],
  variadic: false,
  prototyped: false,
};
