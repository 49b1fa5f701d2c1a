/** Reads the text of scenarios (see `scenario-text.ts`); every complaint points at a word of a line. */
import type { Diagnostic } from '../../base/diagnostic.js';
import { ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { absentNumber } from './absent-number.js';
import { entryPoint } from './entry-points.js';
import { nthOfRun } from './geometry.js';
import type { Call, Configuration, Entry, MemorySlot, Root, Scenario, Table } from './scenario.js';
import { parseLeafWords, parseNumber } from './spte-text.js';
import { LinedText, parseGfnRange } from './text-lines.js';
import type { Line, Word } from './text-lines.js';

export function parseScenario(text: string, path: string): Result<Scenario, Diagnostic> {
  return new ScenarioParser(new LinedText(text, path)).parse();
}

type Failure = Result<never, Diagnostic>;

const CONFIGURATION_FLAGS = [
  'ad-bits',
  'pml',
  'suppress-ve',
  'l1tf',
  'no-mmio-caching',
  'no-exec-only',
] as const;

class ScenarioParser {
  private at = 0;

  constructor(private readonly text: LinedText) {}

  parse(): Result<Scenario, Diagnostic> {
    let configuration: Configuration | null = null;
    const slots: MemorySlot[] = [];
    const roots: Root[] = [];
    const calls: Call[] = [];
    const callLines: Line[] = [];
    for (let line = this.next(); line !== undefined; line = this.next()) {
      const [first] = line.words;
      if (line.indent > 0) return this.text.error(line, first, 'this line belongs to no root');
      switch (first?.text) {
        case 'configuration': {
          if (configuration !== null) return this.text.error(line, first, 'a second configuration');
          const read = this.configuration(line);
          if (!read.ok) return read;
          configuration = read.value;
          break;
        }
        case 'slot': {
          const read = this.slot(line);
          if (!read.ok) return read;
          slots.push(read.value);
          break;
        }
        case 'root': {
          const read = this.root(line);
          if (!read.ok) return read;
          roots.push(read.value);
          break;
        }
        case 'call': {
          const read = this.call(line);
          if (!read.ok) return read;
          calls.push(read.value);
          callLines.push(line);
          break;
        }
        default:
          return this.text.error(line, first, 'expected configuration, slot, root or call');
      }
    }
    if (configuration === null) return this.text.missing('the scenario has no configuration line');
    for (const [at, call] of calls.entries()) {
      const line = callLines[at];
      const wrong = line === undefined ? null : this.checkArguments(call, line, { roots, slots });
      if (wrong !== null) return wrong;
    }
    return ok({ configuration, roots, slots, calls });
  }

  private next(): Line | undefined {
    return this.text.lines[this.at++];
  }

  private configuration(line: Line): Result<Configuration, Diagnostic> {
    const words = new Words(this.text, line, 1);
    const format = words.oneOf(['ept', 'npt']);
    if (!format.ok) return format;
    const width = words.keyedNumber('maxphyaddr');
    if (!width.ok) return width;
    if (width.value < 36n || width.value > 52n) {
      return this.text.error(line, line.words[3], 'maxphyaddr is 36 to 52');
    }
    let meMask = 0n;
    const flags = words.flags(CONFIGURATION_FLAGS, (word) => {
      if (word !== 'me-mask') return null;
      const mask = words.number();
      if (mask.ok) meMask = mask.value;
      return mask;
    });
    if (!flags.ok) return flags;
    return ok({
      format: format.value,
      maxPhysAddr: Number(width.value),
      adBits: flags.value.has('ad-bits'),
      pml: flags.value.has('pml'),
      suppressVe: flags.value.has('suppress-ve'),
      meMask,
      ...(flags.value.has('l1tf') ? { l1tf: true } : {}),
      ...(flags.value.has('no-mmio-caching') ? { noMmioCaching: true } : {}),
      ...(flags.value.has('no-exec-only') ? { noExecOnly: true } : {}),
    });
  }

  private slot(line: Line): Result<MemorySlot, Diagnostic> {
    const words = new Words(this.text, line, 1);
    const space = words.keyedNumber('address-space');
    if (!space.ok) return space;
    if (space.value > 1n) return this.text.error(line, line.words[2], 'address spaces are 0 and 1');
    const gfns = words.keyedRange('gfns');
    if (!gfns.ok) return gfns;
    let maxLevel = 1n;
    const flags = words.flags(['dirty-log'], (word) => {
      if (word !== 'max-level') return null;
      const level = words.number();
      if (level.ok) maxLevel = level.value;
      return level;
    });
    if (!flags.ok) return flags;
    if (maxLevel < 1n || maxLevel > 3n)
      return this.text.error(line, undefined, 'max-level is 1 to 3');
    return ok({
      addressSpace: space.value === 0n ? 0 : 1,
      baseGfn: gfns.value.first,
      pages: gfns.value.last - gfns.value.first + 1n,
      dirtyLog: flags.value.has('dirty-log'),
      maxLevel: maxLevel === 3n ? 3 : maxLevel === 2n ? 2 : 1,
    });
  }

  private root(line: Line): Result<Root, Diagnostic> {
    const words = new Words(this.text, line, 1);
    const level = words.keyedNumber('level');
    if (!level.ok) return level;
    if (level.value !== 4n && level.value !== 5n) {
      return this.text.error(line, line.words[2], 'a root has level 4 or 5');
    }
    let references = 0n;
    const known = ['smm', 'guest-mode', 'invalid', 'scheduled', 'nx-huge-page-disallowed'];
    const flags = words.flags(known, (word) => {
      if (word !== 'references') return null;
      const count = words.number();
      if (count.ok) references = count.value;
      return count;
    });
    if (!flags.ok) return flags;
    const table = this.table(line, Number(level.value), flags.value.has('nx-huge-page-disallowed'));
    if (!table.ok) return table;
    return ok({
      level: level.value === 4n ? 4 : 5,
      smm: flags.value.has('smm'),
      guestMode: flags.value.has('guest-mode'),
      invalid: flags.value.has('invalid'),
      scheduledToZap: flags.value.has('scheduled'),
      references: Number(references),
      table: table.value,
    });
  }

  /** The lines below `parent` that are indented further. */
  private table(parent: Line, level: number, nx: boolean): Result<Table, Diagnostic> {
    const entries = new Map<number, Entry>();
    let indent: number | null = null;
    for (;;) {
      const line = this.text.lines[this.at];
      if (line === undefined || line.indent <= parent.indent) break;
      indent ??= line.indent;
      if (line.indent !== indent) {
        return this.text.error(line, line.words[0], 'indented unlike its neighbours');
      }
      this.at++;
      const place = this.indices(line);
      if (!place.ok) return place;
      const entry = this.entry(line, level, place.value);
      if (!entry.ok) return entry;
      for (let index = place.value.first; index <= place.value.last; index++) {
        if (entries.has(index)) {
          return this.text.error(line, line.words[0], `entry ${String(index)} stands twice`);
        }
        entries.set(index, nthOfRun(entry.value, index - place.value.first, level));
      }
    }
    const sorted = new Map([...entries].sort(([a], [b]) => a - b));
    return ok({ entries: sorted, nxHugePageDisallowed: nx });
  }

  private indices(line: Line): Result<{ first: number; last: number }, Diagnostic> {
    const [word] = line.words;
    const match = /^\[([0-9]+)(?:\.\.([0-9]+))?\]$/.exec(word?.text ?? '');
    if (match === null) {
      return this.text.error(line, word, 'expected an index: [3], or [3..7] for a run of entries');
    }
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (last > 511 || first > last) {
      return this.text.error(line, word, 'indices are 0 to 511, the lower one first');
    }
    return ok({ first, last });
  }

  private entry(
    line: Line,
    level: number,
    place: { first: number; last: number },
  ): Result<Entry, Diagnostic> {
    const [, kind, ...rest] = line.words;
    switch (kind?.text) {
      case 'leaf': {
        if (level > 3) return this.text.error(line, kind, 'no leaf is larger than level 3');
        const leaf = parseLeafWords(rest.map((word) => word.text));
        if (!leaf.ok) return this.text.error(line, kind, leaf.error);
        if (leaf.value.pfn % (1n << BigInt(9 * (level - 1))) !== 0n) {
          return this.text.error(line, rest[1], `the pfn is not aligned to level ${String(level)}`);
        }
        return leaf;
      }
      case 'mmio': {
        const words = new Words(this.text, line, 2);
        const generation = words.keyedNumber('gen');
        if (!generation.ok) return generation;
        if (generation.value >= 1n << 19n) {
          return this.text.error(line, line.words[3], 'an MMIO generation has 19 bits');
        }
        const flags = words.flags(['read-only'], () => null);
        if (!flags.ok) return flags;
        const writable = !flags.value.has('read-only');
        return ok({ kind: 'mmio', generation: Number(generation.value), writable });
      }
      case 'frozen': {
        if (rest[0] !== undefined)
          return this.text.error(line, rest[0], 'nothing may follow frozen');
        return ok({ kind: 'frozen' });
      }
      case 'table': {
        if (level === 1) return this.text.error(line, kind, 'no table is below level 1');
        if (place.last > place.first) {
          return this.text.error(line, line.words[0], 'each table needs its own line');
        }
        const flags = new Words(this.text, line, 2).flags(['nx-huge-page-disallowed'], () => null);
        if (!flags.ok) return flags;
        const table = this.table(line, level - 1, flags.value.has('nx-huge-page-disallowed'));
        return table.ok ? ok({ kind: 'table', table: table.value }) : table;
      }
      default:
        return this.text.error(line, kind, 'expected leaf, mmio, table or frozen');
    }
  }

  private call(line: Line): Result<Call, Diagnostic> {
    const [, entry, ...rest] = line.words;
    if (entry === undefined) return this.text.error(line, entry, 'call what?');
    const args: Record<string, bigint> = {};
    for (let at = 0; at < rest.length; at += 2) {
      const [name, word] = [rest[at], rest[at + 1]];
      if (name === undefined) break;
      const value = parseNumber(word?.text ?? '');
      if (value === null) return this.text.error(line, word, `'${name.text}' needs a number`);
      if (Object.hasOwn(args, name.text))
        return this.text.error(line, name, `'${name.text}' stands twice`);
      args[name.text] = value;
    }
    return ok({ entry: entry.text, args });
  }

  /** Calls may stand before the roots and slots that they name, so this comes last. */
  private checkArguments(
    call: Call,
    line: Line,
    known: Pick<Scenario, 'roots' | 'slots'>,
  ): Failure | null {
    const [, entry] = line.words;
    const info = entryPoint(call.entry);
    if (info === null) return this.text.error(line, entry, `'${call.entry}' is no entry point`);
    const wordOf = (name: string): Word | undefined => {
      const at = line.words.findIndex((word, i) => i >= 2 && i % 2 === 0 && word.text === name);
      return line.words[at];
    };
    const names = info.arguments.map(({ name }) => name);
    for (const name of Object.keys(call.args)) {
      if (names.includes(name)) continue;
      const list = names.length === 0 ? 'nothing' : names.join(', ');
      return this.text.error(line, wordOf(name), `${call.entry} takes ${list}, not '${name}'`);
    }
    const missing = names.find((name) => call.args[name] === undefined);
    if (missing !== undefined)
      return this.text.error(line, undefined, `${call.entry} needs '${missing}' as well`);
    const absent = absentNumber(call, known);
    return absent && this.text.error(line, wordOf(absent.name), absent.what);
  }
}

/** The words of a line, taken one after the other. */
class Words {
  constructor(
    private readonly text: LinedText,
    private readonly line: Line,
    private at: number,
  ) {}

  private take(): Word | undefined {
    return this.line.words[this.at++];
  }

  private wrong(word: Word | undefined, message: string): Failure {
    return this.text.error(this.line, word, message);
  }

  oneOf<const T extends string>(choices: readonly T[]): Result<T, Diagnostic> {
    const word = this.take();
    const choice = choices.find((c) => c === word?.text);
    return choice === undefined ? this.wrong(word, `expected ${choices.join(' or ')}`) : ok(choice);
  }

  number(): Result<bigint, Diagnostic> {
    const word = this.take();
    const value = parseNumber(word?.text ?? '');
    return value === null ? this.wrong(word, 'expected a number') : ok(value);
  }

  keyedNumber(key: string): Result<bigint, Diagnostic> {
    const word = this.oneOf([key]);
    return word.ok ? this.number() : word;
  }

  keyedRange(key: string): Result<{ first: bigint; last: bigint }, Diagnostic> {
    const keyed = this.oneOf([key]);
    if (!keyed.ok) return keyed;
    const word = this.take();
    const range = parseGfnRange(word?.text ?? '');
    if (range === null) return this.wrong(word, 'expected a range: 0x0..0x1ff, both ends included');
    if (range.last < range.first) return this.wrong(word, 'the range ends before it begins');
    return ok(range);
  }

  /** The rest of the line: flags, and words that `other` takes (null: it does not know the word). */
  flags(
    known: readonly string[],
    other: (word: string) => Result<bigint, Diagnostic> | null,
  ): Result<ReadonlySet<string>, Diagnostic> {
    const seen = new Set<string>();
    for (let word = this.take(); word !== undefined; word = this.take()) {
      if (seen.has(word.text)) return this.wrong(word, `'${word.text}' stands twice`);
      seen.add(word.text);
      if (known.includes(word.text)) continue;
      const taken = other(word.text);
      if (taken === null) return this.wrong(word, `'${word.text}' is not known here`);
      if (!taken.ok) return taken;
    }
    return ok(seen);
  }
}
