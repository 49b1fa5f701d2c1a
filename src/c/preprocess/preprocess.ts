/**
 * C11 5.1.1.2 phases 1 to 4 with gcc's extensions: from files of a tree to tokens that know their origins.
 * Truth is `gcc -E` (gcc 12, gnu11). Not done: trigraphs (off in gnu11), #assert, C23's #embed; the first error ends
 * the run, where gcc goes on to report more.
 */
import type { Diagnostic, Note } from '../../base/diagnostic.js';
import { diagnostic } from '../../base/diagnostic.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { expansionNotes, placeInFile, placeOf, sourceFile } from '../source-file.js';
import type { SourceFile, Token } from '../token.js';
import { Assertions } from './assertions.js';
import { BuiltinMacros } from './builtin-macros.js';
import { Directives } from './directives.js';
import { Expander } from './expander.js';
import { gccPredefined } from './gcc-predefined.js';
import type { HeaderText, StandIn } from './header-search.js';
import { HeaderSearch } from './header-search.js';
import type { Limits } from './limits.js';
import { defaultLimits } from './limits.js';
import type { MacroDefinition } from './macro.js';
import { Names } from './names.js';
import type { Pragma } from './pragmas.js';
import { Pragmas } from './pragmas.js';
import {
  endToken,
  foldPadding,
  Mark,
  padNext,
  type PpToken,
  spaceAfterPadding,
  withMarks,
} from './pp-token.js';
import type { Problems } from './problems.js';
import { PreprocessFailure } from './problems.js';
import { SourceReader } from './reader.js';
import type { SkippedGroup } from './skipped-groups.js';
import { SkippedGroups } from './skipped-groups.js';

export interface PreprocessOptions {
  readonly main: { readonly path: string; readonly text: string };
  /** Text of a file of the tree, null where there is none. Paths have no `.` and `..`. */
  readonly read: (path: string) => string | null;
  /** Searched for `#include "…"` after the including file's own directory. */
  readonly quoteDirs?: readonly string[];
  readonly includeDirs?: readonly string[];
  /** Asked first, by the name as it is included (`asm/atomic.h`). */
  readonly override?: (name: string) => HeaderText | null;
  /** Asked when no directory has the header. */
  readonly standIn?: (name: string) => StandIn | null;
  /** #define lines in place of gcc's own predefined macros. */
  readonly predefined?: string;
  /** #define and #undef lines of the command line, after the predefined ones. */
  readonly defines?: string;
  /** Headers included before the main file, as by `-include`. */
  readonly forceIncludes?: readonly string[];
  readonly limits?: Partial<Limits>;
}

export interface Preprocessed {
  readonly tokens: readonly Token[];
  /** Files in the order in which they were first read, the main file among them. */
  readonly files: readonly SourceFile[];
  /** The macros that are defined at the end. */
  readonly macros: ReadonlyMap<string, MacroDefinition>;
  readonly skipped: readonly SkippedGroup[];
  readonly pragmas: readonly Pragma[];
  readonly warnings: readonly Diagnostic[];
}

export function preprocess(options: PreprocessOptions): Result<Preprocessed, Diagnostic> {
  try {
    return ok(new Run(options).all());
  } catch (failure) {
    if (failure instanceof PreprocessFailure) return err(failure.diagnostic);
    throw failure;
  }
}

class Run implements Problems {
  private readonly names = new Names();
  private readonly reader = new SourceReader();
  private readonly skipped = new SkippedGroups();
  private readonly warnings: Diagnostic[] = [];
  private readonly tokens: PpToken[] = [];
  private readonly limits: Limits;
  private readonly search: HeaderSearch;
  private readonly pragmas: Pragmas;
  private readonly expander: Expander;
  private readonly directives: Directives;

  constructor(private readonly options: PreprocessOptions) {
    this.limits = { ...defaultLimits, ...options.limits };
    this.search = new HeaderSearch({
      read: options.read,
      quoteDirs: options.quoteDirs ?? [],
      includeDirs: options.includeDirs ?? [],
      override: options.override ?? (() => null),
      standIn: options.standIn ?? (() => null),
    });
    this.pragmas = new Pragmas(() => this.tokens.length);
    const builtIn = sourceFile('<built-in>', options.predefined ?? gccPredefined);
    const builtins = new BuiltinMacros(
      this.names,
      this.reader,
      this.pragmas,
      options.main.path,
      builtIn,
      () => this.directives,
    );
    this.expander = new Expander(this.names, this.reader, builtins, this, this.limits);
    this.directives = new Directives(
      this.names,
      this.reader,
      this.expander,
      this.search,
      this.skipped,
      this.pragmas,
      new Assertions(),
      this,
      this.limits,
    );
    this.reader.connect(this.directives);
    this.read(builtIn, true);
    const forced = (options.forceIncludes ?? []).map((each) => `#include "${each}"\n`).join('');
    this.read(sourceFile('<command line>', (options.defines ?? '') + '\n' + forced), true);
  }

  all(): Preprocessed {
    const main = sourceFile(this.options.main.path, this.options.main.text);
    this.read(main, false);
    return {
      tokens: this.tokens,
      files: this.directives.filesRead,
      macros: this.macros(),
      skipped: this.skipped.groups,
      pragmas: this.pragmas.list,
      warnings: this.warnings,
    };
  }

  /** Reads a file to its end. */
  private read(file: SourceFile, internal: boolean): void {
    const loaded = { file, guard: null, once: false, included: 0 };
    this.directives.enter(loaded, file.path, -1, null, internal);
    const { expander, tokens } = this;
    const most = this.limits.tokens;
    let padding: PpToken = padNext;
    for (;;) {
      const token = expander.get();
      if ((token.bits & (Mark.padding | Mark.end | Mark.pragma)) !== 0) {
        if ((token.bits & Mark.end) !== 0) {
          // The end of an included file that cut an invocation short is not the end of all.
          if (this.reader.buffer === null) return;
          continue;
        }
        if ((token.bits & Mark.pragma) !== 0) this.pragmas.giveOut(token);
        else padding = foldPadding(padding, token);
        continue;
      }
      const space = spaceAfterPadding(padding, token);
      tokens.push(space === token.space ? token : withMarks(token, token.bits ^ Mark.space));
      padding = padNext;
      if (tokens.length > most)
        this.fail('limit', `the output has more than ${most} tokens`, token);
    }
  }

  private macros(): ReadonlyMap<string, MacroDefinition> {
    const macros = new Map<string, MacroDefinition>();
    for (const name of this.names) if (name.macro !== null) macros.set(name.text, name.macro);
    return macros;
  }

  /* ---------- Problems ---------- */

  failAt(
    code: Diagnostic['code'],
    message: string,
    file: SourceFile,
    line: number,
    column: number,
    length = 1,
    notes: readonly Note[] = [],
  ): never {
    throw new PreprocessFailure(
      diagnostic(code, message, placeInFile(file, line, column, length), [
        ...notes,
        ...this.reader.includeNotes(),
      ]),
    );
  }

  fail(
    code: Diagnostic['code'],
    message: string,
    token: Token,
    notes: readonly Note[] = [],
  ): never {
    if (token === endToken) throw new PreprocessFailure(diagnostic(code, message, null, notes));
    throw new PreprocessFailure(
      diagnostic(code, message, placeOf(token), [
        ...expansionNotes(token),
        ...notes,
        ...this.reader.includeNotes(),
      ]),
    );
  }

  warnAt(message: string, file: SourceFile, line: number, column: number): void {
    this.warnings.push(diagnostic('bad-input', message, placeInFile(file, line, column)));
  }
}
