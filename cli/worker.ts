/** A worker thread: machines of all versions, and chunks of campaigns as they come. */
import { parentPort } from 'node:worker_threads';
import type { AnyPack } from '../src/engine.js';
import { runChunk, type RunnableVersion } from '../src/gen/campaign.js';
import { openVersion } from './open-machine.js';
import { packNamed } from './packs.js';
import type { FromWorker, ToWorker } from './worker-messages.js';

const port = parentPort;
if (port === null) throw new Error('this file is for a worker thread');

let pack: AnyPack | null = null;
let versions: readonly RunnableVersion[] = [];
let strict: readonly RunnableVersion[] = [];

port.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'load':
      pack = packNamed(message.pack);
      versions = message.versions.map(openVersion);
      strict = message.strict.map(openVersion);
      return;
    case 'campaign': {
      if (pack === null) throw new Error('a campaign came before the versions');
      const { chunks, options, turn } = message;
      for (;;) {
        const at = Atomics.add(turn, 0, 1);
        const chunk = chunks[at];
        if (chunk === undefined) break;
        const result = runChunk(pack, chunk.strict ? strict : versions, chunk, options);
        port.postMessage({ kind: 'chunk', at, result } satisfies FromWorker);
      }
      port.postMessage({ kind: 'campaign' } satisfies FromWorker);
      return;
    }
  }
});
