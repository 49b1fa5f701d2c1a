/** Types without what `const` and `volatile` add. */
import type { CType } from './types.js';

/** The type without its own qualifiers; those of an array are its elements' (C11 6.7.3p9). */
export function unqualified(type: CType): CType {
  if (type.kind === 'array') {
    const of = unqualified(type.of);
    return of === type.of ? type : { ...type, of };
  }
  if (type.const === undefined && type.volatile === undefined) return type;
  const bare = { ...type } as { const?: true; volatile?: true };
  delete bare.const;
  delete bare.volatile;
  return bare as CType;
}
