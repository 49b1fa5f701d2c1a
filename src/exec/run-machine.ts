/** A machine as packs see it: reset to the state of the start before each run, buffers that a run fills anew left alone. */
import type { RunEnding, RunMachine } from '../pack-api/pack.js';
import { ADDRESS_BASE } from './program.js';
import type { Machine, Outcome } from './machine.js';

export interface Buffer64 {
  readonly global: string;
  readonly bytes: number;
}

export function runMachine(machine: Machine, buffers: readonly Buffer64[]): RunMachine {
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
  return {
    run(call, input) {
      for (const part of parts) machine.bytes.set(part.bytes, part.at);
      machine.words(machine.address(input.global), input.words.length).set(input.words);
      machine.prepare();
      return ending(machine.call(call));
    },
    call: (name) => ending(machine.call(name)),
    words: (global, from, count) =>
      machine.words(machine.address(global) + BigInt(8 * from), count).slice(),
  };
}

function ending(outcome: Outcome): RunEnding {
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
      };
    }
  }
}
