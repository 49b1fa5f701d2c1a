/** `patchcheck verify [RANGE]`: commits of this git tree, before they are sent. */
import type { CommandModule } from 'yargs';
import { readAcceptRules } from '../accept-rules.js';
import { badArguments, checkOptions, type CheckArguments } from '../check-options.js';
import { commitsToCheck } from '../commits-to-check.js';
import { kernelAround } from '../kernel-directory.js';
import { readOutputs } from '../outputs.js';
import { packageRoot } from '../packs.js';
import { checkRequest, runCheck } from '../run-check.js';
import { terminal } from '../terminal.js';
import { chooseTree } from '../trees.js';
import { finish, refuse } from './apply.js';

interface VerifyArguments extends CheckArguments {
  readonly range: string | undefined;
}

export function verifyCommand(
  setStatus: (code: number) => void,
): CommandModule<object, VerifyArguments> {
  return {
    command: 'verify [range]',
    describe: 'Check commits of this git tree as they would be sent, or what is not committed yet',
    builder: (args) =>
      checkOptions(
        args.positional('range', {
          type: 'string',
          describe: 'Commits, as git names them; without it, working tree and index against HEAD',
        }),
      )
        .example('$0 verify HEAD~3..', 'the last three commits, each and together')
        .example('$0 verify', 'what is not committed yet'),
    handler: async (args) => setStatus(await verify(args)),
  };
}

async function verify(args: VerifyArguments): Promise<number> {
  const screen = terminal(args.quiet);
  const bad = badArguments(args);
  if (bad !== null) return refuse(screen, bad);
  const outputs = readOutputs(args);
  if (!outputs.ok) return refuse(screen, outputs.error);
  // Somewhere in it is in it, as for git.
  const directory = args.tree ?? kernelAround('.', packageRoot) ?? '.';
  const commits = commitsToCheck(directory, args.range);
  if (!commits.ok) return refuse(screen, commits.error);
  const { mails, base, name } = commits.value;
  // Never the model tree: what is sent is checked on what it is made for.
  const chosen = chooseTree({ tree: `${directory}@${base}`, config: args.config });
  if (!chosen.ok) return refuse(screen, chosen.error);
  const accept = readAcceptRules(args, [name]);
  if (!accept.ok) return refuse(screen, accept.error);
  const request = checkRequest({ ...args, 'find-base': false }, mails, chosen.value, accept.value);
  const outcome = await runCheck(request, screen, args);
  const input = { name, report: outcome.report, hunks: outcome.hunks };
  const problem = finish(args, outputs.value, screen, input, outcome.witnesses);
  return problem === null ? outcome.report.exitCode : refuse(screen, problem);
}
