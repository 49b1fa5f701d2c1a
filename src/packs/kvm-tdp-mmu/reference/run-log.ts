/**
 * What a run of the references lets out, in the very words that the C side writes (c/include/pc/words.h): so the two are compared
 * as they are, and one decoder names both. Texts of diagnostics are our own words; where there are any, the words differ.
 */
import { entryPoint } from '../entry-points.js';
import { SCOPES } from '../scopes.js';
import { MMU_PRESENT } from '../spte-masks.js';
import type { SpteMasks } from '../spte-masks.js';
import { FIRST_TABLE_PFN } from '../geometry.js';
import { WordWriter } from '../word-writer.js';
import { COST_WORDS, EVENT, MAGIC, MAX_CALLS, OUT, RESULT, STATUS } from '../words.js';
import type { CallCounts } from './run-state.js';

/** How an SPTE was written, as C accesses memory. */
export const HOW = { write: 0, xchg: 1, cmpxchg: 2, and: 3 } as const;
export type Write = keyof typeof HOW;

export class RunLog {
  readonly out = new WordWriter(OUT.EVENTS);
  /** Where the last event begins, if it is an SPTE's. */
  private lastSpte = -1;
  private calls = 0;
  private readonly texts = new Map<string, number>();
  private textsEnd: number = OUT.TEXT;

  constructor(masks: SpteMasks) {
    const { out } = this;
    out.setBig(OUT.MAGIC, MAGIC);
    out.setBig(OUT.NONPRESENT, masks.nonpresent);
    out.setBig(OUT.FROZEN, masks.frozen);
    out.setBig(OUT.BASE_ADDRESS, masks.baseAddress);
    out.setBig(OUT.PRESENT, masks.present);
    out.setBig(OUT.USER, masks.user);
    out.setBig(OUT.X, masks.x);
    out.setBig(OUT.NX, masks.nx);
    out.setBig(OUT.ACCESSED, masks.accessed);
    out.setBig(OUT.DIRTY, masks.dirty);
    out.setBig(OUT.ACCESS_TRACK, masks.accessTrack);
    out.setBig(OUT.HOST_WRITABLE, masks.hostWritable);
    out.setBig(OUT.MMU_WRITABLE, masks.mmuWritable);
    out.setBig(OUT.ME_VALUE, masks.meValue);
    out.setBig(OUT.ME_MASK, masks.meMask);
    out.setBig(OUT.MEMTYPE, masks.memtype);
    out.setBig(OUT.MEMTYPE_OF_RAM, masks.memtypeOfRam);
    out.setBig(OUT.MMIO_VALUE, masks.mmioValue);
    out.setBig(OUT.MMIO_MASK, masks.mmioMask);
    out.setBig(OUT.MMIO_ACCESS, masks.mmioAccess);
    out.setBig(OUT.MMIO_CACHING, masks.mmioCaching);
    out.setBig(OUT.L1TF_MASK, masks.l1tf);
    out.setBig(OUT.L1TF_LOW_GFN, masks.l1tfLowGfn);
    out.setBig(OUT.MMU_PRESENT, MMU_PRESENT);
    out.setBig(OUT.TABLES_PFN, FIRST_TABLE_PFN);
  }

  private head(kind: number, how = 0, count = 1, index = 0, table = 0): void {
    this.out.push(
      kind | (how << 8) | ((count - 1) << 12) | ((index & 0xff) << 24),
      (index >> 8) | (table << 4),
    );
  }

  /** `count` neighbours from `index` on that change alike; the last event grows while its neighbours do. */
  spte(
    how: Write,
    table: number,
    index: number,
    count: number,
    from: { readonly low: number; readonly high: number },
    to: { readonly low: number; readonly high: number },
  ): void {
    const { out, lastSpte: at } = this;
    const number = HOW[how];
    if (at >= 0 && at + 3 === out.length && this.grows(at, number, table, index, from, to)) {
      const low = out.low(at);
      const grown = ((low >>> 12) & 0xfff) + count;
      out.setHalves(at, (low & ~0xfff000) | (grown << 12), out.high(at));
      return;
    }
    this.lastSpte = out.length;
    this.head(EVENT.SPTE, number, count, index, table);
    out.push(from.low, from.high);
    out.push(to.low, to.high);
  }

  private grows(
    at: number,
    how: number,
    table: number,
    index: number,
    from: { readonly low: number; readonly high: number },
    to: { readonly low: number; readonly high: number },
  ): boolean {
    const { out } = this;
    const [low, high] = [out.low(at), out.high(at)];
    const first = (low >>> 24) | ((high & 0xf) << 8);
    const count = ((low >>> 12) & 0xfff) + 1;
    return (
      ((low >>> 8) & 0xf) === how &&
      high >>> 4 === table &&
      index === first + count &&
      out.low(at + 1) === from.low &&
      out.high(at + 1) === from.high &&
      out.low(at + 2) === to.low &&
      out.high(at + 2) === to.high
    );
  }

  flushAll(): void {
    this.head(EVENT.FLUSH_ALL);
  }

  flushRange(gfn: number, pages: number): void {
    this.head(EVENT.FLUSH_RANGE);
    this.out.pushNumber(gfn);
    this.out.pushNumber(pages);
  }

  pfn(kind: 'dirty' | 'accessed', pfn: bigint): void {
    this.head(kind === 'dirty' ? EVENT.PFN_DIRTY : EVENT.PFN_ACCESSED);
    this.out.pushBig(pfn);
  }

  dirtyLog(gfn: number): void {
    this.head(EVENT.DIRTY_LOG);
    this.out.pushNumber(gfn);
  }

  pageStats(level: number, delta: number): void {
    this.head(EVENT.PAGE_STATS, 0, 1, level);
    this.out.pushNumber(delta);
  }

  tablePages(delta: number): void {
    this.head(EVENT.TABLE_PAGES);
    this.out.pushNumber(delta);
  }

  /** A page table comes and goes with its header, of the same ordinal. */
  allocate(ordinal: number): void {
    this.head(EVENT.ALLOCATE, 1, 1, 0, ordinal);
    this.head(EVENT.ALLOCATE, 0, 1, 0, ordinal);
  }

  allocateFailed(): void {
    this.head(EVENT.ALLOCATE_FAILED, 1);
  }

  callRcu(ordinal: number): void {
    this.head(EVENT.CALL_RCU, 0, 1, 0, ordinal);
  }

  free(ordinal: number): void {
    this.head(EVENT.FREE, 0, 1, 0, ordinal);
    this.head(EVENT.FREE, 1, 1, 0, ordinal);
  }

  said(kind: 'warn' | 'bug' | 'rule', what: string, where: string): void {
    const kinds = { warn: EVENT.WARN, bug: EVENT.BUG, rule: EVENT.RULE };
    this.head(kinds[kind]);
    this.out.push(this.text(what), this.text(where));
  }

  vmBugged(): void {
    this.head(EVENT.REQUEST, 1);
    this.out.push(0);
  }

  yielded(scope: string, gfn: number, level: number): void {
    this.head(EVENT.YIELD, 0, 1, level);
    this.out.push(SCOPES.get(scope) ?? 0);
    this.out.pushNumber(gfn);
  }

  giveSpte(level: number, value: bigint): void {
    this.head(EVENT.RESULT, RESULT.SPTE, 1, level);
    this.out.pushBig(value);
  }

  givePlace(table: number, index: number): void {
    this.head(EVENT.RESULT, RESULT.SPTEP, 1, index, table);
    this.out.push(0);
  }

  giveRoot(table: number): void {
    this.head(EVENT.RESULT, RESULT.ROOT, 1, 0, table);
    this.out.push(0);
  }

  beginCall(entry: string): void {
    this.calls++;
    this.head(EVENT.BEGIN);
    this.out.push(entryPoint(entry)?.number ?? 0);
  }

  endCall(entry: string, returns: bigint | null): void {
    this.head(EVENT.END, returns === null ? 0 : 1);
    this.out.push(entryPoint(entry)?.number ?? 0);
    this.out.pushBig(returns ?? 0n);
  }

  costs(counts: CallCounts, complete: boolean): void {
    if (this.calls === 0 || this.calls > MAX_CALLS) return;
    const at = OUT.COSTS + (this.calls - 1) * COST_WORDS;
    const { loops, reads, removedReads, polls, reschedulePoints, longestStretch, entries } = counts;
    [loops, reads, removedReads, polls, reschedulePoints, longestStretch, entries].forEach(
      (count, n) => {
        this.out.set(at + n, count);
      },
    );
    this.out.set(at + 7, complete ? 1 : 0);
  }

  /** Nothing more happens; what follows is the final state. */
  endEvents(completed: boolean, firstTables: number, tables: number): void {
    const { out } = this;
    out.setBig(OUT.STATUS, completed ? STATUS.DONE : STATUS.STOPPED);
    out.set(OUT.EVENTS_END, out.length);
    out.set(OUT.CALLS, this.calls);
    out.set(OUT.FIRST_TABLES, firstTables);
    out.set(OUT.TABLES, tables);
    out.set(OUT.HEADERS, tables);
    out.set(OUT.STRINGS, this.texts.size);
    out.set(OUT.STRINGS_END, this.textsEnd);
  }

  words(): BigUint64Array {
    this.out.set(OUT.USED, this.out.length);
    return this.out.words();
  }

  /** The number of a text, which is stored once: its length in bytes, then the bytes. */
  private text(text: string): number {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    const bytes = Buffer.from(text);
    const words = Math.ceil(bytes.length / 8);
    if (this.textsEnd + 1 + words > OUT.EVENTS) return 0xffff_ffff;
    const padded = Buffer.alloc(8 * words);
    bytes.copy(padded);
    this.out.set(this.textsEnd, bytes.length);
    for (let n = 0; n < words; n++)
      this.out.setHalves(
        this.textsEnd + 1 + n,
        padded.readUInt32LE(8 * n),
        padded.readUInt32LE(8 * n + 4),
      );
    const number = this.texts.size;
    this.texts.set(text, number);
    this.textsEnd += 1 + words;
    return number;
  }
}
