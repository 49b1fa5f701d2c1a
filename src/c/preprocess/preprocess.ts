/**
 * C11 5.1.1.2 phases 1 to 4 with gcc's extensions: from files of a tree to tokens that know their origins.
 * Truth is `gcc -E` (gcc 12, gnu11). The first error ends the run, where gcc goes on to report
 * more. Known gaps: extra tokens behind #else and #endif are not warned of, #pragma GCC dependency is listed only.
 */
import type { Diagnostic, Note } from '../../base/diagnostic.js';
import { diagnostic } from '../../base/diagnostic.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { expansionNotes, placeInFile, placeOf } from '../source-file.js';
import type { SourceFile, Token } from '../token.js';
import { Assertions } from './assertions.js';
import { BuiltinMacros } from './builtin-macros.js';
import { Conditionals } from './conditionals.js';
import { Directives } from './directives.js';
import { Expander } from './expander.js';
import { gccPredefined } from './gcc-predefined.js';
import { HeaderMemo } from './header-memo.js';
import type { HeaderText, LoadedFile, StandIn } from './header-search.js';
import { HeaderSearch } from './header-search.js';
import { Inclusions } from './inclusions.js';
import type { Limits } from './limits.js';
import { defaultLimits } from './limits.js';
import type { MacroDefinition } from './macro.js';
import type { NameEvent, Names } from './names.js';
import { Passages, type RunState } from './passages.js';
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
import { TokenOutput } from './token-output.js';

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
  /** How often each file was read through, by path: more than once where no guard stands in the way. */
  readonly inclusions: ReadonlyMap<string, number>;
  /** The macros that are defined at the end. */
  readonly macros: ReadonlyMap<string, MacroDefinition>;
  readonly skipped: readonly SkippedGroup[];
  readonly pragmas: readonly Pragma[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * Preprocesses one file. What `memo` remembers of the same headers, read for another unit or for another version of the
 * tree, is taken over, tokens included; the result is the same as without it.
 */
export function preprocess(
  options: PreprocessOptions,
  memo: HeaderMemo = new HeaderMemo(),
): Result<Preprocessed, Diagnostic> {
  try {
    return ok(new Run(options, memo).all());
  } catch (failure) {
    if (failure instanceof PreprocessFailure) return err(failure.diagnostic);
    throw failure;
  }
}

class Run implements Problems, RunState {
  readonly names: Names;
  private readonly reader = new SourceReader();
  readonly skipped = new SkippedGroups();
  readonly warnings: Diagnostic[] = [];
  readonly output = new TokenOutput();
  padding: PpToken = padNext;
  private readonly limits: Limits;
  readonly search: HeaderSearch;
  readonly pragmas = new Pragmas(() => this.output.length);
  readonly assertions = new Assertions();
  private readonly builtIn: SourceFile;
  readonly builtins: BuiltinMacros;
  readonly expander: Expander;
  private readonly inclusions: Inclusions;
  private readonly passages: Passages;

  constructor(
    private readonly options: PreprocessOptions,
    private readonly memo: HeaderMemo,
  ) {
    this.limits = { ...defaultLimits, ...options.limits };
    this.search = new HeaderSearch({
      read: options.read,
      quoteDirs: options.quoteDirs ?? [],
      includeDirs: options.includeDirs ?? [],
      override: options.override ?? (() => null),
      standIn: options.standIn ?? (() => null),
      file: (path, text) => memo.file(path, text),
    });
    this.names = memo.names;
    this.names.restart();
    this.builtIn = memo.file('<built-in>', options.predefined ?? gccPredefined);
    this.builtins = new BuiltinMacros(
      this.names,
      this.reader,
      this.pragmas,
      options.main.path,
      this.builtIn,
      () => this.inclusions,
    );
    this.expander = new Expander(this.names, this.reader, this.builtins, this, this.limits);
    this.inclusions = new Inclusions(
      this.names,
      this.reader,
      this.expander,
      this.search,
      this,
      this.limits,
      () => this.passages,
    );
    this.passages = new Passages(memo, settingOf(options), this, this.inclusions);
    const conditionals = new Conditionals(
      this.names,
      this.expander,
      this.assertions,
      this.skipped,
      this,
      this.limits,
    );
    this.reader.connect(
      new Directives(
        this.names,
        this.expander,
        this.inclusions,
        conditionals,
        this.pragmas,
        this.assertions,
        this,
      ),
    );
  }

  all(): Preprocessed {
    const { main } = this.options;
    const file = this.memo.file(main.path, main.text);
    this.builtins.begin();
    this.read(this.builtIn, true);
    const forced = (this.options.forceIncludes ?? []).map((each) => `#include "${each}"\n`);
    const commandLine = `${this.options.defines ?? ''}\n${forced.join('')}`;
    this.read(this.memo.file('<command line>', commandLine), true);
    this.read(file, false);
    const events = this.names.history;
    let macros: ReadonlyMap<string, MacroDefinition> | null = null;
    return {
      tokens: this.output.all(),
      files: this.inclusions.filesRead,
      inclusions: this.timesRead(file),
      get macros() {
        return (macros ??= finalMacros(events));
      },
      skipped: this.skipped.groups,
      pragmas: this.pragmas.list,
      warnings: this.warnings,
    };
  }

  private timesRead(main: SourceFile): ReadonlyMap<string, number> {
    const counts = new Map([[main.path, 1]]);
    for (const { file, included } of this.search.all)
      if (included > 0) counts.set(file.path, (counts.get(file.path) ?? 0) + included);
    return counts;
  }

  /** Reads a file to its end. */
  private read(file: SourceFile, internal: boolean): void {
    const loaded: LoadedFile = { file, guard: null, once: false, included: 1, touched: -1 };
    if (internal && this.passages.takeOver(loaded, file.path, -1)) return;
    this.inclusions.enter(loaded, file.path, -1, null, internal);
    const { expander, output } = this;
    const most = this.limits.tokens;
    for (;;) {
      const token = expander.get();
      if ((token.bits & (Mark.padding | Mark.end | Mark.pragma)) !== 0) {
        if ((token.bits & Mark.end) !== 0) {
          // The end of an included file that cut an invocation short is not the end of all.
          if (this.reader.buffer === null) return;
          continue;
        }
        if ((token.bits & Mark.pragma) !== 0) this.pragmas.giveOut(token);
        else this.padding = foldPadding(this.padding, token);
        continue;
      }
      const space = spaceAfterPadding(this.padding, token);
      output.add(space === token.space ? token : withMarks(token, token.bits ^ Mark.space));
      this.padding = padNext;
      if (output.length > most)
        this.fail('limit', `the output has more than ${most} tokens`, token);
    }
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

/** The macros that are defined when all this has happened to their names; made when somebody asks. */
function finalMacros(events: readonly NameEvent[]): ReadonlyMap<string, MacroDefinition> {
  const macros = new Map<string, MacroDefinition>();
  for (const { name, macro } of events)
    if (macro === null) macros.delete(name.text);
    else macros.set(name.text, macro);
  return macros;
}

/** What, besides texts and macros, decides how a header is read. */
function settingOf({ quoteDirs, includeDirs, limits }: PreprocessOptions): string {
  return JSON.stringify([quoteDirs ?? [], includeDirs ?? [], limits ?? {}]);
}
