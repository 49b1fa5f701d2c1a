/**
 * C11 5.1.1.2 phases 1 to 4 with gcc's extensions: from files of a tree to tokens that know their origins.
 * Truth is `gcc -E` (gcc 12, gnu11). The first error ends the run, where gcc goes on to report
 * more. Known gaps: extra tokens behind #else and #endif are not warned of, #pragma GCC dependency is listed only.
 */
import type { Diagnostic, Note, Place } from '../../base/diagnostic.js';
import { diagnostic } from '../../base/diagnostic.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { expansionNotes, placeInFile, placeOf } from '../source-file.js';
import type { SourceFile } from '../token.js';
import type { TokenList } from '../token-list.js';
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
import type { NameHistory, Names } from './names.js';
import { Passages, type RunState } from './passages.js';
import type { Pragma } from './pragmas.js';
import { Pragmas } from './pragmas.js';
import { END, foldPadding, Mark, PAD_NEXT } from './pp-token.js';
import type { Problems } from './problems.js';
import { PreprocessFailure } from './problems.js';
import { SourceReader } from './reader.js';
import type { SkippedGroup } from './skipped-groups.js';
import { SkippedGroups } from './skipped-groups.js';
import { TokenOutput } from './token-output.js';
import type { TokenStore } from './token-store.js';

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
  readonly tokens: TokenList;
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
  readonly store: TokenStore;
  readonly names: Names;
  private readonly reader: SourceReader;
  readonly skipped = new SkippedGroups();
  readonly warnings: Diagnostic[] = [];
  readonly output: TokenOutput;
  padding = PAD_NEXT;
  private readonly limits: Limits;
  readonly search: HeaderSearch;
  readonly pragmas: Pragmas;
  readonly assertions: Assertions;
  private readonly builtIn: SourceFile;
  readonly builtins: BuiltinMacros;
  readonly expander: Expander;
  private readonly inclusions: Inclusions;
  private readonly passages: Passages;

  constructor(
    private readonly options: PreprocessOptions,
    private readonly memo: HeaderMemo,
  ) {
    const { store } = memo;
    this.store = store;
    this.reader = new SourceReader(store);
    this.output = new TokenOutput(store);
    this.pragmas = new Pragmas(store, () => this.output.length);
    this.assertions = new Assertions(store);
    this.limits = { ...defaultLimits, ...options.limits };
    this.search = new HeaderSearch({
      read: options.read,
      quoteDirs: options.quoteDirs ?? [],
      includeDirs: options.includeDirs ?? [],
      override: options.override ?? (() => null),
      standIn: options.standIn ?? (() => null),
      file: (path, text) => memo.file(path, text),
    });
    this.names = store.names;
    this.names.restart();
    this.builtIn = memo.file('<built-in>', options.predefined ?? gccPredefined);
    this.builtins = new BuiltinMacros(
      store,
      this.reader,
      this.pragmas,
      options.main.path,
      this.builtIn,
      () => this.inclusions,
    );
    this.expander = new Expander(store, this.reader, this.builtins, this, this.limits);
    this.inclusions = new Inclusions(
      store,
      this.reader,
      this.expander,
      this.search,
      this,
      this.limits,
      () => this.passages,
    );
    this.passages = new Passages(memo, settingOf(options), this, this.inclusions);
    const conditionals = new Conditionals(
      store,
      this.expander,
      this.assertions,
      this.skipped,
      this,
      this.limits,
    );
    this.reader.connect(
      new Directives(
        store,
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
    const { names } = this;
    const { history } = names;
    let macros: ReadonlyMap<string, MacroDefinition> | null = null;
    return {
      tokens: this.output.all(),
      files: this.inclusions.filesRead,
      inclusions: this.timesRead(file),
      get macros() {
        return (macros ??= finalMacros(names, history));
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
    const { expander, output, store } = this;
    const most = this.limits.tokens;
    for (;;) {
      const token = expander.get();
      const bits = store.cells[token] as number;
      if ((bits & (Mark.padding | Mark.end | Mark.pragma)) !== 0) {
        if ((bits & Mark.end) !== 0) {
          // The end of an included file that cut an invocation short is not the end of all.
          if (this.reader.buffer === null) return;
          continue;
        }
        if ((bits & Mark.pragma) !== 0) this.pragmas.giveOut(token);
        else this.padding = foldPadding(this.padding, token);
        continue;
      }
      output.add(token, store.spaceAfterPadding(this.padding, token));
      this.padding = PAD_NEXT;
      if (output.length > most)
        this.fail('limit', `the output has more than ${most} tokens`, token);
    }
  }

  /* ---------- Problems ---------- */

  failPlace(code: Diagnostic['code'], message: string, place: number, length = 1): never {
    throw new PreprocessFailure(
      diagnostic(code, message, this.at(place, length), this.reader.includeNotes()),
    );
  }

  fail(
    code: Diagnostic['code'],
    message: string,
    token: number,
    notes: readonly Note[] = [],
  ): never {
    if (token === END) throw new PreprocessFailure(diagnostic(code, message, null, notes));
    const shown = this.store.token(token);
    throw new PreprocessFailure(
      diagnostic(code, message, placeOf(shown), [
        ...expansionNotes(shown),
        ...notes,
        ...this.reader.includeNotes(),
      ]),
    );
  }

  warn(message: string, token: number): void {
    this.warnPlace(message, this.store.place(token));
  }

  warnPlace(message: string, place: number): void {
    this.warnings.push(diagnostic('bad-input', message, this.at(place, 1)));
  }

  private at(place: number, length: number): Place {
    const text = this.store.places.at(place);
    const offset = place - text.base;
    return placeInFile(text.file, text.lineAt(offset), text.columnAt(offset), length);
  }
}

/** The macros that are defined when all this has happened to their names; made when somebody asks. */
function finalMacros(names: Names, history: NameHistory): ReadonlyMap<string, MacroDefinition> {
  const macros = new Map<string, MacroDefinition>();
  for (let i = 0; i < history.length; i++) {
    const name = names.texts[history.names.at(i)] ?? '';
    const macro = names.macros[history.meanings.at(i)] ?? null;
    if (macro === null) macros.delete(name);
    else macros.set(name, macro.definition);
  }
  return macros;
}

/** What, besides texts and macros, decides how a header is read. */
function settingOf({ quoteDirs, includeDirs, limits }: PreprocessOptions): string {
  return JSON.stringify([quoteDirs ?? [], includeDirs ?? [], limits ?? {}]);
}
