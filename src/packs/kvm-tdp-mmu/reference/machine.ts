/**
 * The world in which the references run: one VM, its roots and page tables, the kernel services that the walkers use, and
 * the record of everything observable. The only place where references have side effects.
 */
import type { Configuration, MemorySlot } from '../scenario.js';
import type { Place, Schedule } from '../schedule.js';
import { FIRST_TABLE_PFN, pagesAt } from '../geometry.js';
import { masksOf } from '../spte-masks.js';
import type { SpteMasks } from '../spte-masks.js';
import { spteText } from '../spte-text.js';
import type { TraceEvent } from '../trace.js';
import { PageTable } from './page-table.js';
import type { TableRole } from './page-table.js';
import { noCounts, RunStopped } from './run-state.js';
import type { CallCounts, RootState } from './run-state.js';
import { isPresent, SpteRules } from './spte.js';

export type Write = Extract<TraceEvent, { kind: 'spte' }>['how'];

/** Where a schedule's rules are asked about: the SPTE that a walk read last. */
interface LastRead {
  readonly gfn: bigint;
  readonly level: number;
}

export class Machine {
  readonly masks: SpteMasks;
  readonly rules: SpteRules;
  readonly events: TraceEvent[] = [];
  readonly roots: RootState[] = [];
  /** Net changes of the statistics since the start. */
  readonly pageStats = new Map<number, bigint>();
  tablePages = 0n;
  nxSplits = 0n;
  /** Page faults that put an MMIO SPTE in place. */
  mmioCreated = 0;
  bugged = false;
  /** The NX huge page mitigation: executable mappings are 4K. */
  nxHugePages = false;
  counts: CallCounts = noCounts();

  private readonly tables = new Map<bigint, PageTable>();
  private readonly running: string[] = [];
  private readonly waitingForGracePeriod: PageTable[] = [];
  private lastRead: LastRead | null = null;
  private readDepth = 0;
  private stretch = 0;
  private insideRemoved = 0;
  private allocated = 0;

  constructor(
    readonly configuration: Configuration,
    readonly slots: readonly MemorySlot[],
    private readonly schedule: Schedule,
    private readonly scopes: ReadonlySet<string>,
    private fuel: number,
  ) {
    this.masks = masksOf(configuration);
    this.rules = new SpteRules(this.masks);
  }

  /** One past the last gfn that the host can address. */
  get endOfGfns(): bigint {
    return 1n << BigInt(this.configuration.maxPhysAddr - 12);
  }

  // Page tables ------------------------------------------------------------------------------------------------------------

  addTable(name: string, level: number, gfn: bigint, role: TableRole): PageTable {
    const pfn = FIRST_TABLE_PFN + BigInt(this.tables.size);
    const table = new PageTable(name, level, gfn, pfn, role, this.masks.nonpresent);
    this.tables.set(pfn, table);
    return table;
  }

  tableAt(pfn: bigint): PageTable | undefined {
    return this.tables.get(pfn);
  }

  /** Tables that the run made and that were not freed. */
  get made(): PageTable[] {
    return [...this.tables.values()].filter(({ name, freed }) => name.startsWith('new') && !freed);
  }

  /** One READ_ONCE of an SPTE. */
  read(table: PageTable, index: number): bigint {
    this.burn();
    if (this.insideRemoved > 0) {
      this.counts.removedReads++;
    } else {
      this.lastRead = {
        gfn: table.gfn + BigInt(index) * pagesAt(table.level),
        level: table.level,
      };
      this.counts.reads++;
      this.stretch++;
      this.counts.longestStretch = Math.max(this.counts.longestStretch, this.stretch);
    }
    return table.read(index);
  }

  /** Any kind of write; returns what was there. */
  write(how: Write, table: PageTable, index: number, value: bigint): bigint {
    this.burn();
    const before = table.read(index);
    if (value === before) return before;
    table.store(index, value);
    if (this.insideRemoved === 0 && isPresent(before) && !isPresent(value)) this.counts.entries++;
    if (table.linked) {
      this.events.push({
        kind: 'spte',
        how,
        at: `${table.name}[${String(index)}]`,
        from: this.text(before, table.level),
        to: this.text(value, table.level),
      });
    }
    return before;
  }

  text(value: bigint, level: number): string {
    return spteText(value, level, this.masks, (pfn) => this.tables.get(pfn)?.name ?? null);
  }

  /** Text of every SPTE of a table that is not plainly non-present. */
  entryTexts(table: PageTable): [number, string][] {
    return table.filled().map(([index, value]) => [index, this.text(value, table.level)]);
  }

  // Running ----------------------------------------------------------------------------------------------------------------

  /** Runs the body as the named C function; places of a schedule may name it when it is one of the pack's scopes. */
  scope<T>(name: string, body: () => T): T {
    if (!this.scopes.has(name)) return body();
    this.running.push(name);
    try {
      return body();
    } finally {
      this.running.pop();
    }
  }

  get innermostScope(): string {
    return this.running.at(-1) ?? '';
  }

  duringRemoval<T>(body: () => T): T {
    this.insideRemoved++;
    try {
      return body();
    } finally {
      this.insideRemoved--;
    }
  }

  get isRemoving(): boolean {
    return this.insideRemoved > 0;
  }

  countLoop(): void {
    this.burn();
    this.counts.loops++;
  }

  reachReschedulePoint(): void {
    this.counts.reschedulePoints++;
    this.stretch = 0;
  }

  burn(steps = 1): void {
    this.fuel -= steps;
    if (this.fuel < 0) throw new RunStopped({ kind: 'out-of-fuel' });
  }

  /** need_resched(), or else a waiter on mmu_lock. */
  mustReschedule(): boolean {
    this.counts.polls++;
    return this.decide('poll') === 'reschedule';
  }

  private decide(event: Place['event']): 'reschedule' | 'fail' | null {
    const here = this.lastRead;
    for (const { place, action } of this.schedule.rules) {
      if (place.event !== event) continue;
      if (place.function !== '*' && place.function !== this.innermostScope) continue;
      if (place.gfn !== null) {
        if (here === null || here.gfn < place.gfn.first || here.gfn > place.gfn.last) continue;
      }
      if (place.level !== null && here?.level !== place.level) continue;
      return action.kind === 'step' ? null : action.kind;
    }
    return null;
  }

  beginCall(entry: string): void {
    this.counts = noCounts();
    this.stretch = 0;
    this.events.push({ kind: 'begin-call', entry });
  }

  endCall(entry: string, returns: bigint | null): void {
    this.runGracePeriod();
    this.events.push({ kind: 'end-call', entry, returns });
  }

  /** mmu_lock is dropped and taken again. */
  yieldLock(): void {
    this.events.push({ kind: 'yield', place: this.innermostScope });
    this.runGracePeriod();
  }

  /** kvm_mmu_max_mapping_level: the largest page around the gfn that lies in the slot, up to what the slot allows. */
  largestMapping(slot: MemorySlot, gfn: bigint): number {
    let level: number = slot.maxLevel;
    for (; level > 1; level--) {
      const first = gfn - (gfn % pagesAt(level));
      const end = first + pagesAt(level);
      if (first >= slot.baseGfn && end <= slot.baseGfn + slot.pages) break;
    }
    return level;
  }

  // RCU --------------------------------------------------------------------------------------------------------------------

  enterReadSection(): void {
    this.readDepth++;
  }

  leaveReadSection(): void {
    this.readDepth--;
  }

  inReadSection<T>(body: () => T): T {
    this.enterReadSection();
    try {
      return body();
    } finally {
      this.leaveReadSection();
    }
  }

  /** The table goes once no reader can hold it. */
  freeAfterGracePeriod(table: PageTable): void {
    this.events.push({ kind: 'call-rcu', name: table.name });
    this.waitingForGracePeriod.push(table);
  }

  /** Readers are quiescent when the lock is dropped and between calls. */
  runGracePeriod(): void {
    if (this.readDepth > 0) return;
    for (const table of this.waitingForGracePeriod.splice(0)) this.free(table);
  }

  // Memory -----------------------------------------------------------------------------------------------------------------

  /** The name of a new table and its header, or null when memory is short. */
  allocate(mayFail: boolean): string | null {
    if (mayFail && this.decide('alloc') === 'fail') {
      this.events.push({ kind: 'allocate-failed', what: 'header' });
      return null;
    }
    const name = `new${String(this.allocated++)}`;
    this.events.push({ kind: 'allocate', what: 'header', name });
    this.events.push({ kind: 'allocate', what: 'table', name });
    return name;
  }

  free(table: PageTable): void {
    table.freed = true;
    this.freeNamed(table.name);
  }

  freeNamed(name: string): void {
    this.events.push({ kind: 'free', what: 'table', name });
    this.events.push({ kind: 'free', what: 'header', name });
  }

  // Reports ----------------------------------------------------------------------------------------------------------------

  flushAll(): void {
    this.events.push({ kind: 'flush-all' });
  }

  flushRange(gfn: bigint, pages: bigint): void {
    this.events.push({ kind: 'flush-range', gfn, pages });
  }

  reportDirty(pfn: bigint): void {
    this.events.push({ kind: 'pfn-dirty', pfn });
  }

  reportAccessed(pfn: bigint): void {
    this.events.push({ kind: 'pfn-accessed', pfn });
  }

  logDirty(gfn: bigint): void {
    this.events.push({ kind: 'dirty-log', gfn });
  }

  giveBack(what: string, value: string): void {
    this.events.push({ kind: 'result', what, value });
  }

  addPageStats(level: number, delta: bigint): void {
    this.events.push({ kind: 'page-stats', level, delta });
    this.pageStats.set(level, (this.pageStats.get(level) ?? 0n) + delta);
  }

  addTablePages(delta: bigint): void {
    this.events.push({ kind: 'table-pages', delta });
    this.tablePages += delta;
  }

  untrackNx(table: PageTable): void {
    if (!table.nxTracked) return;
    table.nxTracked = false;
    this.nxSplits--;
  }

  trackNx(table: PageTable): void {
    if (table.nxTracked) return;
    table.nxTracked = true;
    this.nxSplits++;
  }

  /** A WARN whose condition held; `condition` in our own words. */
  warn(where: string, condition: string): void {
    this.events.push({ kind: 'warn', condition, function: where });
  }

  /** A WARN: says whether the condition held. */
  warnIf(fired: boolean, where: string, condition: string): boolean {
    if (fired) this.warn(where, condition);
    return fired;
  }

  bug(where: string, condition: string): never {
    this.events.push({ kind: 'bug', condition, function: where });
    throw new RunStopped({ kind: 'bug' });
  }

  /** KVM_BUG_ON: the VM is of no use any more, the run goes on. */
  vmBugIf(fired: boolean): void {
    if (!fired || this.bugged) return;
    this.bugged = true;
    this.events.push({ kind: 'vm-bugged' });
  }
}
