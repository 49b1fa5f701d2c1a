/** A machine as packs see it: reset to the state of the start before each run, buffers that a run fills anew left alone. */
import type { RunEnding, RunMachine } from '../pack-api/pack.js';
import { ADDRESS_BASE, functionSiteOf } from './program.js';
import { findCycle } from './find-cycle.js';
import { explainedLines } from './explained-lines.js';
import type { Machine, Outcome } from './machine.js';

export interface Buffer64 {
  readonly global: string;
  readonly bytes: number;
}

/** `call`: how a function is called and run to its end; left out: as the machine does. */
export function runMachine(
  machine: Machine,
  buffers: readonly Buffer64[],
  call: (name: string, fuel: bigint) => Outcome = (name, fuel) => machine.call(name, [], fuel),
): RunMachine {
  const { start, end } = machine.image.memory.data;
  const kept = buffers
    .map(({ global, bytes }) => {
      const from = Number(machine.address(global) - ADDRESS_BASE);
      return { from, to: from + bytes };
    })
    .sort((a, b) => a.from - b.from);
  const parts: { at: number; bytes: Uint8Array }[] = [];
  let at = start;
  for (const { from, to } of [...kept, { from: end, to: end }]) {
    if (from > at) parts.push({ at, bytes: machine.bytes.slice(at, from) });
    at = to;
  }
  let used = 0n;
  return {
    run(name, input, fuel) {
      for (const part of parts) {
        machine.bytes.set(part.bytes, part.at);
        machine.resetNotes(part.at, part.at + part.bytes.length);
      }
      machine.words(machine.address(input.global), input.words.length).set(input.words);
      machine.prepare();
      const given = fuel ?? machine.image.fuel;
      const outcome = call(name, given);
      used = given - machine.fuelLeft;
      return ending(outcome);
    },
    spent: () => used,
    call: (name) => ending(machine.call(name)),
    words: (global, from, count) =>
      machine.words(machine.address(global) + BigInt(8 * from), count),
  };
}

export function ending(outcome: Outcome): RunEnding {
  switch (outcome.kind) {
    case 'returned':
      return { kind: 'returned' };
    case 'out-of-fuel':
      return { kind: 'out-of-fuel' };
    case 'trap': {
      const place = outcome.site?.place;
      return {
        kind: 'trap',
        name: outcome.name,
        function: outcome.site?.function ?? '',
        at: place ? `${place.path}:${place.line}:${place.column}` : '',
        argument: outcome.argument,
        explained: explainedLines(outcome),
      };
    }
  }
}

/**
 * A machine of an inspectable module: slower, but it tells a run that never ends from one that merely takes long.
 * `observers`: globals that a comparison of states leaves out.
 */
export function inspectingMachine(
  machine: Machine,
  buffers: readonly Buffer64[],
  observers: readonly Buffer64[],
): RunMachine {
  const plain = runMachine(machine, buffers);
  const ranges = observers.map(({ global, bytes }) => {
    const from = machine.offset(machine.address(global));
    return { from, to: from + bytes };
  });
  return {
    ...plain,
    run(call, input, fuel) {
      let ended: RunEnding = { kind: 'returned' };
      const cycle = findCycle(machine, ranges, () => {
        ended = plain.run(call, input, fuel);
      });
      if (cycle === null) return ended;
      const { trapSites } = machine.image;
      const visited = new Set(
        cycle.places.map((place) => trapSites[functionSiteOf(place)]?.function ?? '?'),
      );
      return { kind: 'endless', cycle: [...visited] };
    },
  };
}
