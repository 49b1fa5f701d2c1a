/** Bounds, so that no input makes the preprocessor run away. */
export interface Limits {
  /** #include nesting; gcc's own default. */
  readonly includeDepth: number;
  /** UTF-16 code units of one file. */
  readonly fileSize: number;
  /** Tokens of the whole output. */
  readonly tokens: number;
  /** Tokens that all macro expansions together push back. */
  readonly expandedTokens: number;
  /** Macro arguments expanded within macro arguments. */
  readonly macroNesting: number;
  /** Files read, counting repeats. */
  readonly includes: number;
  /** Parentheses and operators that nest within one #if. */
  readonly conditionNesting: number;
}

export const defaultLimits: Limits = {
  includeDepth: 200,
  fileSize: 64 << 20,
  tokens: 6_000_000,
  expandedTokens: 30_000_000,
  macroNesting: 300,
  includes: 100_000,
  conditionNesting: 300,
};
