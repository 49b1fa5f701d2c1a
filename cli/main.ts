#!/usr/bin/env -S node --max-semi-space-size=32
/** patchcheck: the command. Nothing but arguments and exit status here; each command has its own file. */
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { applyCommand } from './commands/apply.js';
import { ciCommand } from './commands/ci.js';
import { emitCommand } from './commands/emit.js';
import { functionsCommand } from './commands/functions.js';
import { kunitCommand } from './commands/kunit.js';
import { listCommand } from './commands/list.js';
import { mergeCommand } from './commands/merge.js';
import { replayCommand } from './commands/replay.js';
import { verifyCommand } from './commands/verify.js';
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
  await yargs(argv)
    .config(defaults)
    .scriptName('patchcheck')
    .usage('$0 <command>\n\nSays what a kernel patch does, by executing it before and after.')
    .command(applyCommand(set))
    .command(verifyCommand(set))
    .command(ciCommand(set))
    .command(mergeCommand(set))
    .command(listCommand(set))
    .command(functionsCommand(set))
    .command(emitCommand(set))
    .command(kunitCommand(set))
    .command(replayCommand(set))
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
        `patchcheck: ${message ?? error?.message ?? 'bad usage'}\nSee patchcheck --help.\n`,
      );
      process.exit(2);
    })
    .parseAsync();
  return status;
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(
      `patchcheck: a fault of patchcheck itself; please report it with what follows\n` +
        `${versionText()}\n${text}\n`,
    );
    process.exitCode = 2;
  },
);
