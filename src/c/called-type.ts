/**
 * What two function types must have in common for a call through a pointer to be defined (C11 6.5.2.2p9): a text that compatible types
 * share and others do not. As the kernel's own control-flow integrity, it tells pointers to const from others, and long from
 * long long. Records are known by their tags, since each unit has its own of a header's.
 */
import type { CType, FunctionType } from './types.js';
import { spelled } from './spell-type.js';
import { unqualified } from './unqualified.js';

/** null: somewhere in it a prototype is missing, and it is compatible with types that are not with each other. */
export function calledType(type: FunctionType): string | null {
  return isPrototyped(type) ? spelled(plain(type)) : null;
}

function isPrototyped(type: CType): boolean {
  switch (type.kind) {
    case 'pointer':
      return isPrototyped(type.to);
    case 'array':
      return isPrototyped(type.of);
    case 'function':
      return type.prototyped && [type.returns, ...type.params].every(isPrototyped);
    default:
      return true;
  }
}

/** An enum as the integer that it is compatible with, arrays without their length, no qualifiers where they mean nothing. */
function plain(type: CType): CType {
  switch (type.kind) {
    case 'enum':
      return { ...type, ...type.base };
    case 'pointer':
      return { ...type, to: plain(type.to) };
    case 'array':
      return { ...type, of: plain(type.of), length: null };
    case 'function':
      return {
        ...type,
        returns: unqualified(plain(type.returns)),
        params: type.params.map((param) => unqualified(plain(param))),
      };
    default:
      return type;
  }
}
