/** A worker thread: machines of all versions, and chunks of campaigns as they come. */
import { parentPort } from 'node:worker_threads';
import type { Diagnostic } from '../src/base/diagnostic.js';
import { err, type Result } from '../src/base/result.js';
import type { AnyPack, CompiledVersion } from '../src/engine.js';
import { runChunk, type RunnableVersion } from '../src/gen/campaign.js';
import { compileForCampaigns, openVersion as openSources } from '../src/version/build-version.js';
import { openVersion } from './open-machine.js';
import { assetsOf, packNamed } from './packs.js';
import { openTree } from './tree-spec.js';
import type { CompileJob, FromWorker, ToWorker } from './worker-messages.js';

const port = parentPort;
if (port === null) throw new Error('this file is for a worker thread');

let pack: AnyPack | null = null;
let versions: readonly RunnableVersion[] = [];
let strict: readonly RunnableVersion[] = [];

port.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'compile':
      void compile(message).then((result) =>
        port.postMessage({ kind: 'compile', result } satisfies FromWorker),
      );
      return;
    case 'load':
      pack = packNamed(message.pack);
      versions = message.versions.map(openVersion);
      strict = message.strict.map(openVersion);
      return;
    case 'chunk': {
      if (pack === null) throw new Error('a chunk came before the versions');
      const { chunk, options } = message;
      const result = runChunk(pack, chunk.strict ? strict : versions, chunk, options);
      port.postMessage({ kind: 'chunk', result } satisfies FromWorker);
      return;
    }
  }
});

async function compile(job: CompileJob): Promise<Result<CompiledVersion, readonly Diagnostic[]>> {
  const own = packNamed(job.pack);
  const tree = openTree(job.tree);
  const version = openSources(own, job.id, tree, job.configuration, assetsOf(own));
  if (!version.ok) return err([version.error]);
  return compileForCampaigns(version.value, job.coverLines, job.strict);
}
