/** A worker thread: machines of all versions, and chunks of campaigns as they come. */
import { parentPort } from 'node:worker_threads';
import type { AnyPack } from '../src/engine.js';
import { runChunk, type RunnableVersion } from '../src/gen/campaign.js';
import { openVersion } from './engine.js';
import { packNamed } from './packs.js';
import type { FromWorker, ToWorker } from './worker-messages.js';

const port = parentPort;
if (port === null) throw new Error('this file is for a worker thread');

let pack: AnyPack | null = null;
let versions: readonly RunnableVersion[] = [];

port.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'load':
      pack = packNamed(message.pack);
      versions = message.versions.map(openVersion);
      return;
    case 'chunk': {
      if (pack === null) throw new Error('a chunk came before the versions');
      const result = runChunk(pack, versions, message.chunk, message.options);
      port.postMessage({ result } satisfies FromWorker);
      return;
    }
  }
});
