/** One file being read, and the stack of them. */
import type { SourceFile } from '../token.js';
import type { LoadedFile } from './header-search.js';
import type { Lexer } from './lexer.js';

/** A conditional that is open in a file (C11 6.10.1). */
export interface OpenConditional {
  /** The `if`, `ifdef` or `ifndef` token. */
  readonly opening: number;
  /** One of its groups has been taken. */
  taken: boolean;
  elseSeen: boolean;
  /** The macro that makes it the include guard of its file, if it is one. */
  guard: number | null;
  /** Offsets in the file behind the `#` of its #if, #elif and #else. */
  readonly conditions: number[];
}

/** How far the file looks as if an include guard held all of it. */
export enum GuardState {
  /** Nothing has been seen. */
  Start,
  /** Within the guard's conditional. */
  Inside,
  /** Behind its #endif, nothing seen since. */
  After,
  /** No guard. */
  None,
}

export interface Buffer {
  readonly loaded: LoadedFile;
  readonly file: SourceFile;
  readonly lexer: Lexer;
  /** As `__FILE__` and the search for quoted headers take it; null where no directory belongs to it. */
  readonly directory: string | null;
  /** Index in the chain of directories in which it was found, for #include_next. */
  readonly found: number;
  readonly depth: number;
  /** Where it was included, null for the main file. */
  readonly includedAt: number | null;
  readonly below: Buffer | null;
  readonly conditionals: OpenConditional[];
  guardState: GuardState;
  guardName: number | null;
  /** Paths that `# 1 "file" 1` markers have put aside until their `2`. */
  readonly markerPaths: string[];
  /** What #line has changed. */
  shownPath: string;
  lineDelta: number;
  /** Is what the tool made, not the user: `<built-in>`, `<command line>`. */
  readonly internal: boolean;
}
