/** Values of `&&label`: LABEL_BASE + 16 × the label's index in its function; no address of memory or of a function. */
export const LABEL_BASE = 0xffff_ffff_9000_0000n;
