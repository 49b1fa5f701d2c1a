/**
 * The world in which the references run: one VM, its roots and page tables, the kernel services that the walkers use, and
 * the record of everything observable. The only place where references have side effects.
 */
import type { Configuration, MemorySlot } from '../scenario.js';
import type { Place, Schedule } from '../schedule.js';
import { masksOf } from '../spte-masks.js';
import type { SpteMasks } from '../spte-masks.js';
import { ENTRIES, pagesPerEntry, PageTable } from './page-table.js';
import type { TableRole } from './page-table.js';
import { RunLog } from './run-log.js';
import type { Write } from './run-log.js';
import { noCounts, RunStopped } from './run-state.js';
import type { CallCounts, RootState } from './run-state.js';
import { isPresent, SpteRules } from './spte.js';

export interface Slot extends Omit<MemorySlot, 'baseGfn' | 'pages'> {
  readonly baseGfn: number;
  readonly pages: number;
}

/** An SPTE as two numbers. */
export interface Halves {
  low: number;
  high: number;
}

const halvesOf = (value: bigint): Halves => ({
  low: Number(value & 0xffff_ffffn),
  high: Number(value >> 32n),
});

export class Machine {
  readonly masks: SpteMasks;
  readonly rules: SpteRules;
  readonly log: RunLog;
  readonly slots: readonly Slot[];
  readonly roots: RootState[] = [];
  /** By ordinal. */
  readonly tables: PageTable[] = [];
  /** Net changes of the statistics since the start; pages by level. */
  readonly pageStats = [0, 0, 0, 0];
  tablePages = 0;
  nxSplits = 0;
  /** Page faults that put an MMIO SPTE in place. */
  mmioCreated = 0;
  bugged = false;
  /** The NX huge page mitigation: executable mappings are 4K. */
  nxHugePages = false;
  counts: CallCounts = noCounts();
  /** The non-present and the frozen SPTE. */
  readonly absent: Halves;
  readonly frozen: Halves;

  private readonly running: string[] = [];
  private readonly waitingForGracePeriod: PageTable[] = [];
  private readonly scheduled: Schedule['rules'];
  /** The SPTE that a walk read last: where a schedule's rules are asked about. */
  private readTable: PageTable | null = null;
  private readIndex = 0;
  private readDepth = 0;
  private stretch = 0;
  private insideRemoved = 0;
  private allocated = 0;
  private firstTables = 0;

  constructor(
    readonly configuration: Configuration,
    slots: readonly MemorySlot[],
    schedule: Schedule,
    private readonly scopes: ReadonlySet<string>,
    private fuel: number,
  ) {
    this.masks = masksOf(configuration);
    this.rules = new SpteRules(this.masks);
    this.log = new RunLog(this.masks);
    this.absent = halvesOf(this.masks.nonpresent);
    this.frozen = halvesOf(this.masks.frozen);
    this.scheduled = schedule.rules;
    this.slots = slots.map((slot) => ({
      ...slot,
      baseGfn: Number(slot.baseGfn),
      pages: Number(slot.pages),
    }));
  }

  /** The roots as the scenario numbers them. */
  scenarioRoots: readonly RootState[] = [];

  /** The scenario stands: what is allocated from now on, the run has made. */
  startRecording(): void {
    this.scenarioRoots = [...this.roots];
    this.firstTables = this.tables.length;
  }

  /** One past the last gfn that the host can address. */
  get endOfGfns(): number {
    return 2 ** (this.configuration.maxPhysAddr - 12);
  }

  // Page tables ------------------------------------------------------------------------------------------------------------

  /** The ordinal of a page table and its header that are allocated now. */
  reserveTable(): number {
    return this.allocated++;
  }

  addTable(ordinal: number, level: number, gfn: number, role: TableRole): PageTable {
    const table = new PageTable(ordinal, level, gfn, role, this.masks.nonpresent);
    this.tables[ordinal] = table;
    return table;
  }

  /** One READ_ONCE of an SPTE. */
  read(table: PageTable, index: number): bigint {
    this.countRead(table, index);
    return table.read(index);
  }

  countRead(table: PageTable, index: number): void {
    this.burn();
    if (this.insideRemoved > 0) {
      this.counts.removedReads++;
      return;
    }
    this.readTable = table;
    this.readIndex = index;
    this.counts.reads++;
    this.stretch++;
    if (this.stretch > this.counts.longestStretch) this.counts.longestStretch = this.stretch;
  }

  /** Any kind of write; returns what was there. */
  write(how: Write, table: PageTable, index: number, value: bigint): bigint {
    this.burn();
    const before = table.read(index);
    if (value === before) return before;
    table.store(index, value);
    if (this.insideRemoved === 0 && isPresent(before) && !isPresent(value)) this.counts.entries++;
    this.log.spte(how, table.ordinal, index, 1, halvesOf(before), halvesOf(value));
    return before;
  }

  /** How many entries from `index` on are plainly non-present. */
  absentFrom({ halves }: PageTable, index: number): number {
    const { low, high } = this.absent;
    let end = index;
    while (end < ENTRIES && halves[2 * end] === low && halves[2 * end + 1] === high) end++;
    return end - index;
  }

  /** Exchanges entries that are plainly non-present for frozen ones, each on its own. */
  freezeAbsent(table: PageTable, index: number, count: number): void {
    this.burn(count);
    table.values.fill(this.masks.frozen, index, index + count);
    this.log.spte('xchg', table.ordinal, index, count, this.absent, this.frozen);
  }

  /** Reads of entries inside a removed table, each on its own. */
  readRemoved(count: number): void {
    this.burn(count);
    this.counts.removedReads += count;
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
    if (this.scheduled.length === 0) return null;
    const gfn = this.readGfn;
    const level = this.readTable?.level ?? null;
    for (const { place, action } of this.scheduled) {
      if (place.event !== event) continue;
      if (place.function !== '*' && place.function !== this.innermostScope) continue;
      if (place.gfn !== null) {
        if (level === null || gfn < place.gfn.first || gfn > place.gfn.last) continue;
      }
      if (place.level !== null && level !== place.level) continue;
      if (action.kind === 'reschedule' || action.kind === 'fail') return action.kind;
    }
    return null;
  }

  private get readGfn(): number {
    return this.readTable?.gfnOf(this.readIndex) ?? 0;
  }

  beginCall(entry: string): void {
    this.counts = noCounts();
    this.stretch = 0;
    this.readTable = null;
    this.log.beginCall(entry);
  }

  endCall(entry: string, returns: bigint | null): void {
    this.log.costs(this.counts, true);
    this.runGracePeriod();
    this.log.endCall(entry, returns);
  }

  /** The run is over, or was stopped in the middle of a call. */
  endEvents(completed: boolean): void {
    if (!completed) this.log.costs(this.counts, false);
    this.log.endEvents(completed, this.firstTables, this.allocated);
  }

  /** mmu_lock is dropped and taken again. */
  yieldLock(): void {
    this.log.yielded(this.innermostScope, this.readGfn, this.readTable?.level ?? 0);
    this.runGracePeriod();
  }

  /** kvm_mmu_max_mapping_level: the largest page around the gfn that lies in the slot, up to what the slot allows. */
  largestMapping(slot: Slot, gfn: number): number {
    let level: number = slot.maxLevel;
    for (; level > 1; level--) {
      const first = gfn - (gfn % pagesPerEntry(level));
      const end = first + pagesPerEntry(level);
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
    this.log.callRcu(table.ordinal);
    this.waitingForGracePeriod.push(table);
  }

  /** Read sections that nobody has left, and callbacks that still wait. */
  get readers(): number {
    return this.readDepth;
  }

  get callbacks(): number {
    return this.waitingForGracePeriod.length;
  }

  /** Readers are quiescent when the lock is dropped and between calls. */
  runGracePeriod(): void {
    if (this.readDepth > 0) return;
    for (const table of this.waitingForGracePeriod.splice(0)) this.free(table);
  }

  // Memory -----------------------------------------------------------------------------------------------------------------

  /** The ordinal of a new table and its header, or null when memory is short. */
  allocate(mayFail: boolean): number | null {
    if (mayFail && this.decide('alloc') === 'fail') {
      this.log.allocateFailed();
      return null;
    }
    const ordinal = this.reserveTable();
    this.log.allocate(ordinal);
    return ordinal;
  }

  free(table: PageTable): void {
    table.freed = true;
    this.log.free(table.ordinal);
  }

  /** A table that was never used: nobody has filled it in, or looked at it. */
  freeSpare(ordinal: number, role: TableRole): void {
    this.free(this.addTable(ordinal, 0, 0, role));
  }

  // Reports ----------------------------------------------------------------------------------------------------------------

  flushAll(): void {
    this.log.flushAll();
  }

  flushRange(gfn: number, pages: number): void {
    this.log.flushRange(gfn, pages);
  }

  reportDirty(pfn: bigint): void {
    this.log.pfn('dirty', pfn);
  }

  reportAccessed(pfn: bigint): void {
    this.log.pfn('accessed', pfn);
  }

  addPageStats(level: number, delta: number): void {
    this.log.pageStats(level, delta);
    this.pageStats[level] = (this.pageStats[level] ?? 0) + delta;
  }

  addTablePages(delta: number): void {
    this.log.tablePages(delta);
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
    this.log.said('warn', condition, where);
  }

  /** A WARN: says whether the condition held. */
  warnIf(fired: boolean, where: string, condition: string): boolean {
    if (fired) this.warn(where, condition);
    return fired;
  }

  bug(where: string, condition: string): never {
    this.log.said('bug', condition, where);
    throw new RunStopped({ kind: 'bug' });
  }

  /** KVM_BUG_ON: the VM is of no use any more, the run goes on. */
  vmBugIf(fired: boolean): void {
    if (!fired || this.bugged) return;
    this.bugged = true;
    this.log.vmBugged();
  }
}
