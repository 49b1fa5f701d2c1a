/**
 * What reading a header gave, to be used again: by another unit that includes it, or by another version of the tree. A header
 * read twice gives the same when all that it asked has the same answer: the macros it tested or met, the files it looked for,
 * `__COUNTER__`. Each inclusion is such a *passage*, with those within it; the largest that fits is taken whole.
 */
import type { Diagnostic } from '../../base/diagnostic.js';
import { sourceFile } from '../source-file.js';
import type { SourceFile } from '../token.js';
import { IntList } from './int-list.js';
import type { NameHistory } from './names.js';
import type { StoredPragma } from './pragmas.js';
import type { SkippedGroup } from './skipped-groups.js';
import type { TokenOutput } from './token-output.js';
import { TokenStore } from './token-store.js';

/** A question for a header. */
export interface Request {
  readonly next: boolean;
  readonly name: string;
  readonly angled: boolean;
  /** Of the file that asked: its directory, and where in the chain it was found. */
  readonly directory: string | null;
  readonly found: number;
}

/** It as it was put, and its answer. */
export interface Asked extends Request {
  readonly answer: {
    readonly file: SourceFile;
    readonly shownPath: string;
    readonly directory: number;
  } | null;
  /** For an inclusion: how the file stood before. */
  readonly before: FileStanding | null;
  /** It was read; what is in it is in the questions that follow. */
  entered: boolean;
}

export interface FileStanding {
  /** Number of the question with which this last changed. */
  readonly touched: number;
  readonly read: boolean;
  readonly guard: number | null;
  readonly once: boolean;
}

/** All names that a run has looked at, and all headers that it has asked for, in order. */
export class RunLog {
  readonly names = new IntList();
  /** What each meant (see `Names.meanings`). */
  readonly meanings = new IntList();
  /** Number of the change by which the name had come to mean it, -1 for none. */
  readonly changed = new IntList();
  readonly asked: Asked[] = [];
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Reading one header once, from its first line to its last. */
export interface Passage {
  readonly log: RunLog;
  readonly names: Range;
  readonly asked: Range;
  readonly history: NameHistory;
  readonly events: Range;
  readonly output: TokenOutput;
  readonly tokens: Range;
  readonly skipped: readonly SkippedGroup[];
  readonly pragmas: readonly StoredPragma[];
  readonly warnings: readonly Diagnostic[];
  /** `__COUNTER__` before and after. */
  readonly counter: Range;
  readonly paddingBefore: number;
  readonly paddingAfter: number;
  readonly produced: number;
  readonly includes: number;
  /** How the files that it read stood at its end; the header itself first. */
  readonly files: readonly {
    readonly file: SourceFile;
    readonly guard: number | null;
    readonly once: boolean;
    readonly times: number;
  }[];
  /** The names that must mean what they meant, each once; made when it is first asked for. */
  needs: { readonly names: Int32Array; readonly meanings: Int32Array } | null;
}

/** Of how many passages of one header are remembered: it is read differently by few. */
const MOST = 6;

export class HeaderMemo {
  readonly store = new TokenStore();
  /** For `needsOf`. */
  readonly marks = new NameMarks();
  private readonly files = new Map<string, SourceFile[]>();
  private readonly passages = new Map<string, Passage[]>();

  /** One object for each text of a file. */
  file(path: string, text: string): SourceFile {
    const known = this.files.get(path);
    // A path has few texts; as keys of a map each would be hashed whole.
    let file = known?.find((each) => each.text === text);
    if (file !== undefined) return file;
    file = sourceFile(path, text);
    if (known === undefined) this.files.set(path, [file]);
    else known.push(file);
    return file;
  }

  /** The latest first. */
  of(key: string): readonly Passage[] {
    return this.passages.get(key) ?? [];
  }

  keep(key: string, passage: Passage): void {
    const known = this.passages.get(key) ?? [];
    known.unshift(passage);
    known.length = Math.min(known.length, MOST);
    this.passages.set(key, known);
  }
}

/** What must be as it was for a passage to give what it gave, as far as names go. */
export function needsOf(passage: Passage, marked: NameMarks): NonNullable<Passage['needs']> {
  if (passage.needs !== null) return passage.needs;
  const { log, names, events } = passage;
  const needed: number[] = [];
  const meanings: number[] = [];
  marked.clear();
  for (let i = names.from; i < names.to; i++) {
    const name = log.names.at(i);
    if (log.changed.at(i) >= events.from || !marked.add(name)) continue;
    needed.push(name);
    meanings.push(log.meanings.at(i));
  }
  passage.needs = { names: Int32Array.from(needed), meanings: Int32Array.from(meanings) };
  return passage.needs;
}

/** A set of names that is emptied at no cost. */
export class NameMarks {
  private marks = new Int32Array(1 << 10);
  private current = 0;

  clear(): void {
    this.current++;
  }

  /** False where it was in it already. */
  add(name: number): boolean {
    if (name >= this.marks.length) {
      const marks = new Int32Array(name * 2);
      marks.set(this.marks);
      this.marks = marks;
    }
    if (this.marks[name] === this.current) return false;
    this.marks[name] = this.current;
    return true;
  }
}
