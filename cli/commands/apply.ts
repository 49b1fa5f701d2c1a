/** `patchcheck apply MBOX`: the main job. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { diagnostic, type Diagnostic } from '../../src/base/diagnostic.js';
import { checkThread, type CheckOutcome } from '../../src/check-thread.js';
import { renderDiagnostic } from '../../src/report/diagnostic-text.js';
import { renderReport } from '../../src/report/text.js';
import { engine } from '../engine.js';
import { readInput } from '../input.js';
import { assetsOf, defaultPack } from '../packs.js';
import { terminal, type Terminal } from '../terminal.js';
import { treeOptions } from '../tree-options.js';
import { chooseTree } from '../trees.js';
import { toolVersion } from '../version-text.js';

/** Larger searches take hours; what is left out is said. */
const MOST_PROOF_CASES = 1_000_000;

interface ApplyArguments {
  readonly mbox: string;
  readonly tree: string | undefined;
  readonly config: string | undefined;
  readonly 'find-base': boolean;
  readonly candidate: readonly string[];
  readonly function: readonly string[];
  readonly scenarios: number;
  readonly 'checked-scenarios': number;
  readonly seed: string;
  readonly json: string | undefined;
  readonly 'witness-dir': string | undefined;
  readonly prove: boolean;
  readonly strict: boolean;
  readonly 'fail-on': string | undefined;
  readonly workers: number | undefined;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

export function applyCommand(
  setStatus: (code: number) => void,
): CommandModule<object, ApplyArguments> {
  return {
    command: 'apply <mbox>',
    describe: 'Apply the candidates of a mail thread and say what they change',
    builder: (args) =>
      args
        .positional('mbox', {
          type: 'string',
          demandOption: true,
          describe: 'A mail thread as an mbox; - for standard input',
        })
        // Else yargs takes the - for the beginning of an option, and hands on an empty name.
        .requiresArg('mbox')
        .options(treeOptions)
        .option('find-base', {
          type: 'boolean',
          default: true,
          describe: 'In a git repository, check at the revision that the mails were written for',
        })
        .option('candidate', {
          type: 'string',
          array: true,
          default: [] as string[],
          requiresArg: true,
          describe: 'Only this candidate (may be repeated)',
        })
        .option('function', {
          type: 'string',
          array: true,
          default: [] as string[],
          requiresArg: true,
          describe: 'Only entry points that reach this function (may be repeated)',
        })
        .option('checked-scenarios', {
          type: 'number',
          requiresArg: true,
          default: 10,
          describe:
            'How many cases for each entry point and dimension run once more with every access and value checked',
        })
        .option('scenarios', {
          type: 'number',
          default: 1000,
          requiresArg: true,
          describe: 'Scenarios for each entry point, and an eighth as many with reschedules',
        })
        .option('seed', {
          type: 'string',
          default: '1',
          requiresArg: true,
          describe: 'Seed of the generator, any text',
        })
        .option('json', {
          type: 'string',
          requiresArg: true,
          describe: 'Write the report as JSON to this file; - for standard output',
        })
        .option('witness-dir', {
          type: 'string',
          requiresArg: true,
          describe: 'Store witnesses in this directory',
        })
        .option('prove', {
          type: 'boolean',
          default: false,
          describe: 'Search small scopes to their end, for proofs within a bound',
        })
        .option('strict', {
          type: 'boolean',
          default: false,
          describe: 'Exit with 2 where something was not checked',
        })
        .option('fail-on', {
          type: 'string',
          choices: ['cost'],
          requiresArg: true,
          describe: 'Let a change of cost count as a difference',
        })
        .option('workers', {
          type: 'number',
          requiresArg: true,
          describe: 'Threads to use (default: one a core)',
        })
        .option('quiet', {
          type: 'boolean',
          default: false,
          describe: 'Only the last line, and no progress',
        })
        .option('verbose', {
          type: 'boolean',
          default: false,
          describe: 'A line for every entry point',
        })
        .example('$0 apply thread.mbox', 'check a thread against the model tree')
        .example('$0 apply thread.mbox --tree ~/linux', 'check it against a kernel tree')
        .example(
          '$0 apply - --json report.json < thread.mbox',
          'from standard input, with a report',
        ),
    handler: async (args) => setStatus(await apply(args)),
  };
}

async function apply(args: ApplyArguments): Promise<number> {
  const screen = terminal(args.quiet);
  const problem = badArguments(args);
  if (problem !== null) return refuse(screen, problem);
  const chosen = chooseTree(args);
  if (!chosen.ok) return refuse(screen, chosen.error);
  const input = readInput(args.mbox);
  if (!input.ok) return refuse(screen, input.error);

  let interrupted = false;
  const interrupt = (): void => {
    // The second one ends the process as usual.
    interrupted = true;
    process.removeListener('SIGINT', interrupt);
  };
  process.on('SIGINT', interrupt);
  const pack = defaultPack();
  const witnessDir = args['witness-dir'];
  const outcome = await checkThread(
    {
      input: { path: args.mbox === '-' ? '<standard input>' : args.mbox, bytes: input.value },
      ...chosen.value,
      findBase: args['find-base'] ? chosen.value.findBase : null,
      pack,
      assets: assetsOf(pack),
      tool: { name: 'patchcheck', version: toolVersion() },
      seed: args.seed,
      sizes: {
        scenarios: args.scenarios,
        yields: Math.ceil(args.scenarios / 8),
        references: Math.min(100, args.scenarios),
        repeats: 5,
        strict: args['checked-scenarios'],
      },
      proof: args.prove ? { mostCases: MOST_PROOF_CASES } : null,
      candidates: args.candidate,
      functions: args.function,
      rules: { failOnCost: args['fail-on'] === 'cost', strict: args.strict },
      replay: (id) =>
        witnessDir === undefined
          ? `store witnesses with --witness-dir DIR, then: patchcheck replay DIR/${id}.witness`
          : `patchcheck replay ${join(witnessDir, `${id}.witness`)}`,
    },
    engine({
      progress: screen.progress,
      cancelled: () => interrupted,
      workers: args.workers ?? null,
    }),
  );
  process.removeListener('SIGINT', interrupt);
  screen.progress('');
  return finish(args, screen, outcome);
}

function finish(args: ApplyArguments, screen: Terminal, outcome: CheckOutcome): number {
  const { report, witnesses } = outcome;
  const lines = renderReport(report, { verbose: args.verbose });
  const shown = args.quiet ? lines.slice(-1) : lines;
  const text = shown.map((line) => `${screen.paint(line)}\n`).join('');
  // With the JSON on standard output, the text would only be in its way.
  if (args.json === '-') screen.out(`${JSON.stringify(report, null, 2)}\n`);
  else screen.out(text);
  try {
    if (args.json !== undefined && args.json !== '-')
      writeWhole(args.json, `${JSON.stringify(report, null, 2)}\n`);
    const directory = args['witness-dir'];
    if (directory !== undefined && witnesses.size > 0) {
      mkdirSync(directory, { recursive: true });
      for (const [id, witness] of witnesses) writeWhole(join(directory, `${id}.witness`), witness);
    }
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return refuse(screen, diagnostic('bad-input', `cannot write: ${what}`));
  }
  return report.exitCode;
}

/** Never half a file: written beside its place, then moved there. */
function writeWhole(path: string, text: string): void {
  const beside = `${path}.${process.pid}.tmp`;
  writeFileSync(beside, text);
  renameSync(beside, path);
}

function badArguments(args: ApplyArguments): Diagnostic | null {
  if (!Number.isInteger(args.scenarios) || args.scenarios < 1 || args.scenarios > 100_000_000)
    return diagnostic('bad-input', '--scenarios takes a whole number from 1 to 100000000');
  const checked = args['checked-scenarios'];
  if (!Number.isInteger(checked) || checked < 0 || checked > 1_000_000)
    return diagnostic('bad-input', '--checked-scenarios takes a whole number from 0 to 1000000');
  const { workers } = args;
  if (workers !== undefined && (!Number.isInteger(workers) || workers < 1 || workers > 256))
    return diagnostic('bad-input', '--workers takes a whole number from 1 to 256');
  if (args.seed.length > 256)
    return diagnostic('bad-input', '--seed is longer than 256 characters');
  return null;
}

export function refuse(screen: Terminal, problem: Diagnostic): number {
  screen.progress('');
  screen.err(`${renderDiagnostic(problem).join('\n')}\n`);
  return 2;
}
