/** Macro definitions (C11 6.10.3) as the expander uses them, and as others may look at them. */
import type { SourceFile, Token } from '../token.js';

export interface Macro {
  /** By which meanings and expansions refer to it. */
  readonly number: number;
  readonly name: string;
  readonly file: SourceFile;
  readonly line: number;
  readonly functionLike: boolean;
  /** The last one of a variadic macro is `__VA_ARGS__` or GNU's `args` of `args...`. */
  readonly parameterNames: readonly number[];
  readonly variadic: boolean;
  /** Where its name stands. */
  readonly place: number;
  /** The replacement list, `##` and `#` folded into the marks of their operands. */
  readonly replacement: Replacement;
  /** For others. */
  readonly definition: MacroDefinition;
}

export interface Replacement {
  readonly body: readonly number[];
  /** Which parameter each token of the body names, -1 for none; empty where there are no parameters. */
  readonly slots: readonly number[];
  readonly hasVaOpt: boolean;
}

/** What a caller of the preprocessor sees of a macro. */
export interface MacroDefinition {
  readonly name: string;
  readonly file: SourceFile;
  readonly line: number;
  readonly column: number;
  readonly functionLike: boolean;
  readonly parameters: readonly string[];
  readonly variadic: boolean;
  /** Replacement list with single spaces where the source has white space. */
  readonly spelling: string;
  readonly body: readonly Token[];
}
