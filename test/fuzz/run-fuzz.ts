/** Runs inputs by seed, and says of each fault which input it was. */
import { setImmediate as turn } from 'node:timers/promises';
import { fuzzInputs, KINDS, runInput, type FuzzInput, type Kind } from './fuzz.js';
import { watchdog } from './watchdog.js';

/** For reading and applying, in time of the processor. */
const MAX_SECONDS = 5;
/** By the clock, after which the process ends. */
const PATIENCE_SECONDS = 30;
const MAX_MEGABYTES = 1024;
const BATCH = 200;
const MAX_FAULTS = 20;

export interface Fault {
  readonly seed: number;
  readonly input: FuzzInput;
  readonly what: string;
}

export interface FuzzOutcome {
  readonly seed: number;
  readonly ran: Readonly<Record<Kind, number>>;
  /** Seconds, by kind. */
  readonly slowest: Readonly<Record<Kind, number>>;
  /** The most that the process had in use after a batch. */
  readonly megabytes: number;
  readonly faults: readonly Fault[];
}

/** `told` hears how far it is, every so many inputs. */
export async function runFuzz(
  first: number,
  count: number,
  told: (outcome: FuzzOutcome) => void = () => undefined,
  every = 5000,
): Promise<FuzzOutcome> {
  const ran = noneOf();
  const slowest = noneOf();
  const faults: Fault[] = [];
  let megabytes = 0;
  const dog = watchdog(PATIENCE_SECONDS);
  const outcome = (): FuzzOutcome => ({ seed: first, ran, slowest, megabytes, faults });
  for (let done = 0; done < count && faults.length < MAX_FAULTS; done += BATCH) {
    const seed = first + done;
    for (const [at, input] of fuzzInputs(seed, Math.min(BATCH, count - done)).entries()) {
      dog.next(`input ${at} of seed ${seed} (${input.kind})`);
      ran[input.kind]++;
      try {
        const seconds = await runInput(input);
        slowest[input.kind] = Math.max(slowest[input.kind], seconds);
        if (seconds > MAX_SECONDS) faults.push({ seed, input, what: `took ${seconds} s` });
      } catch (error) {
        const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
        faults.push({ seed, input, what });
      }
      // What tree-sitter holds outside of the heap is given back between turns of the event loop, and never within one.
      await turn();
    }
    megabytes = Math.max(megabytes, process.memoryUsage.rss() / 2 ** 20);
    if (megabytes > MAX_MEGABYTES) {
      const input: FuzzInput = { kind: KINDS[0], text: '' };
      faults.push({ seed, input, what: `${Math.round(megabytes)} MB are in use` });
      break;
    }
    if ((done + BATCH) % every === 0) told(outcome());
  }
  await dog.stop();
  return outcome();
}

function noneOf(): Record<Kind, number> {
  return { mail: 0, difficult: 0, diff: 0, witness: 0, c: 0 };
}

export function describeFuzz({ seed, ran, slowest, megabytes, faults }: FuzzOutcome): string {
  const kinds = KINDS.map((kind) => `${kind} ${ran[kind]} (${slowest[kind].toFixed(2)} s)`);
  const total = KINDS.reduce((sum, kind) => sum + ran[kind], 0);
  return (
    `fuzz: ${total} inputs from seed ${seed}, slowest of each kind in brackets: ${kinds.join(', ')}; ` +
    `${Math.round(megabytes)} MB at most, ${faults.length} faults`
  );
}

export function faultText({ seed, input, what }: Fault): string {
  return `seed ${seed}, ${input.kind}: ${what}\n${JSON.stringify(input.text.slice(0, 4000))}`;
}
