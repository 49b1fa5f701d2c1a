/**
 * Ends this process when one input takes too long: nothing in the same thread could. What is known of the input is printed, so that
 * it can be run again.
 */
import { Worker } from 'node:worker_threads';

export interface Watchdog {
  /** The next input begins. */
  readonly next: (name: string) => void;
  readonly stop: () => Promise<unknown>;
}

/** Plain JavaScript, as it runs without the build of the tests. */
const SOURCE = `
const { parentPort, workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const { shared, seconds } = workerData;
const names = new Uint8Array(shared, 8);
const counters = new Int32Array(shared, 0, 2);
let seen = -1;
let since = Date.now();
setInterval(() => {
  const now = Atomics.load(counters, 0);
  if (now !== seen) {
    seen = now;
    since = Date.now();
  } else if (Date.now() - since > seconds * 1000) {
    const name = Buffer.from(names.slice(0, Atomics.load(counters, 1))).toString('latin1');
    writeSync(2, 'fuzz: ' + name + ' has not come to an end in ' + seconds + ' s\\n');
    process.kill(process.pid, 'SIGKILL');
  }
}, 500);
`;
const MAX_NAME = 256;

/** `seconds` of the clock, on a machine that others use as well: several times what is allowed in time of the processor. */
export function watchdog(seconds: number): Watchdog {
  const shared = new SharedArrayBuffer(8 + MAX_NAME);
  const counters = new Int32Array(shared, 0, 2);
  const names = new Uint8Array(shared, 8);
  const worker = new Worker(SOURCE, { eval: true, workerData: { shared, seconds } });
  worker.unref();
  return {
    next(name) {
      const bytes = Buffer.from(name, 'latin1').subarray(0, MAX_NAME);
      names.set(bytes);
      Atomics.store(counters, 1, bytes.length);
      Atomics.add(counters, 0, 1);
    },
    stop: () => worker.terminate(),
  };
}
