/** Notes the passages of one run, and takes earlier ones over where they fit (see `header-memo.ts`). */
import type { Diagnostic } from '../../base/diagnostic.js';
import type { SourceFile } from '../token.js';
import type { Assertions } from './assertions.js';
import type { BuiltinMacros } from './builtin-macros.js';
import type { Expander } from './expander.js';
import {
  needsOf,
  RunLog,
  type Asked,
  type FileStanding,
  type HeaderMemo,
  type Passage,
  type Request,
} from './header-memo.js';
import type { FoundHeader, HeaderSearch, LoadedFile } from './header-search.js';
import type { Names } from './names.js';
import type { Pragmas } from './pragmas.js';
import type { SkippedGroups } from './skipped-groups.js';
import type { TokenOutput } from './token-output.js';

/** The lists that a run grows, and what it counts. */
export interface RunState {
  readonly names: Names;
  readonly search: HeaderSearch;
  readonly expander: Expander;
  readonly builtins: BuiltinMacros;
  readonly pragmas: Pragmas;
  readonly assertions: Assertions;
  readonly skipped: SkippedGroups;
  readonly warnings: Diagnostic[];
  readonly output: TokenOutput;
  padding: number;
}

export interface Counts {
  includes: number;
  readonly filesRead: SourceFile[];
}

interface Open {
  readonly key: string;
  readonly loaded: LoadedFile;
  /** What names are stamped with that were looked at in it. */
  readonly epoch: number;
  readonly start: Start;
}

interface Start {
  readonly names: number;
  readonly asked: number;
  readonly events: number;
  readonly tokens: number;
  readonly skipped: number;
  readonly pragmas: number;
  readonly warnings: number;
  readonly counter: number;
  readonly placeUses: number;
  readonly padding: number;
  readonly produced: number;
  readonly includes: number;
}

export class Passages {
  private readonly log = new RunLog();
  private readonly open: (Open | null)[] = [];

  constructor(
    private readonly memo: HeaderMemo,
    /** What besides the header's own text and questions decides: search paths. */
    private readonly setting: string,
    private readonly run: RunState,
    private readonly counts: Counts,
  ) {
    run.names.log = this.log;
  }

  /** An answer of the search; `before` where the file may be read now. */
  asked(request: Request, found: FoundHeader | null, before: FileStanding | null): Asked {
    const { next, name, angled, directory, found: foundAt } = request;
    const answer =
      found === null
        ? null
        : { file: found.loaded.file, shownPath: found.shownPath, directory: found.directory };
    const asked = { next, name, angled, directory, found: foundAt, answer, before, entered: false };
    this.log.asked.push(asked);
    return asked;
  }

  /** The file is about to be read, or changes otherwise. */
  touch(loaded: LoadedFile): void {
    loaded.touched = this.log.asked.length - 1;
  }

  standing(loaded: LoadedFile): FileStanding {
    const { touched, included, guard, once } = loaded;
    if (guard !== null) this.run.names.look(guard);
    return { touched, read: included > 0, guard, once };
  }

  private key(loaded: LoadedFile, shownPath: string, directory: number): string {
    return `${loaded.file.path}\0${shownPath}\0${directory}\0${this.setting}`;
  }

  /** Is the run at a place where a passage may begin: nothing half read, nothing put aside? */
  private get clean(): boolean {
    const { expander, pragmas, assertions } = this.run;
    return !expander.midway && !pragmas.stateful && !assertions.changed;
  }

  /** A file begins to be read. Each call is answered by one of `leave`. */
  enter(loaded: LoadedFile, shownPath: string, directory: number): void {
    if (!this.clean) {
      this.open.push(null);
      return;
    }
    const { run, log } = this;
    const epoch = run.names.newEpoch();
    this.open.push({
      key: this.key(loaded, shownPath, directory),
      loaded,
      epoch,
      start: {
        names: log.names.length,
        asked: log.asked.length,
        events: run.names.history.length,
        tokens: run.output.length,
        skipped: run.skipped.groups.length,
        pragmas: run.pragmas.list.length,
        warnings: run.warnings.length,
        counter: run.builtins.counter,
        placeUses: run.builtins.placeUses,
        padding: run.padding,
        produced: run.expander.produced,
        includes: this.counts.includes,
      },
    });
  }

  leave(): void {
    const open = this.open.pop() ?? null;
    const around = this.open[this.open.length - 1] ?? null;
    const { run, log } = this;
    run.names.epoch = around?.epoch ?? run.names.newEpoch();
    if (open === null || !this.clean || run.builtins.placeUses !== open.start.placeUses) return;
    const { start } = open;
    this.memo.keep(open.key, {
      log,
      names: { from: start.names, to: log.names.length },
      asked: { from: start.asked, to: log.asked.length },
      history: run.names.history,
      events: { from: start.events, to: run.names.history.length },
      output: run.output,
      tokens: { from: start.tokens, to: run.output.length },
      skipped: run.skipped.groups.slice(start.skipped),
      pragmas: run.pragmas.list
        .slice(start.pragmas)
        .map((pragma) => pragma.standingBefore(pragma.index - start.tokens)),
      warnings: run.warnings.slice(start.warnings),
      counter: { from: start.counter, to: run.builtins.counter },
      paddingBefore: start.padding,
      paddingAfter: run.padding,
      produced: run.expander.produced - start.produced,
      includes: this.counts.includes - start.includes,
      files: this.filesWithin(open.loaded, start.asked),
      needs: null,
    });
  }

  private filesWithin(own: LoadedFile, from: number): Passage['files'] {
    const times = new Map<LoadedFile, number>([[own, 0]]);
    for (let i = from; i < this.log.asked.length; i++) {
      const asked = this.log.asked[i];
      if (asked?.entered !== true || asked.answer === null) continue;
      const loaded = this.run.search.of(asked.answer.file);
      times.set(loaded, (times.get(loaded) ?? 0) + 1);
    }
    return [...times].map(([{ file, guard, once }, count]) => ({
      file,
      guard,
      once,
      times: count,
    }));
  }

  /** Takes an earlier passage of this file over, if one fits: all is then as if the file had been read. */
  takeOver(loaded: LoadedFile, shownPath: string, directory: number): boolean {
    if (!this.clean) return false;
    for (const passage of this.memo.of(this.key(loaded, shownPath, directory))) {
      if (passage.files[0]?.file !== loaded.file || !this.fits(passage)) continue;
      const answers = this.answersFit(passage);
      if (answers === null) continue;
      this.replay(passage, answers, loaded);
      return true;
    }
    return false;
  }

  private fits(passage: Passage): boolean {
    const { run } = this;
    if (passage.paddingBefore !== run.padding) return false;
    const { counter } = passage;
    if (counter.from !== counter.to && counter.from !== run.builtins.counter) return false;
    const { names, meanings } = needsOf(passage, this.memo.marks);
    for (let i = 0; i < names.length; i++)
      if (run.names.meaning(names[i] as number) !== meanings[i]) return false;
    return true;
  }

  /** Puts its questions again; null where an answer is another, or a file stands otherwise than it did. */
  private answersFit({ log, asked }: Passage): readonly (FoundHeader | null)[] | null {
    const answers: (FoundHeader | null)[] = [];
    for (let i = asked.from; i < asked.to; i++) {
      const question = log.asked[i];
      if (question === undefined) return null;
      const found = this.run.search.answer(question);
      const { answer, before } = question;
      if (
        found?.loaded.file !== answer?.file ||
        found?.shownPath !== answer?.shownPath ||
        found?.directory !== answer?.directory
      )
        return null;
      if (found !== null && before !== null && before.touched < asked.from) {
        const { included, guard, once } = found.loaded;
        if (included > 0 !== before.read || guard !== before.guard || once !== before.once)
          return null;
      }
      answers.push(found);
    }
    return answers;
  }

  private replay(
    passage: Passage,
    answers: readonly (FoundHeader | null)[],
    own: LoadedFile,
  ): void {
    const { run, log, counts } = this;
    for (const name of needsOf(passage, this.memo.marks).names) run.names.look(name);
    const { history, events } = passage;
    for (let i = events.from; i < events.to; i++)
      run.names.change(history.names.at(i), history.meanings.at(i));
    const { asked, tokens } = passage;
    answers.forEach((found, at) => {
      const question = passage.log.asked[asked.from + at];
      if (question === undefined) return;
      const { before } = question;
      const noted = this.asked(
        question,
        found,
        before === null || found === null
          ? null
          : before.touched < asked.from
            ? this.standing(found.loaded)
            : { ...before, touched: log.asked.length },
      );
      noted.entered = question.entered;
      if (question.entered && found !== null && found.loaded.included++ === 0)
        counts.filesRead.push(found.loaded.file);
    });
    for (const { file, guard, once } of passage.files) {
      const loaded = file === own.file ? own : run.search.of(file);
      loaded.guard = guard;
      loaded.once = once;
      this.touch(loaded);
    }
    const index = run.output.length;
    run.output.append(passage.output, tokens.from, tokens.to);
    run.skipped.groups.push(...passage.skipped);
    for (const pragma of passage.pragmas)
      run.pragmas.list.push(pragma.standingBefore(pragma.index + index));
    run.warnings.push(...passage.warnings);
    run.builtins.counter += passage.counter.to - passage.counter.from;
    run.expander.produced += passage.produced;
    counts.includes += passage.includes;
    run.padding = passage.paddingAfter;
  }
}
