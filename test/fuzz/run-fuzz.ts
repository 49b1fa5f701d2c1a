/** Runs inputs by seed, and says of each fault which input it was. */
import { fuzzInputs, KINDS, runInput, type FuzzInput, type Kind } from './fuzz.js';

/** For reading and applying. */
const MAX_SECONDS = 5;
const MAX_MEGABYTES = 1024;
const BATCH = 200;

export interface Fault {
  readonly seed: number;
  readonly input: FuzzInput;
  readonly what: string;
}

export interface FuzzOutcome {
  readonly ran: Readonly<Record<Kind, number>>;
  readonly slowest: number;
  readonly megabytes: number;
  readonly faults: readonly Fault[];
}

export function runFuzz(first: number, count: number): FuzzOutcome {
  const ran: Record<Kind, number> = { mail: 0, difficult: 0, diff: 0, witness: 0, c: 0 };
  const faults: Fault[] = [];
  let slowest = 0;
  let megabytes = 0;
  for (let done = 0; done < count; done += BATCH) {
    const seed = first + done;
    for (const input of fuzzInputs(seed, Math.min(BATCH, count - done))) {
      ran[input.kind]++;
      try {
        const seconds = runInput(input);
        slowest = Math.max(slowest, seconds);
        if (seconds > MAX_SECONDS) faults.push({ seed, input, what: `took ${seconds} s` });
      } catch (error) {
        const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
        faults.push({ seed, input, what });
      }
    }
    megabytes = Math.max(megabytes, process.memoryUsage().rss / 2 ** 20);
    if (megabytes > MAX_MEGABYTES && faults.length === 0) {
      const input: FuzzInput = { kind: KINDS[0], text: '' };
      faults.push({ seed, input, what: `${Math.round(megabytes)} MB are in use` });
    }
    if (faults.length > 20) break;
  }
  return { ran, slowest, megabytes, faults };
}

export function describeFuzz({ ran, slowest, megabytes, faults }: FuzzOutcome): string {
  const kinds = KINDS.map((kind) => `${kind} ${ran[kind]}`).join(', ');
  const total = KINDS.reduce((sum, kind) => sum + ran[kind], 0);
  return (
    `fuzz: ${total} inputs (${kinds}), slowest ${slowest.toFixed(1)} s, ` +
    `${Math.round(megabytes)} MB, ${faults.length} faults`
  );
}

export function faultText({ seed, input, what }: Fault): string {
  return `seed ${seed}, ${input.kind}: ${what}\n${JSON.stringify(input.text.slice(0, 4000))}`;
}
