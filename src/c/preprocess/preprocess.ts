/**
 * C11 5.1.1.2 phases 1 to 4 with gcc's extensions: from files of a tree to tokens that know their origins.
 * Truth is `gcc -E` (gcc 12, gnu11). The first error ends the run, where gcc goes on to report
 * more. Known gaps: extra tokens behind #else and #endif are not warned of, #pragma GCC dependency is listed only.
 */
import type { Diagnostic, Note } from '../../base/diagnostic.js';
import { diagnostic } from '../../base/diagnostic.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { expansionNotes, placeInFile, placeOf, sourceFile, writtenToken } from '../source-file.js';
import type { SourceFile, Token } from '../token.js';
import { Assertions } from './assertions.js';
import type { Buffer } from './buffer.js';
import { BuiltinMacros } from './builtin-macros.js';
import { Conditionals } from './conditionals.js';
import { Directives } from './directives.js';
import { Expander } from './expander.js';
import { gccPredefined } from './gcc-predefined.js';
import type { HeaderText, LoadedFile, StandIn } from './header-search.js';
import { HeaderSearch } from './header-search.js';
import { Inclusions } from './inclusions.js';
import type { Limits } from './limits.js';
import { defaultLimits } from './limits.js';
import type { MacroDefinition } from './macro.js';
import type { NameEvent } from './names.js';
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
import type { Checkpoint, History } from './resume.js';
import { fileStates, historyFor, keepHistory, restoreFiles } from './resume.js';
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
 * Preprocesses one file. `earlier` is a result of the same file, of another version perhaps: what the two have in common
 * is taken over from it, tokens included, and the result is the same as without it.
 */
export function preprocess(
  options: PreprocessOptions,
  earlier: Preprocessed | null = null,
): Result<Preprocessed, Diagnostic> {
  try {
    return ok(new Run(options, earlier).all());
  } catch (failure) {
    if (failure instanceof PreprocessFailure) return err(failure.diagnostic);
    throw failure;
  }
}

class Run implements Problems {
  private readonly names: Names;
  private readonly reader = new SourceReader();
  private readonly skipped = new SkippedGroups();
  private readonly warnings: Diagnostic[] = [];
  private output = new TokenOutput();
  private padding: PpToken = padNext;
  private readonly limits: Limits;
  private readonly search: HeaderSearch;
  private readonly pragmas = new Pragmas(() => this.output.length);
  private readonly assertions = new Assertions();
  private readonly builtIn: SourceFile;
  private readonly builtins: BuiltinMacros;
  private readonly expander: Expander;
  private readonly inclusions: Inclusions;
  private readonly checkpoints: Checkpoint[] = [];
  private readonly history: History | null;

  constructor(
    private readonly options: PreprocessOptions,
    private readonly earlier: Preprocessed | null,
  ) {
    this.limits = { ...defaultLimits, ...options.limits };
    this.search = new HeaderSearch({
      read: options.read,
      quoteDirs: options.quoteDirs ?? [],
      includeDirs: options.includeDirs ?? [],
      override: options.override ?? (() => null),
      standIn: options.standIn ?? (() => null),
    });
    const history = earlier === null ? null : historyFor(earlier, options);
    this.names = history?.names ?? new Names();
    this.builtIn = sourceFile('<built-in>', options.predefined ?? gccPredefined);
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
    );
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
    this.history = history;
  }

  all(): Preprocessed {
    const { main } = this.options;
    const file = sourceFile(main.path, main.text);
    const from = this.takeOver(file);
    if (from === null) {
      this.names.rewind([], 0);
      this.builtins.begin();
      this.read(this.builtIn, true, null);
      const forced = (this.options.forceIncludes ?? []).map((each) => `#include "${each}"\n`);
      const commandLine = `${this.options.defines ?? ''}\n${forced.join('')}`;
      this.read(sourceFile('<command line>', commandLine), true, null);
    }
    this.read(file, false, from);
    const events = this.names.history;
    let macros: ReadonlyMap<string, MacroDefinition> | null = null;
    const result: Preprocessed = {
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
    keepHistory(result, {
      options: this.options,
      names: this.names,
      nameEvents: events,
      searchEvents: this.search.events,
      checkpoints: this.checkpoints,
    });
    return result;
  }

  private timesRead(main: SourceFile): ReadonlyMap<string, number> {
    const counts = new Map([[main.path, 1]]);
    for (const { loaded, included } of fileStates(this.search.events))
      counts.set(loaded.file.path, (counts.get(loaded.file.path) ?? 0) + included);
    return counts;
  }

  /** Goes back to the last checkpoint of the earlier run up to which nothing is different. */
  private takeOver(main: SourceFile): Checkpoint | null {
    const { earlier, history } = this;
    if (earlier === null || history === null) return null;
    const { checkpoints, searchEvents } = history;
    const before = history.options.main.text;
    let common = 0;
    const fits = (each: Checkpoint): boolean => {
      while (common < each.pos && before.charCodeAt(common) === main.text.charCodeAt(common))
        common++;
      return common >= each.pos;
    };
    const reachable = checkpoints.filter(fits);
    const asked = reachable[reachable.length - 1]?.searchEvents ?? 0;
    const same = this.search.takeOver(searchEvents.slice(0, asked));
    const at = reachable.filter((each) => each.searchEvents <= same).at(-1);
    restoreFiles(searchEvents, at?.fileStates ?? []);
    if (at === undefined) return null;
    this.names.rewind(history.nameEvents, at.nameEvents);
    this.output = new TokenOutput(earlier.tokens.slice(0, at.tokens) as PpToken[]);
    this.padding = at.padding;
    const files = earlier.files.slice(0, at.files);
    for (const each of files)
      if (each.path !== main.path) this.inclusions.filesRead.push(each);
      else this.inclusions.filesRead.push(main);
    this.skipped.groups.push(...earlier.skipped.slice(0, at.skipped));
    this.pragmas.list.push(...earlier.pragmas.slice(0, at.pragmas));
    this.warnings.push(...earlier.warnings.slice(0, at.warnings));
    this.builtins.counter = at.counter;
    this.inclusions.count = at.includes;
    this.expander.produced = at.produced;
    this.checkpoints.push(...checkpoints.slice(0, checkpoints.indexOf(at) + 1));
    return at;
  }

  /** The main file goes on behind an #include: what follows depends on no more than what is noted here. */
  private checkpoint(main: Buffer, loaded: LoadedFile): void {
    const last = this.checkpoints[this.checkpoints.length - 1];
    const first = this.output.at(last?.tokens ?? 0);
    if (
      main.loaded !== loaded ||
      main.conditionals.length > 0 ||
      main.lineDelta !== 0 ||
      main.shownPath !== main.file.path ||
      this.pragmas.stateful ||
      this.assertions.changed ||
      // Tokens of the main file itself belong to its version: behind them there are no more checkpoints.
      (first !== undefined && writtenToken(first).file === main.file)
    )
      return;
    const { pos, line, lineStart } = main.lexer;
    this.checkpoints.push({
      pos,
      line,
      lineStart,
      padding: this.padding,
      tokens: this.output.length,
      files: this.inclusions.filesRead.length,
      skipped: this.skipped.groups.length,
      pragmas: this.pragmas.list.length,
      warnings: this.warnings.length,
      nameEvents: this.names.history.length,
      searchEvents: this.search.events.length,
      counter: this.builtins.counter,
      includes: this.inclusions.count,
      produced: this.expander.produced,
      fileStates: fileStates(this.search.events),
    });
  }

  /** Reads a file to its end, or from a checkpoint on. */
  private read(file: SourceFile, internal: boolean, from: Checkpoint | null): void {
    const loaded: LoadedFile = { file, guard: null, once: false, included: from === null ? 0 : 1 };
    this.inclusions.enter(loaded, file.path, -1, null, internal);
    const entered = this.reader.buffer;
    if (entered !== null && from !== null) entered.lexer.resume(from);
    // A carriage return would put offsets in doubt.
    if (!internal && !file.text.includes('\r'))
      this.reader.onReturn = (buffer) => this.checkpoint(buffer, loaded);
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
