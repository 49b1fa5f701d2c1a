/** What calls of a scenario choose from: its roots, slots, and the gfns worth aiming at. */
import type { MemorySlot, Scenario } from '../scenario.js';
import { Points } from './points.js';
import type { Random } from './random.js';

export type Args = Record<string, bigint>;

export class Chooser {
  readonly points: Points;

  constructor(
    readonly random: Random,
    readonly scenario: Scenario,
  ) {
    this.points = new Points(random, scenario);
  }

  flag(probability = 0.5): bigint {
    return this.random.chance(probability) ? 1n : 0n;
  }

  level(...levels: [number, ...number[]]): bigint {
    return BigInt(this.random.pick(levels));
  }

  /** `valid`: of the walkers that skip invalid roots. */
  root(valid: boolean): bigint | null {
    const roots = this.scenario.roots.flatMap((root, at) => (valid && root.invalid ? [] : [at]));
    return roots.length === 0 ? null : BigInt(this.random.pickOr(roots, 0));
  }

  slot(addressSpace?: number): { at: bigint; slot: MemorySlot } | null {
    const fitting = this.scenario.slots.flatMap((slot, at) =>
      addressSpace === undefined || slot.addressSpace === addressSpace ? [{ at, slot }] : [],
    );
    const chosen = fitting[this.random.below(Math.max(1, fitting.length))];
    return chosen === undefined ? null : { at: BigInt(chosen.at), slot: chosen.slot };
  }

  addressSpaceOfRoot(root: bigint): number {
    return this.scenario.roots[Number(root)]?.smm === true ? 1 : 0;
  }
}
