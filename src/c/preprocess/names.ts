/**
 * Spellings by number, and what those mean that are names (C11 6.4.2). A spelling is found by its characters, so that lexing
 * one that was seen before makes no string. A name carries its macro, as the names of a C preprocessor share one flat
 * space. What every identifier passes through are columns of integers.
 */
import type { FileText } from './file-text.js';
import type { RunLog } from './header-memo.js';
import { IntList } from './int-list.js';
import { IntMap } from './int-map.js';
import type { Macro } from './macro.js';
import { fixedSpellings } from './spellings.js';

/** Names with a built-in behaviour, beyond an ordinary macro. */
export const builtinNames = [
  '__LINE__',
  '__FILE__',
  '__BASE_FILE__',
  '__FILE_NAME__',
  '__INCLUDE_LEVEL__',
  '__COUNTER__',
  '__DATE__',
  '__TIME__',
  '__TIMESTAMP__',
  '_Pragma',
  '__has_attribute',
  '__has_cpp_attribute',
  '__has_c_attribute',
  '__has_builtin',
  '__has_include',
  '__has_include_next',
] as const;
export type BuiltinName = (typeof builtinNames)[number];

/** One step of the hash that `Names` and the lexer share. */
export const HASH_FACTOR = 31;

/** Bits of `Names.flags`. */
export const ACTIVE = 1;
export const POISONED = 2;

/** What names mean from some point on; the history of all of them tells what every name meant at any point of a run. */
export class NameHistory {
  readonly names = new IntList();
  readonly meanings = new IntList();

  get length(): number {
    return this.names.length;
  }
}

export class Names {
  readonly texts: string[] = [];
  /** By number of the spelling: a macro or a built-in behaviour may apply, the one test that every name passes through; it is forbidden. */
  flags = new Uint8Array(1 << 10);
  /** Where it was last looked at (see `epoch`). */
  seen = new Int32Array(1 << 10);
  /** Its macro's number, a negative one for a built-in behaviour, 0 for none. */
  meanings = new Int32Array(1 << 10);
  /** How many contexts of its macro are open; a name found while there are any is painted (C11 6.10.3.4p2). */
  disabled = new Int32Array(1 << 10);
  /** Number of the change that gave it its meaning, -1 for none. */
  private changed = new Int32Array(1 << 10);

  /** Some name is forbidden in this run (`#pragma GCC poison`). */
  poisons = false;
  /** Every change of meaning in this run, in order. */
  history = new NameHistory();
  /** Names that were looked at since the last header began carry this number. */
  epoch = 0;
  /** Where looks are noted. */
  log: RunLog | null = null;
  /** By number. */
  readonly macros: (Macro | null)[] = [null];

  private epochs = 0;
  private hashes = new Int32Array(1 << 10);
  /** Where the characters of each lie in `pool`. */
  private starts = new Int32Array((1 << 10) + 1);
  private pool = new Uint8Array(1 << 14);
  private pooled = 0;
  /** Number + 1 of the spelling in each slot of the hash table. */
  private slots = new Int32Array(1 << 12);
  private mask = (1 << 12) - 1;
  private scratch = new Uint8Array(64);
  /** Spellings with characters beyond ASCII. */
  private readonly wide = new Map<string, number>();
  /** The name that a spelling means which is written with universal character names. */
  private readonly aliases = new Map<number, number>();
  /** Macros by the place where they are defined, for who reads the same file again; those of a command line by their text. */
  private readonly defined = new IntMap();
  private readonly definedByText = new Map<string, Macro>();

  constructor() {
    for (const text of fixedSpellings) this.of(text);
  }

  /** The spelling [start, end) of a text, all ASCII, whose hash the caller has computed on the way. */
  at({ bytes, text }: FileText, start: number, end: number, hash: number): number {
    return this.find(bytes, text, start, end, hash);
  }

  private find(bytes: Uint8Array, text: string, start: number, end: number, hash: number): number {
    const { slots, mask, hashes, starts, pool } = this;
    const length = end - start;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const number = (slots[slot] as number) - 1;
      if (number < 0) break;
      if (hashes[number] === hash) {
        const from = starts[number] as number;
        if ((starts[number + 1] as number) - from === length) {
          let i = 0;
          while (i < length && pool[from + i] === bytes[start + i]) i++;
          if (i === length) return number;
        }
      }
      slot = (slot + 1) & mask;
    }
    slots[slot] = this.texts.length + 1;
    return this.add(text.slice(start, end), bytes, start, hash);
  }

  of(text: string): number {
    const { length } = text;
    if (length > this.scratch.length) this.scratch = new Uint8Array(length * 2);
    const bytes = this.scratch;
    let hash = 0;
    let widest = 0;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      widest |= code;
      bytes[i] = code;
      hash = (Math.imul(hash, HASH_FACTOR) + code) | 0;
    }
    return widest > 127 ? this.wideOf(text) : this.find(bytes, text, 0, length, hash);
  }

  private wideOf(text: string): number {
    let number = this.wide.get(text);
    if (number === undefined) this.wide.set(text, (number = this.add(text, null, 0, 0)));
    return number;
  }

  private add(text: string, bytes: Uint8Array | null, start: number, hash: number): number {
    const number = this.texts.length;
    if (number === this.flags.length) this.grow();
    this.texts.push(text);
    this.hashes[number] = hash;
    this.changed[number] = -1;
    this.seen[number] = -1;
    if (bytes !== null) {
      const { length } = text;
      if (this.pooled + length > this.pool.length)
        this.pool = grown(this.pool, new Uint8Array((this.pool.length + length) * 2));
      const { pool, pooled } = this;
      for (let i = 0; i < length; i++) pool[pooled + i] = bytes[start + i] as number;
      this.pooled += length;
    }
    this.starts[number + 1] = this.pooled;
    if (this.texts.length * 2 > this.mask) this.rehash();
    return number;
  }

  private grow(): void {
    const size = this.flags.length * 4;
    this.flags = grown(this.flags, new Uint8Array(size));
    this.seen = grown(this.seen, new Int32Array(size));
    this.meanings = grown(this.meanings, new Int32Array(size));
    this.disabled = grown(this.disabled, new Int32Array(size));
    this.changed = grown(this.changed, new Int32Array(size));
    this.hashes = grown(this.hashes, new Int32Array(size));
    this.starts = grown(this.starts, new Int32Array(size + 1));
  }

  private rehash(): void {
    const slots = new Int32Array((this.mask + 1) * 4);
    const mask = slots.length - 1;
    for (const taken of this.slots) {
      if (taken === 0) continue;
      const hash = this.hashes[taken - 1] as number;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = taken;
    }
    this.slots = slots;
    this.mask = mask;
  }

  /** The spelling means the name that another one spells. */
  alias(spelling: number, name: number): void {
    this.aliases.set(spelling, name);
  }

  aliased(spelling: number): number {
    return this.aliases.get(spelling) ?? spelling;
  }

  isActive(name: number): boolean {
    return ((this.flags[name] as number) & ACTIVE) !== 0;
  }

  isPoisoned(name: number): boolean {
    return ((this.flags[name] as number) & POISONED) !== 0;
  }

  poison(name: number): void {
    this.flags[name] = (this.flags[name] as number) | POISONED;
    this.poisons = true;
  }

  meaning(name: number): number {
    return this.meanings[name] as number;
  }

  /** Its macro, null where it has none. */
  macro(name: number): Macro | null {
    const meaning = this.meanings[name] as number;
    return meaning > 0 ? (this.macros[meaning] as Macro) : null;
  }

  builtin(name: number): BuiltinName | null {
    const meaning = this.meanings[name] as number;
    return meaning < 0 ? (builtinNames[-meaning - 1] ?? null) : null;
  }

  /** Gives a name its meaning: the number of a macro, that of a built-in behaviour, or 0. */
  change(name: number, meaning: number): void {
    const { history } = this;
    this.meanings[name] = meaning;
    const flags = this.flags[name] as number;
    this.flags[name] = meaning === 0 ? flags & ~ACTIVE : flags | ACTIVE;
    this.changed[name] = history.length;
    history.names.push(name);
    history.meanings.push(meaning);
  }

  /** What the name means decides what comes next. */
  look(name: number): void {
    if (this.seen[name] === this.epoch) return;
    this.seen[name] = this.epoch;
    const { log } = this;
    if (log === null) return;
    log.names.push(name);
    log.meanings.push(this.meanings[name] as number);
    log.changed.push(this.changed[name] as number);
  }

  /** The macro that is defined at this place, or by this line of a command line, if that was read before. */
  definedAt(at: number | string): Macro | undefined {
    if (typeof at === 'string') return this.definedByText.get(at);
    return this.macros[this.defined.get(at)] ?? undefined;
  }

  defineAt(at: number | string, macro: Macro): void {
    if (typeof at === 'string') this.definedByText.set(at, macro);
    else this.defined.set(at, macro.number);
  }

  newEpoch(): number {
    return (this.epoch = ++this.epochs);
  }

  /** No name means anything but what is built in, as at the start of a run. */
  restart(): void {
    this.flags.fill(0);
    this.meanings.fill(0);
    this.disabled.fill(0);
    this.changed.fill(-1);
    this.poisons = false;
    this.history = new NameHistory();
    this.log = null;
    this.newEpoch();
  }
}

function grown<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
