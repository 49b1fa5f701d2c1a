/** A worker thread: machines of all versions, and chunks of campaigns as they come. */
import { parentPort } from 'node:worker_threads';
import type { Diagnostic } from '../src/base/diagnostic.js';
import { err, ok, type Result } from '../src/base/result.js';
import type { AnyPack } from '../src/engine.js';
import { programImage, type ProgramImage } from '../src/exec/machine.js';
import { runChunk, type RunnableVersion } from '../src/gen/campaign.js';
import { compileVersion, openVersion as openSources } from '../src/version/build-version.js';
import { openVersion } from './open-machine.js';
import { assetsOf, packNamed } from './packs.js';
import { openTree } from './tree-spec.js';
import type { CompileJob, FromWorker, ToWorker } from './worker-messages.js';

const port = parentPort;
if (port === null) throw new Error('this file is for a worker thread');

let pack: AnyPack | null = null;
let versions: readonly RunnableVersion[] = [];

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
      return;
    case 'chunk': {
      if (pack === null) throw new Error('a chunk came before the versions');
      const result = runChunk(pack, versions, message.chunk, message.options);
      port.postMessage({ kind: 'chunk', result } satisfies FromWorker);
      return;
    }
  }
});

async function compile(job: CompileJob): Promise<Result<ProgramImage, readonly Diagnostic[]>> {
  const own = packNamed(job.pack);
  const tree = openTree(job.tree);
  const version = openSources(own, job.id, tree, job.configuration, assetsOf(own));
  if (!version.ok) return err([version.error]);
  const program = await compileVersion(version.value, { kind: 'fast', coverLines: job.coverLines });
  return program.ok ? ok(programImage(program.value)) : program;
}
