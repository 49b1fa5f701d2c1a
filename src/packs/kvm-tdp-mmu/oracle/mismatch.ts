/** What comparing two traces can find. */
import type { Dimension } from '../../../pack-api/pack.js';

export interface Mismatch {
  readonly dimension: Dimension;
  readonly kind: string;
  /** One sentence for people. */
  readonly what: string;
  /** The line of either trace that shows it; null: that trace has none. */
  readonly old: string | null;
  readonly new: string | null;
  /** Index of the event in the new trace, or in the old one where the new one has none; null: in the final state. */
  readonly index: number | null;
}
