/** The commands, each loaded when it is asked for: all of them take as long to load as some take to run. */
import type { Argv } from 'yargs';

type SetStatus = (code: number) => void;

const COMMANDS: Readonly<Record<string, (args: Argv, set: SetStatus) => Promise<Argv>>> = {
  apply: async (args, set) => args.command((await import('./apply.js')).applyCommand(set)),
  verify: async (args, set) => args.command((await import('./verify.js')).verifyCommand(set)),
  ci: async (args, set) => args.command((await import('./ci.js')).ciCommand(set)),
  merge: async (args, set) => args.command((await import('./merge.js')).mergeCommand(set)),
  list: async (args, set) => args.command((await import('./list.js')).listCommand(set)),
  functions: async (args, set) =>
    args.command((await import('./functions.js')).functionsCommand(set)),
  emit: async (args, set) => args.command((await import('./emit.js')).emitCommand(set)),
  kunit: async (args, set) => args.command((await import('./kunit.js')).kunitCommand(set)),
  replay: async (args, set) => args.command((await import('./replay.js')).replayCommand(set)),
};

/** With the command that the arguments begin with; with all of them where they begin with none, for help. */
export async function withCommands(
  args: Argv,
  words: readonly string[],
  set: SetStatus,
): Promise<void> {
  const [name = ''] = words;
  const only = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  // one after the other: help lists them in this order
  for (const load of only === undefined ? Object.values(COMMANDS) : [only]) await load(args, set);
}
