/** `patchcheck list MAIL…`: what a thread offers. Nothing is run. */
import { jsonText } from '../../src/report/json-text.js';
import type { CommandModule } from 'yargs';
import { readThread } from '../../src/mail/read-thread.js';
import type { Candidate } from '../../src/mail/candidate.js';
import type { Tree } from '../../src/tree/tree.js';
import { applyAll } from '../../src/version/apply-all.js';
import {
  listedCandidate,
  renderList,
  type CandidateList,
} from '../../src/report/candidate-list.js';
import { badReading, readingOptions, type ReadingArguments } from '../check-options.js';
import { readMailInputs } from '../mail-inputs.js';
import { readingOf } from '../run-check.js';
import { terminal } from '../terminal.js';
import { chooseTree } from '../trees.js';
import { refuse } from './apply.js';

interface ListArguments extends ReadingArguments {
  readonly mail: readonly string[];
  readonly tree: string | undefined;
  readonly config: string | undefined;
  readonly json: boolean;
}

export function listCommand(
  setStatus: (code: number) => void,
): CommandModule<object, ListArguments> {
  return {
    command: 'list <mail..>',
    describe: 'Show the candidates of a mail thread, without running anything',
    builder: (args) =>
      readingOptions(
        args.positional('mail', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'As for apply; - for standard input',
        }),
      )
        .option('json', { type: 'boolean', default: false, describe: 'As JSON' })
        .example('$0 list thread.mbox', 'what can be checked'),
    handler: (args) => setStatus(list(args)),
  };
}

function list(args: ListArguments): number {
  const screen = terminal(false);
  const problem = badReading(args);
  if (problem !== null) return refuse(screen, problem);
  const chosen = args.tree === undefined ? null : chooseTree(args);
  if (chosen?.ok === false) return refuse(screen, chosen.error);
  const mails = readMailInputs(args.mail);
  if (!mails.ok) return refuse(screen, mails.error);
  const tree = chosen?.value.tree ?? null;
  const reading = readingOf(args);
  const read = readThread(mails.value, tree, reading);
  const shown = read.candidates.filter(
    (each) => reading.revision === null || each.revision === reading.revision,
  );
  const found: CandidateList = {
    schemaVersion: 1,
    mails: read.messages,
    candidates: shown.map((each) =>
      listedCandidate(each, tried(each, read.candidates, tree, args)),
    ),
    problems: read.diagnostics,
    remarks: read.remarks,
  };
  if (args.json) screen.out(jsonText(found));
  else
    screen.out(
      renderList(found)
        .map((line) => `${screen.paint(line)}\n`)
        .join(''),
    );
  const sound = found.candidates.every((each) => each.problems.length === 0);
  return found.candidates.length > 0 && found.problems.length === 0 && sound ? 0 : 2;
}

function tried(
  candidate: Candidate,
  all: readonly Candidate[],
  tree: Tree | null,
  args: ListArguments,
) {
  if (tree === null) return null;
  return applyAll(tree, all, [candidate], readingOf(args))[0]?.application ?? null;
}
