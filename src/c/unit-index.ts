import type { Result } from '../base/result.js';
import type { Diagnostic } from '../base/diagnostic.js';
import type { ExternalDeclaration } from './ast.js';
import type { TokenList } from './token-list.js';

/**
 * A preprocessed translation unit, cut into its top-level declarations and indexed by what they declare, but not
 * parsed: a declaration that nobody reaches may be anything. `c/parse` makes it (`indexUnit`), `c/check` pulls on it.
 */
export interface UnitIndex {
  /** The main file's path. */
  readonly path: string;
  readonly tokens: TokenList;
  readonly declarations: readonly DeclarationRange[];
  /**
   * Ordinary identifiers at file scope (C11 6.2.3): objects, functions, typedefs and enumerators, each with the
   * declarations that declare or define it, in order.
   */
  readonly ordinary: ReadonlyMap<string, readonly number[]>;
  /** `struct x` / `union x` / `enum x` → declarations that define it with braces (anywhere inside them). */
  readonly tags: ReadonlyMap<string, readonly number[]>;
  /** Would the same tokens be parsed the same way in the other unit, wherever they stand: are the same names types, is nothing laid out by pragmas? */
  readsLike(other: UnitIndex): boolean;
  /** Parses one declaration (cached). ERROR or MISSING in it is a diagnostic, never passed over. */
  parse(declaration: number): Result<readonly ExternalDeclaration[], Diagnostic>;
}

export interface DeclarationRange {
  readonly first: number;
  readonly last: number;
  /** A function definition (it has a body) with this name, else null. */
  readonly defines: string | null;
}
