/** Leaves of a table: alike in what the memory behind them is, so that a run of them looks like what faults leave. */
import { FIRST_DEVICE_PFN, FIRST_LEAF_PFN, FIRST_TABLE_PFN, pagesAt } from '../geometry.js';
import { endOfPfns } from '../invariants.js';
import type { Configuration, Entry, LeafEntry, Root } from '../scenario.js';
import { adTypeOf } from '../spte-value.js';
import type { Random } from './random.js';

/** What the leaves of one table have in common; each flag is the share of leaves that have it. */
export interface LeafKind {
  readonly mmio: number;
  readonly writable: number;
  readonly writeProtected: number; // of those that are not writable: only for dirty logging
  readonly hostWritable: number; // of the rest
  readonly accessed: number;
  readonly dirty: number;
  readonly executable: number;
  readonly tracked: number;
  /** Frames of memory behind it, from here on: gfn and pfn have the same offset within 1G. */
  readonly firstPfn: number;
}

const PAGES_1G = Number(pagesAt(3));

export class LeafGenerator {
  private readonly adType;
  private readonly frames: bigint;

  constructor(
    private readonly random: Random,
    configuration: Configuration,
    root: Pick<Root, 'guestMode'>,
  ) {
    this.adType = adTypeOf(configuration, root);
    this.frames = (endOfPfns(configuration) - FIRST_LEAF_PFN) / pagesAt(3);
  }

  kind(): LeafKind {
    const share = (): number => this.random.pick([0, 0.5, 0.5, 1]);
    return {
      mmio: this.random.pick([0, 0, 0, 0.3, 1]),
      writable: share(),
      writeProtected: share(),
      hostWritable: share(),
      accessed: share(),
      dirty: share(),
      executable: share(),
      tracked: share(),
      firstPfn: this.firstPfn(),
    };
  }

  private firstPfn(): number {
    // a device that is handed to the guest; its memory is not cached, nor encrypted
    if (this.random.aside('device').chance(0.06)) return Number(FIRST_DEVICE_PFN);
    const first = Number(FIRST_LEAF_PFN);
    const frame = this.random.chance(0.9)
      ? this.random.below(4)
      : this.random.below(Number(this.frames));
    const pfn = first + frame * PAGES_1G;
    return pfn === Number(FIRST_TABLE_PFN) ? first : pfn;
  }

  mmio(): Entry {
    const generation = this.random.pick([
      0,
      1,
      5,
      0xff,
      0x100,
      0x7ffff,
      this.random.below(1 << 19),
    ]);
    return { kind: 'mmio', generation, writable: true };
  }

  /** `gfn`: a multiple of what a leaf at the level maps. */
  leaf(kind: LeafKind, gfn: number): LeafEntry {
    const { random } = this;
    const withBits = this.adType !== 'disabled';
    const accessTracked = !withBits && random.chance(kind.tracked);
    const writable = !accessTracked && random.chance(kind.writable);
    const mmuWritable = writable || random.chance(kind.writeProtected);
    const hostWritable = mmuWritable || random.chance(kind.hostWritable);
    return {
      kind: 'leaf',
      pfn: BigInt(kind.firstPfn + (gfn % PAGES_1G)),
      writable,
      mmuWritable,
      hostWritable,
      executable: random.chance(kind.executable),
      accessed: withBits && random.chance(kind.accessed),
      dirty: withBits && hostWritable && random.chance(kind.dirty),
      accessTracked,
    };
  }
}
