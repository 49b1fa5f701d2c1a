/** A worker process of `ci`: one input after the other, on a base that is opened once. What goes wrong here costs one input. */
import { openVersion, type OpenVersion } from '../../src/version/build-version.js';
import { ORIGINAL } from '../../src/gen/campaign.js';
import { refused } from '../../src/check-thread.js';
import type { MailInput } from '../../src/mail/mail-input.js';
import type { CheckArguments } from '../check-options.js';
import { readMailInputs } from '../mail-inputs.js';
import { assetsOf, defaultPack } from '../packs.js';
import { checkRequest, runCheck } from '../run-check.js';
import { terminal } from '../terminal.js';
import { chooseTree, type ChosenTree } from '../trees.js';
import { foundBases, type OpenBase } from './found-bases.js';
import { recordingTree } from './recording-tree.js';
import { REPOSITORY, repositoryState } from './repository-state.js';
import type { CiJob, CiResult, FromCiWorker, ToCiWorker } from './worker-job.js';

interface Prepared {
  readonly options: CheckArguments;
  readonly chosen: ChosenTree;
  readonly base: OpenVersion | null;
  readonly reads: ReadonlyMap<string, string | null>;
  readonly findBase: ChosenTree['findBase'];
  /** Of the repository that the tree is in. */
  readonly state: string | null;
}

let prepared: Prepared | null = null;

process.on('message', (message: ToCiWorker) => {
  switch (message.kind) {
    case 'options':
      prepared = prepare(message.options);
      return;
    case 'job':
      if (prepared === null) throw new Error('a job came before the options');
      void check(prepared, message.job).then((result) =>
        process.send?.({ kind: 'result', result } satisfies FromCiWorker),
      );
      return;
  }
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C is for the process that has started this one.
process.on('SIGINT', () => undefined);

function prepare(options: CheckArguments): Prepared {
  const chosen = chooseTree({ tree: options.tree, config: options.config, otherwise: 'refuse' });
  if (!chosen.ok) throw new Error(chosen.error.message);
  const { tree, reads } = recordingTree(chosen.value.tree);
  const pack = defaultPack();
  const open: OpenBase = (from, configuration) => {
    const base = openVersion(pack, ORIGINAL, from, configuration, assetsOf(pack));
    return base.ok ? base.value : null;
  };
  return {
    options,
    chosen: chosen.value,
    base: open(tree, chosen.value.configuration),
    reads,
    findBase: foundBases(chosen.value, open),
    state: tree.kind === 'directory' ? repositoryState(tree.label) : null,
  };
}

async function check(prepared: Prepared, job: CiJob): Promise<CiResult> {
  const { options, chosen, base, reads, state } = prepared;
  const recorded = recordingTree(chosen.tree);
  const looked = new Map<string, string | null>();
  const findBase: ChosenTree['findBase'] = (hints) => {
    for (const path of hints.flatMap(({ blobs }) => [...blobs.keys()])) recorded.tree.read(path);
    const found = prepared.findBase(hints);
    // Where the directory has what the mails name, nothing else was looked at.
    if (!found.ok || (found.value?.notes.length ?? 0) > 0) looked.set(REPOSITORY, state);
    return found;
  };
  const mails = mailsOf(job);
  const request = {
    ...checkRequest(
      options,
      mails.inputs,
      { ...chosen, tree: recorded.tree, findBase },
      job.accept,
    ),
    // What this input asks the base about is its own affair; what the base reads of its units, later ones lean on.
    base: base === null ? null : { ...base, tree: recorded.tree },
  };
  const { report, hunks, witnesses } =
    mails.problem === null
      ? await runCheck(request, terminal(true), {
          workers: 1,
          // Results as a whole are kept instead.
          cache: false,
          timings: false,
          'max-seconds': options['max-seconds'],
        })
      : refused(request, [mails.problem]);
  return {
    report,
    hunks,
    witnesses: [...witnesses],
    baseReads: [...reads],
    reads: [...recorded.reads, ...looked].filter(([path]) => !reads.has(path)),
  };
}

function mailsOf({ paths, name }: CiJob) {
  const read = readMailInputs(paths);
  if (!read.ok) return { inputs: [], problem: read.error };
  const files = read.value.flatMap((input) => (input.kind === 'file' ? [input.file] : input.files));
  const together: MailInput[] =
    paths.length > 1 ? [{ kind: 'queue', path: name, files }] : [...read.value];
  return { inputs: together, problem: null };
}
