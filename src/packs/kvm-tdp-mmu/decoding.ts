/**
 * The words of pc_out as a trace: page tables get their names (those of the scenario by path, new ones by order of allocation),
 * SPTEs their text. The lines of the final state are those of `reference/final-state.ts`; what only C can get wrong follows
 * behind them, each such line beginning with `note`.
 */
import type { RunEnding } from '../../pack-api/pack.js';
import { entryName, entryPoint } from './entry-points.js';
import type { Scenario, Table } from './scenario.js';
import { stepNumbered } from './rely/rules.js';
import { scopeName } from './scopes.js';
import type { SpteMasks } from './spte-masks.js';
import { spteText } from './spte-text.js';
import type { Cost, Ending, Trace, TraceEvent } from './trace.js';
import type { Step } from './fold-steps.js';
import { StepTeller } from './step-text.js';
import { finalLines } from './final-words.js';
import {
  COST_WORDS,
  EVENT,
  eventsIn,
  headOf,
  MAX_CALLS,
  OUT,
  RESULT,
  STATUS,
  TRAP,
  UNBUILDABLE,
} from './words.js';
import type { Head } from './words.js';

/** What one run left in pc_out (its words in use), and how it ended. */
export interface RunWords {
  readonly words: BigUint64Array;
  readonly ending: RunEnding;
}

export function decodeCosts(words: BigUint64Array): Cost[] {
  const calls = Math.min(Number(words[OUT.CALLS] ?? 0n), MAX_CALLS);
  return Array.from({ length: calls }, (_, call) => {
    const at = OUT.COSTS + call * COST_WORDS;
    const word = (n: number): number => Number(words[at + n] ?? 0n);
    return {
      loops: word(0),
      reads: word(1),
      removedReads: word(2),
      polls: word(3),
      reschedulePoints: word(4),
      longestStretch: word(5),
      entries: word(6),
    };
  });
}

export function decodeMasks(words: BigUint64Array): SpteMasks {
  const word = (at: number): bigint => words[at] ?? 0n;
  return {
    nonpresent: word(OUT.NONPRESENT),
    frozen: word(OUT.FROZEN),
    baseAddress: word(OUT.BASE_ADDRESS),
    present: word(OUT.PRESENT),
    user: word(OUT.USER),
    x: word(OUT.X),
    nx: word(OUT.NX),
    accessed: word(OUT.ACCESSED),
    dirty: word(OUT.DIRTY),
    accessTrack: word(OUT.ACCESS_TRACK),
    hostWritable: word(OUT.HOST_WRITABLE),
    mmuWritable: word(OUT.MMU_WRITABLE),
    meValue: word(OUT.ME_VALUE),
    meMask: word(OUT.ME_MASK),
    memtype: word(OUT.MEMTYPE),
    memtypeOfRam: word(OUT.MEMTYPE_OF_RAM),
    mmioValue: word(OUT.MMIO_VALUE),
    mmioMask: word(OUT.MMIO_MASK),
    mmioAccess: word(OUT.MMIO_ACCESS),
    mmioCaching: word(OUT.MMIO_CACHING),
    l1tf: word(OUT.L1TF_MASK),
    l1tfLowGfn: word(OUT.L1TF_LOW_GFN),
  };
}

/** The run step by step, of words that hold places or points besides. `threads`: two of them ran. */
export function decodeSteps(
  run: RunWords,
  of: { readonly scenario: Scenario },
  threads: boolean,
): readonly Step[] {
  return new Decoder(run, of.scenario).steps(threads);
}

export function decodeRun(run: RunWords, of: { readonly scenario: Scenario }): Trace {
  return new Decoder(run, of.scenario).trace();
}

interface EventWords {
  readonly head: Head;
  readonly first: bigint;
  readonly second: bigint;
}

export interface NamedTable {
  readonly name: string;
  level: number;
  /** Reachable from a root at some time: changes of its SPTEs are observable from then on. */
  linked: boolean;
}

class Decoder {
  private readonly words: BigUint64Array;
  private readonly masks: SpteMasks;
  private readonly firstFrame: bigint;
  /** By ordinal. */
  private readonly tables: NamedTable[] = [];
  private readonly headers = new Map<number, string>();
  private readonly texts: string[];
  private readonly sptes = new Map<number, Map<bigint, string>>();

  constructor(
    private readonly run: RunWords,
    scenario: Scenario,
  ) {
    this.words = run.words;
    this.masks = decodeMasks(run.words);
    this.firstFrame = this.word(OUT.TABLES_PFN);
    this.texts = this.readTexts();
    scenario.roots.forEach((root, index) => {
      this.nameTables(root.table, `r${String(index)}`, root.level);
    });
  }

  trace(): Trace {
    const unbuildable = this.word(OUT.STATUS) === STATUS.UNBUILDABLE;
    const records = unbuildable ? [] : this.eventWords();
    this.nameNewTables(records);
    const events: TraceEvent[] = [];
    for (const record of records) this.pushEvent(events, record);
    const ending = this.ending(events);
    return {
      events,
      costs: decodeCosts(this.words),
      final: unbuildable
        ? []
        : finalLines(this.words, Number(this.word(OUT.EVENTS_END)), {
            table: (ordinal) => this.tables[ordinal] ?? null,
            header: (ordinal) => this.headerName(ordinal),
            spte: (value, level) => this.spteText(value, level),
            child: (value, level) => this.childOf(value, level),
          }),
      ending,
      masks: this.masks,
    };
  }

  steps(threads: boolean): readonly Step[] {
    const records = this.eventWords();
    this.nameNewTables(records);
    const teller = new StepTeller(threads);
    const events: TraceEvent[] = [];
    for (const record of records) {
      const { head, first, second } = record;
      if (head.kind === EVENT.PLACE || head.kind === EVENT.POINT) teller.place(head, first, second);
      const told = events.length;
      this.pushEvent(events, record);
      for (const event of events.slice(told)) teller.event(event);
    }
    return teller.steps;
  }

  private word(at: number): bigint {
    return this.words[at] ?? 0n;
  }

  /** In the order in which the harness builds them. */
  private nameTables(table: Table, name: string, level: number): void {
    this.headers.set(this.tables.length, name);
    this.tables.push({ name, level, linked: true });
    for (const [index, entry] of table.entries) {
      if (entry.kind === 'table') {
        this.nameTables(entry.table, `${name}[${String(index)}]`, level - 1);
      }
    }
  }

  private readTexts(): string[] {
    const texts: string[] = [];
    const decoder = new TextDecoder();
    let at: number = OUT.TEXT;
    for (let n = Number(this.word(OUT.STRINGS)); n > 0; n--) {
      const length = Number(this.word(at));
      const from = this.words.byteOffset + (at + 1) * 8;
      texts.push(decoder.decode(new Uint8Array(this.words.buffer, from, length)));
      at += 1 + Math.ceil(length / 8);
    }
    return texts;
  }

  private eventWords(): EventWords[] {
    return Array.from(eventsIn(this.words), ({ at }) => ({
      head: headOf(this.word(at)),
      first: this.word(at + 1),
      second: this.word(at + 2),
    }));
  }

  /** A header and the table that comes with it share the name. */
  private nameNewTables(records: readonly EventWords[]): void {
    let tables = 0;
    let headers = 0;
    for (const { head } of records) {
      if (head.kind !== EVENT.ALLOCATE) continue;
      if (head.how === 1) this.headers.set(head.table, `new${String(headers++)}`);
      else this.tables[head.table] = { name: `new${String(tables++)}`, level: 0, linked: false };
    }
  }

  private headerName(ordinal: number): string {
    return this.headers.get(ordinal) ?? `header ${String(ordinal)}`;
  }

  private tableName(ordinal: number): string {
    return this.tables[ordinal]?.name ?? `table ${String(ordinal)}`;
  }

  private childOf(value: bigint, level: number): number | null {
    const present = this.word(OUT.MMU_PRESENT);
    if (level <= 1 || (value & present) === 0n || (value & 0x80n) !== 0n) return null;
    const ordinal = ((value & this.masks.baseAddress) >> 12n) - this.firstFrame;
    return ordinal >= 0n && ordinal < BigInt(this.tables.length) ? Number(ordinal) : null;
  }

  private spteText(value: bigint, level: number): string {
    let known = this.sptes.get(level);
    if (known === undefined) this.sptes.set(level, (known = new Map<bigint, string>()));
    let text = known.get(value);
    if (text === undefined) {
      text = spteText(value, level, this.masks, (pfn) => {
        const ordinal = pfn - this.firstFrame;
        return ordinal >= 0n && ordinal < BigInt(this.tables.length)
          ? this.tableName(Number(ordinal))
          : null;
      });
      known.set(value, text);
    }
    return text;
  }

  private said(word: bigint): { condition: string; function: string } {
    const text = (number: bigint): string => this.texts[Number(number)] ?? '(text cut)';
    return { condition: text(word & 0xffff_ffffn), function: text(word >> 32n) };
  }

  private pushEvent(events: TraceEvent[], { head, first, second }: EventWords): void {
    switch (head.kind) {
      case EVENT.SPTE:
        this.pushSpteEvents(events, head, first, second);
        return;
      case EVENT.FLUSH_ALL:
        events.push({ kind: 'flush-all' });
        return;
      case EVENT.FLUSH_RANGE:
        events.push({ kind: 'flush-range', gfn: first, pages: second });
        return;
      case EVENT.PFN_DIRTY:
        events.push({ kind: 'pfn-dirty', pfn: first });
        return;
      case EVENT.PFN_ACCESSED:
        events.push({ kind: 'pfn-accessed', pfn: first });
        return;
      case EVENT.PAGE_STATS:
        events.push({ kind: 'page-stats', level: head.index, delta: BigInt.asIntN(64, first) });
        return;
      case EVENT.TABLE_PAGES:
        events.push({ kind: 'table-pages', delta: BigInt.asIntN(64, first) });
        return;
      case EVENT.ALLOCATE:
      case EVENT.FREE:
        events.push({
          kind: head.kind === EVENT.ALLOCATE ? 'allocate' : 'free',
          what: head.how === 1 ? 'header' : 'table',
          name: head.how === 1 ? this.headerName(head.table) : this.tableName(head.table),
        });
        return;
      case EVENT.CALL_RCU:
        events.push({
          kind: 'call-rcu',
          name: head.how === 1 ? 'something else' : this.headerName(head.table),
        });
        return;
      case EVENT.WARN:
        events.push({ kind: 'warn', ...this.said(first) });
        return;
      case EVENT.BUG:
        events.push({ kind: 'bug', ...this.said(first) });
        return;
      case EVENT.REQUEST: {
        // KVM_BUG_ON() warns about its own flag before it declares the VM dead.
        const last = events.at(-1);
        if (head.how !== 1) events.push({ kind: 'request', number: first });
        else if (last?.kind === 'warn' && last.condition.includes('vm_bugged')) {
          events[events.length - 1] = { kind: 'vm-bugged' };
        } else events.push({ kind: 'vm-bugged' });
        return;
      }
      case EVENT.YIELD:
        events.push({ kind: 'yield', place: scopeName(Number(first)) });
        return;
      case EVENT.RULE: {
        const said = this.said(first);
        events.push({ kind: 'lock-rule', rule: `${said.condition} in ${said.function}` });
        return;
      }
      case EVENT.BEGIN:
        events.push({ kind: 'begin-call', entry: entryName(Number(first)) });
        return;
      case EVENT.END: {
        const entry = entryName(Number(first));
        const value = entryPoint(entry)?.returns === 'error' ? BigInt.asIntN(64, second) : second;
        events.push({ kind: 'end-call', entry, returns: head.how === 1 ? value : null });
        return;
      }
      case EVENT.DIRTY_LOG:
        events.push({ kind: 'dirty-log', gfn: first });
        return;
      case EVENT.ALLOCATE_FAILED:
        events.push({ kind: 'allocate-failed', what: head.how === 1 ? 'header' : 'table' });
        return;
      case EVENT.RESULT:
        this.pushResult(events, head, first);
        return;
      case EVENT.STEP: {
        const level = this.tables[head.table]?.level ?? 0;
        const step = stepNumbered(head.how)?.name;
        if (step === undefined) throw new Error(`pc_out: no step ${String(head.how)}`);
        const at = `${this.tableName(head.table)}[${String(head.index)}]`;
        const texts = { from: this.spteText(first, level), to: this.spteText(second, level) };
        events.push({ kind: 'step', step, at, ...texts });
        return;
      }
      case EVENT.TASK_BEGIN:
        events.push({ kind: 'begin-task', entry: entryName(Number(first)) });
        return;
      case EVENT.TASK_END: {
        const returns = head.how === 1 ? second : null;
        events.push({ kind: 'end-task', entry: entryName(Number(first)), returns });
        return;
      }
      case EVENT.NOT_LEGAL:
        events.push({ kind: 'not-legal', rule: head.index });
        return;
      case EVENT.TURN:
        events.push({ kind: 'turn', thread: head.index });
        return;
      case EVENT.POINT:
      case EVENT.PLACE:
        return; // for who looks for places (concurrent/places.ts)
    }
  }

  private pushSpteEvents(events: TraceEvent[], head: Head, from: bigint, to: bigint): void {
    const table = this.tables[head.table];
    const level = table?.level ?? 0;
    const child = this.childOf(to, level);
    const linked = child === null ? undefined : this.tables[child];
    if (linked !== undefined) {
      linked.linked = true;
      linked.level = level - 1;
    }
    if (table !== undefined && !table.linked) return;
    const how = HOW[head.how] ?? 'write';
    const texts = { from: this.spteText(from, level), to: this.spteText(to, level) };
    const name = this.tableName(head.table);
    for (let index = head.index; index < head.index + head.count; index++) {
      events.push({ kind: 'spte', how, at: `${name}[${String(index)}]`, ...texts });
    }
  }

  private pushResult(events: TraceEvent[], head: Head, value: bigint): void {
    if (head.how === RESULT.ROOT) {
      const table = this.tables[head.table];
      if (table !== undefined) table.linked = true;
      events.push({ kind: 'result', what: 'root', value: this.tableName(head.table) });
    } else if (head.how === RESULT.SPTEP) {
      const at = `${this.tableName(head.table)}[${String(head.index)}]`;
      events.push({ kind: 'result', what: 'at', value: at });
    } else {
      const what = `level ${String(head.index)}`;
      events.push({ kind: 'result', what, value: this.spteText(value, head.index) });
    }
  }

  private ending(events: TraceEvent[]): Ending {
    const { ending } = this.run;
    if (ending.kind === 'returned') return { kind: 'returned' };
    if (ending.kind === 'out-of-fuel') return { kind: 'out-of-fuel' };
    if (ending.kind === 'endless') return { kind: 'endless', cycle: ending.cycle };
    const { name, function: where, at } = ending;
    if (name !== 'model') {
      const detail = `0x${ending.argument.toString(16)}`;
      return { kind: 'trap', name, function: where, at, detail };
    }
    const model = (detail: string): Ending => ({ kind: 'trap', name, function: where, at, detail });
    switch (Number(ending.argument)) {
      case TRAP.BUG:
        return { kind: 'bug' };
      case TRAP.DEADLOCK: {
        const last = events.at(-1);
        if (last?.kind !== 'lock-rule') return { kind: 'deadlock', on: '' };
        events.pop();
        return { kind: 'deadlock', on: last.rule };
      }
      case TRAP.YIELDS:
      case TRAP.INFEASIBLE:
        return { kind: 'out-of-fuel' };
      case TRAP.UNBUILDABLE:
        return model(`cannot be built: ${UNBUILDABLE[Number(this.word(OUT.DETAIL))] ?? ''}`);
      case TRAP.MEMORY:
        return model('the memory of the models is used up');
      default:
        return model(`code ${ending.argument.toString()}`);
    }
  }
}

const HOW: readonly ('write' | 'xchg' | 'cmpxchg' | 'and')[] = ['write', 'xchg', 'cmpxchg', 'and'];
