/** Signatures compared by what they are. */
import type { Signature } from './ir.js';

export function signatureKey({ params, result }: Signature): string {
  return `${params.join(',')}>${result ?? ''}`;
}
