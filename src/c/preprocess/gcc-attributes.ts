/** Attributes of which gcc 12 for x86-64 says `__has_attribute(…)` is 1 in C. */
export const gccAttributes: ReadonlySet<string> = new Set(['packed']);
