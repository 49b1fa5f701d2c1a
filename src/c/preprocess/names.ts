/**
 * Interned identifiers (C11 6.4.2). Spellings are found by their characters, so that lexing a name that was seen
 * before makes no string. A name carries its macro, as the names of a C preprocessor share one flat space.
 */
import type { SourceFile } from '../token.js';
import type { RunLog } from './header-memo.js';
import type { Macro } from './macro.js';

/** Which built-in behaviour a name has, beyond an ordinary macro. */
export type BuiltinName =
  | '__LINE__'
  | '__FILE__'
  | '__BASE_FILE__'
  | '__FILE_NAME__'
  | '__INCLUDE_LEVEL__'
  | '__COUNTER__'
  | '__DATE__'
  | '__TIME__'
  | '__TIMESTAMP__'
  | '_Pragma'
  | '__has_attribute'
  | '__has_cpp_attribute'
  | '__has_c_attribute'
  | '__has_builtin'
  | '__has_include'
  | '__has_include_next';

export class Name {
  macro: Macro | null = null;
  builtin: BuiltinName | null = null;
  /** Its macro, or its built-in behaviour, may apply: the one test that every identifier passes through. */
  active = false;
  /** How many contexts of its macro are open; a name found while there are any is painted (C11 6.10.3.4p2). */
  disabled = 0;
  /** `#pragma GCC poison` forbids it. */
  poisoned = false;
  /** Where it was last looked at (see `Names.epoch`). */
  seen = -1;
  /** Number of the change that gave it its meaning, -1 for none. */
  changed = -1;
  /** The next name in its hash bucket. */
  next: Name | null = null;

  /** The name that this spelling means: another one where it is written with universal character names. */
  meaning: Name;

  constructor(
    readonly text: string,
    readonly hash: number,
  ) {
    this.meaning = this;
  }
}

/** One step of the hash that `Names` and the lexer share. */
export const HASH_FACTOR = 31;

/** What a name means from here on; the history of all of them tells what every name meant at any point of a run. */
export interface NameEvent {
  readonly name: Name;
  readonly macro: Macro | null;
  readonly builtin: BuiltinName | null;
}

export class Names {
  /** Every change of meaning in this run, in order. */
  history: NameEvent[] = [];
  /** Names that were looked at since the last header began carry this number. */
  epoch = 0;
  /** Where looks are noted. */
  log: RunLog | null = null;
  /** Macros by where they are defined, for who reads the same file again; those of a command line by their text. */
  private readonly definitions = new Map<SourceFile | null, Map<number | string, Macro>>();
  private epochs = 0;
  private buckets: (Name | null)[] = new Array<Name | null>(1 << 14).fill(null);
  private mask = (1 << 14) - 1;
  private count = 0;

  /** The name spelled by text[start, end), whose hash the caller has computed on the way. */
  at(text: string, start: number, end: number, hash: number): Name {
    const slot = (hash ^ (hash >>> 15)) & this.mask;
    const length = end - start;
    const first = this.buckets[slot] ?? null;
    for (let name = first; name !== null; name = name.next) {
      if (name.hash !== hash || name.text.length !== length) continue;
      const spelling = name.text;
      let i = 0;
      while (i < length && spelling.charCodeAt(i) === text.charCodeAt(start + i)) i++;
      if (i === length) return name;
    }
    const name = new Name(text.slice(start, end), hash);
    name.next = first;
    this.buckets[slot] = name;
    if (++this.count > this.mask) this.grow();
    return name;
  }

  of(text: string): Name {
    let hash = 0;
    for (let i = 0; i < text.length; i++)
      hash = (Math.imul(hash, HASH_FACTOR) + text.charCodeAt(i)) | 0;
    return this.at(text, 0, text.length, hash);
  }

  /** Gives a name its meaning: a macro, a built-in behaviour, or none. */
  change(name: Name, macro: Macro | null, builtin: BuiltinName | null): void {
    apply(name, macro, builtin);
    name.changed = this.history.length;
    this.history.push({ name, macro, builtin });
  }

  /** What the name means decides what comes next. */
  look(name: Name): void {
    if (name.seen === this.epoch) return;
    name.seen = this.epoch;
    const { log } = this;
    if (log === null) return;
    log.names.push(name);
    log.meanings.push(name.macro ?? name.builtin);
    log.changed.push(name.changed);
  }

  /** The macro that this file defines there; `read` reads it where that is not known. */
  definedAt(file: SourceFile | null, at: number | string, read: () => Macro): Macro {
    let macros = this.definitions.get(file);
    if (macros === undefined)
      this.definitions.set(file, (macros = new Map<number | string, Macro>()));
    let macro = macros.get(at);
    if (macro === undefined) macros.set(at, (macro = read()));
    return macro;
  }

  newEpoch(): number {
    return (this.epoch = ++this.epochs);
  }

  /** No name means anything, as at the start of a run. */
  restart(): void {
    for (const name of this) {
      apply(name, null, null);
      name.disabled = 0;
      name.poisoned = false;
      name.changed = -1;
    }
    this.history = [];
    this.log = null;
    this.newEpoch();
  }

  *[Symbol.iterator](): Generator<Name> {
    for (const bucket of this.buckets)
      for (let name = bucket; name !== null; name = name.next) yield name;
  }

  private grow(): void {
    const size = (this.mask + 1) * 4;
    const buckets = new Array<Name | null>(size).fill(null);
    const all = [...this];
    this.mask = size - 1;
    for (const name of all) {
      const slot = (name.hash ^ (name.hash >>> 15)) & this.mask;
      name.next = buckets[slot] ?? null;
      buckets[slot] = name;
    }
    this.buckets = buckets;
  }
}

function apply(name: Name, macro: Macro | null, builtin: BuiltinName | null): void {
  name.macro = macro;
  name.builtin = builtin;
  name.active = macro !== null || builtin !== null;
}
