/** `patchcheck kunit FILE`: one of the kernel's own test suites, as KTAP; with a patch, before and after it. */
import type { CommandModule } from 'yargs';
import { diagnostic, type Diagnostic } from '../../src/base/diagnostic.js';
import { ktap, summary } from '../../src/kunit/ktap.js';
import { statusOf, type CaseStatus } from '../../src/kunit/results.js';
import { renderDiagnostic } from '../../src/report/diagnostic-text.js';
import { printable } from '../../src/report/printable.js';
import { runPatched, runTest, type KunitRequest, type PatchedRun } from '../../src/run-kunit.js';
import { readInput } from '../input.js';
import { assetsIn } from '../packs.js';
import { terminal, type Terminal } from '../terminal.js';
import { treeOptions } from '../tree-options.js';
import { chooseTree } from '../trees.js';

interface KunitArguments {
  readonly file: string;
  readonly patch: string | undefined;
  readonly tree: string | undefined;
  readonly config: string | undefined;
  readonly candidate: readonly string[];
  readonly checked: boolean;
  readonly verbose: boolean;
}

/** Rounds of loops in one step: the longest case of the kernel's own takes a few thousand million. */
const FUEL = 60_000_000_000n;

export function kunitCommand(
  setStatus: (code: number) => void,
): CommandModule<object, KunitArguments> {
  return {
    command: 'kunit <file> [patch]',
    describe: "Run one of the kernel's own test suites; with a patch, before and after it",
    builder: (args) =>
      args
        .positional('file', {
          type: 'string',
          demandOption: true,
          describe: 'A KUnit suite or a module that tests itself, by its path in the tree',
        })
        .positional('patch', {
          type: 'string',
          describe: 'A mail thread as an mbox; - for standard input',
        })
        .options(treeOptions)
        .option('candidate', {
          type: 'string',
          array: true,
          default: [] as string[],
          requiresArg: true,
          describe: 'Only this candidate of the thread (may be repeated)',
        })
        .option('checked', {
          type: 'boolean',
          default: false,
          describe: 'Check every access against shadow memory (slower)',
        })
        .option('verbose', {
          type: 'boolean',
          default: false,
          describe: 'Also what passing cases print, and the files that are run',
        })
        .example('$0 kunit lib/list-test.c --tree ~/linux', 'run a suite')
        .example(
          '$0 kunit lib/test_sort.c series.mbox --tree ~/linux',
          'before and after a series',
        ),
    handler: async (args) => setStatus(await kunit(args)),
  };
}

async function kunit(args: KunitArguments): Promise<number> {
  const screen = terminal(false);
  const chosen = chooseTree({ ...args, otherwise: 'refuse' });
  if (!chosen.ok) return refuse(screen, [chosen.error]);
  const request: KunitRequest = {
    tree: chosen.value.tree,
    configuration: chosen.value.configuration,
    path: pathInTree(args.file, chosen.value.tree.label),
    assets: assetsIn('src/kunit/c'),
    kind: args.checked ? 'checked' : 'fast',
    fuel: FUEL,
  };
  if (args.patch !== undefined) return patched(args, args.patch, request, screen);
  screen.progress('reading the C');
  const run = await runTest(request);
  screen.progress('');
  if (!run.ok) return refuse(screen, run.error);
  const show = (line: string): void => screen.out(`${printable(line)}\n`);
  ktap(run.value, args).forEach(show);
  if (args.verbose) show(`# run from the tree: ${run.value.files.join(', ')}`);
  show(summary(run.value));
  return exitOf(statusOf(run.value));
}

/** Whoever completes the name in a shell has the tree's own in front of it. */
function pathInTree(file: string, root: string): string {
  const prefix = `${root.replace(/\/+$/, '')}/`;
  return file.startsWith(prefix) ? file.slice(prefix.length) : file;
}

async function patched(
  args: KunitArguments,
  patch: string,
  request: KunitRequest,
  screen: Terminal,
): Promise<number> {
  const input = readInput(patch);
  if (!input.ok) return refuse(screen, [input.error]);
  screen.progress('reading the C');
  const path = patch === '-' ? '<standard input>' : patch;
  const runs = await runPatched(request, { path, bytes: input.value }, args.candidate);
  screen.progress('');
  if (!runs.ok) return refuse(screen, runs.error);
  const show = (line: string): void => screen.out(`${printable(line)}\n`);
  const { before, after } = runs.value;
  show(before === null ? '# original: has no such test' : `# original ${summary(before).slice(2)}`);
  return Math.max(0, ...after.map((each) => showPatched(each, args, show, screen)));
}

/** The candidate's exit status: 1, its result is another one; 2, there is none or it is undecided. */
function showPatched(
  { candidate, result }: PatchedRun,
  args: KunitArguments,
  show: (line: string) => void,
  screen: Terminal,
): number {
  if (!result.ok) {
    show(`# ${candidate}: not run`);
    return refuse(screen, result.error);
  }
  const { run, changes } = result.value;
  show(`# ${candidate}`);
  ktap(run, args).forEach(show);
  show(summary(run));
  for (const { test, before, after } of changes) {
    show(`# CHANGED ${test}`);
    show(`#   original: ${before}`);
    show(`#   ${candidate}: ${after}`);
  }
  if (statusOf(run) === 'undecided') return 2;
  show(
    changes.length === 0
      ? `# ${candidate}: every result as before`
      : `# ${candidate}: ${changes.length} changed`,
  );
  return changes.length === 0 ? 0 : 1;
}

function exitOf(status: CaseStatus): number {
  switch (status) {
    case 'ok':
    case 'skipped':
      return 0;
    case 'not ok':
      return 1;
    case 'undecided':
      return 2;
  }
}

function refuse(screen: Terminal, problems: readonly Diagnostic[]): number {
  const shown = problems.length > 0 ? problems : [diagnostic('bad-input', 'nothing can be run')];
  for (const problem of shown) screen.err(`${renderDiagnostic(problem).join('\n')}\n`);
  return 2;
}
