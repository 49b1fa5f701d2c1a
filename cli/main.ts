#!/usr/bin/env -S node --max-semi-space-size=32
/** patchcheck: the command. Nothing but arguments and exit status here; each command has its own file. */
import './engine-flags.js';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { withCommands } from './commands/commands.js';
import { printable } from '../src/report/printable.js';
import { defaultsFor, gitDefaults } from './git-defaults.js';
import { withStandardInput } from './input.js';
import { versionText } from './version-text.js';

async function main(): Promise<number> {
  let status = 2;
  const set = (code: number): void => {
    status = code;
  };
  // A reader that goes away (head, less) is no fault of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 2);
  });
  const argv = withStandardInput(hideBin(process.argv));
  const defaults = defaultsFor(argv[0] ?? '', gitDefaults('.'));
  const args = yargs(argv);
  await withCommands(args, argv, set);
  await args
    .config(defaults)
    .scriptName('patchcheck')
    .usage('$0 <command>\n\nSays what a kernel patch does, by executing it before and after.')
    .demandCommand(1, 'Name a command, such as `patchcheck apply thread.mbox`.')
    .completion('completion', 'Print a script for the completion of bash or zsh')
    .strict()
    .recommendCommands()
    .version(versionText())
    .alias('version', 'V')
    .help()
    .alias('help', 'h')
    .wrap(Math.min(100, process.stdout.columns ?? 80))
    .epilogue('Exit status: 0 no difference found, 1 a difference, 2 bad input or undecided.')
    .fail((message: string | null, error: Error | undefined) => {
      // What yargs itself throws is about the arguments: `--tree` without its value.
      if (error && error.name !== 'YError') throw error;
      process.stderr.write(
        printableLines(
          `patchcheck: ${message ?? error?.message ?? 'bad usage'}\nSee patchcheck --help.\n`,
        ),
      );
      process.exit(2);
    })
    .parseAsync();
  return status;
}

/** A value of git's configuration, or a piece of somebody's C, may stand in it. */
function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(
      `patchcheck: a fault of patchcheck itself; please report it with what follows\n` +
        `${versionText()}\n${printableLines(text)}\n`,
    );
    process.exitCode = 2;
  },
);
