/** `patchcheck ci DIR…`: everything in directories of patches and threads, a line each. */
import { jsonText } from '../../src/report/json-text.js';
import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import {
  ciSummary,
  summaryLine,
  summaryLines,
  type CiSummary,
} from '../../src/report/ci-summary.js';
import type { CheckedInput } from '../../src/report/formats/checked-input.js';
import { renderFormat } from '../../src/report/formats/render-format.js';
import { readBaseline, readExpectations } from '../accept-rules.js';
import { badArguments, checkOptions, type CheckArguments } from '../check-options.js';
import { findInputs, parseShard, shardOf } from '../ci/find-inputs.js';
import { runInputs } from '../ci/run-inputs.js';
import { readOutputs, writeOutputs, type Outputs } from '../outputs.js';
import { terminal, type Terminal } from '../terminal.js';
import { chooseTree } from '../trees.js';
import { toolVersion } from '../version-text.js';
import { cannotWrite, writeWitnesses } from '../write-files.js';
import { refuse } from './apply.js';

interface CiArguments extends CheckArguments {
  readonly dir: readonly string[];
  readonly shard: string | undefined;
}

export function ciCommand(setStatus: (code: number) => void): CommandModule<object, CiArguments> {
  return {
    command: 'ci <dir..>',
    describe: 'Check every patch and thread in directories, with a summary line each',
    builder: (args) =>
      checkOptions(
        args.positional('dir', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'Directories (or files) of patches, mboxes, maildirs and quilt series',
        }),
      )
        .option('shard', {
          type: 'string',
          requiresArg: true,
          describe: 'i/n: the i-th of n equal parts, for the jobs of a matrix',
        })
        .option('cache', {
          type: 'boolean',
          default: true,
          describe: 'Take results of unchanged inputs from the last run (--no-cache: run all)',
        })
        .example('$0 ci patches/ --tree ~/linux --format junit=junit.xml', 'in a CI job')
        .example('$0 ci patches/ --tree . --shard 2/8 --json 2.json', 'one job of eight'),
    handler: async (args) => setStatus(await ci(args)),
  };
}

async function ci(args: CiArguments): Promise<number> {
  const screen = terminal(args.quiet);
  const bad = badArguments(args);
  if (bad !== null) return refuse(screen, bad);
  const outputs = readOutputs(args);
  if (!outputs.ok) return refuse(screen, outputs.error);
  const shard = parseShard(args.shard);
  if (!shard.ok) return refuse(screen, shard.error);
  const expected = readExpectations(args.expect);
  if (!expected.ok) return refuse(screen, expected.error);
  const baseline = readBaseline(args.baseline);
  if (!baseline.ok) return refuse(screen, baseline.error);
  // Never the model tree unless it is asked for: nobody reads the first line of a CI job.
  const chosen = chooseTree({ tree: args.tree, config: args.config, otherwise: 'refuse' });
  if (!chosen.ok) return refuse(screen, chosen.error);
  const found = findInputs(args.dir);
  if (!found.ok) return refuse(screen, found.error);
  const inputs = shardOf(found.value, shard.value);

  const interrupt = new AbortController();
  // As many listen as there are workers.
  setMaxListeners(0, interrupt.signal);
  process.once('SIGINT', () => interrupt.abort());
  const live = outputs.value.screen === 'text' && !args.quiet;
  const results: CheckedInput[] = [];
  await runInputs(inputs, {
    args,
    chosen: chosen.value,
    // Not every input has to meet what is expected of some.
    known: [
      ...expected.value.map((rule) => ({ ...rule, input: '*', expected: false })),
      ...baseline.value,
    ],
    cache: args.cache,
    workers: args.workers ?? availableParallelism(),
    interrupt: interrupt.signal,
    done: (input, witnesses, count) => {
      results.push(input);
      const directory = args['witness-dir'];
      if (directory !== undefined)
        writeWitnesses(join(directory, folderName(input.name)), new Map(witnesses));
      if (live) screen.out(`${screen.paint(summaryLine(input))}\n`);
      screen.progress(`${count} of ${inputs.length}`);
    },
  });
  screen.progress('');
  const summary = ciSummary({ name: 'patchcheck', version: toolVersion() }, results);
  const interrupted = interrupt.signal.aborted;
  const status = interrupted && summary.exitCode === 0 ? 2 : summary.exitCode;
  const problem = writeSummary({ ...summary, exitCode: status }, args, outputs.value, screen, live);
  if (interrupted) screen.err(`interrupted: ${results.length} of ${inputs.length} inputs\n`);
  return problem === null ? status : refuse(screen, problem);
}

/** `live`: the lines of the inputs are on the screen already. */
export function writeSummary(
  summary: CiSummary,
  args: Pick<CheckArguments, 'quiet' | 'verbose'>,
  outputs: Outputs,
  screen: Terminal,
  live: boolean,
) {
  return cannotWrite(() =>
    writeOutputs(outputs, screen, {
      render: (format) => (format === 'json' ? jsonText(summary) : renderFormat(format, summary)),
      text: (paint) => {
        const lines = summaryLines(summary);
        const shown = args.quiet || live ? lines.slice(-1) : lines;
        return shown.map((line) => `${paint(line)}\n`).join('');
      },
    }),
  );
}

/** A folder for the witnesses of an input, whatever its name. */
function folderName(name: string): string {
  return name
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(-120);
}
