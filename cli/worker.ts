/** A worker thread: machines of all versions, and chunks of campaigns as they come. */
import { parentPort } from 'node:worker_threads';
import type { AnyPack } from '../src/engine.js';
import { setImmediate } from 'node:timers/promises';
import { runChunk, type RunnableVersion } from '../src/gen/campaign.js';
import { ReadyCases } from '../src/gen/ready-cases.js';
import { chunksToTake } from './chunk-turns.js';
import { openVersion } from './open-machine.js';
import { packNamed } from './packs.js';
import type { FromWorker, ToWorker } from './worker-messages.js';

const port = parentPort;
if (port === null) throw new Error('this file is for a worker thread');

let pack: AnyPack | null = null;
let versions: readonly RunnableVersion[] = [];
let strict: readonly RunnableVersion[] = [];
let ready: ReadyCases | null = null;
/** A campaign has come: nothing is made ahead any more. */
let running = false;

port.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'load':
      pack = packNamed(message.pack);
      versions = message.versions.map(openVersion);
      strict = message.strict.map(openVersion);
      return;
    case 'foresee':
      ready = new ReadyCases(message.options);
      void ready.make(packNamed(message.pack), message.chunks, async () => {
        // Lets a message be heard.
        await setImmediate();
        return running;
      });
      return;
    case 'campaign': {
      if (pack === null) throw new Error('a campaign came before the versions');
      running = true;
      const { options } = message;
      for (const [at, chunk] of chunksToTake(message)) {
        const made = ready?.take(chunk, options) ?? null;
        const result = runChunk(pack, chunk.strict ? strict : versions, chunk, options, made);
        port.postMessage({ kind: 'chunk', at, result } satisfies FromWorker);
      }
      port.postMessage({ kind: 'campaign' } satisfies FromWorker);
      return;
    }
  }
});
