/**
 * Is a run endless? In an inspectable module the bytes of memory and the place in the program are the whole state of the machine.
 * A run that comes back to a state it was in will do so for ever, because what the outside world answers depends on places
 * and values only. Brent's method: one remembered state, renewed at powers of two, compared with each later one.
 */
import type { Machine } from './machine.js';

/** Bytes that observe the run and never steer it: event logs, counters. Wasm offsets. */
export interface Observer {
  readonly from: number;
  readonly to: number;
}

export interface Cycle {
  /** Ticks from one visit of the state to the next. */
  readonly length: number;
  /** Places of the ticks within one round, in order. */
  readonly places: readonly number[];
}

/** Longest cycle that is looked for, in ticks. */
const MAX_CYCLE = 1 << 20;

class Found extends Error {
  constructor(readonly cycle: Cycle) {
    super('the state of the machine repeats');
  }
}

/** Runs `start` and gives back the cycle that it falls into; null where it ends, or runs out of fuel before one is seen. */
export function findCycle(
  machine: Machine,
  observers: readonly Observer[],
  start: () => void,
): Cycle | null {
  const { data, heap, stack } = machine.image.memory;
  const regions = withoutObservers(
    [
      { from: data.start, to: data.end },
      { from: heap.start, to: heap.end },
    ],
    observers,
  );
  const { bytes } = machine;
  // Room for one state, taken once: what a state needs of it is copied, and no more.
  const memory = new Uint8Array(heap.end);
  let saved: { place: number; stackPointer: number } | null = null;
  let nextSave = 1;
  let ticks = 0;
  const places: number[] = [];

  const sameState = (place: number, stackPointer: number): boolean => {
    if (saved?.place !== place || saved.stackPointer !== stackPointer) return false;
    if (!sameBytes(bytes, memory, stackPointer, stack.end)) return false;
    return regions.every(({ from, to }) => sameBytes(bytes, memory, from, to));
  };
  machine.onTick = (place) => {
    const { stackPointer } = machine;
    ticks++;
    places.push(place);
    if (sameState(place, stackPointer)) throw new Found({ length: places.length, places });
    if (ticks < nextSave || places.length > MAX_CYCLE) return;
    saved = { place, stackPointer };
    for (const { from, to } of [{ from: stackPointer, to: stack.end }, ...regions])
      memory.set(bytes.subarray(from, to), from);
    nextSave = 2 * ticks;
    places.length = 0;
  };
  try {
    start();
    return null;
  } catch (error) {
    if (error instanceof Found) return error.cycle;
    throw error;
  } finally {
    machine.onTick = null;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array, from: number, to: number): boolean {
  return Buffer.compare(a.subarray(from, to), b.subarray(from, to)) === 0;
}

function withoutObservers(
  regions: readonly Observer[],
  observers: readonly Observer[],
): readonly Observer[] {
  let left = [...regions];
  for (const observer of observers) {
    left = left.flatMap(({ from, to }) => {
      if (observer.to <= from || observer.from >= to) return [{ from, to }];
      return [
        { from, to: observer.from },
        { from: observer.to, to },
      ].filter((part) => part.from < part.to);
    });
  }
  return left;
}
