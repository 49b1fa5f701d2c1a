/** `patchcheck apply MAIL…`: the main job. */
import type { CommandModule } from 'yargs';
import type { Diagnostic } from '../../src/base/diagnostic.js';
import { renderDiagnostic } from '../../src/report/diagnostic-text.js';
import { renderFormat } from '../../src/report/formats/render-format.js';
import type { CheckedInput, Format } from '../../src/report/formats/checked-input.js';
import { renderReport } from '../../src/report/text.js';
import { badArguments, checkOptions, type CheckArguments } from '../check-options.js';
import { readAcceptRules } from '../accept-rules.js';
import { readMailInputs } from '../mail-inputs.js';
import { checkRequest, runCheck } from '../run-check.js';
import { terminal, type Terminal } from '../terminal.js';
import { chooseTree } from '../trees.js';
import { readOutputs, writeOutputs, type Outputs } from '../outputs.js';
import { cannotWrite, writeWitnesses } from '../write-files.js';

interface ApplyArguments extends CheckArguments {
  readonly mail: readonly string[];
}

export function applyCommand(
  setStatus: (code: number) => void,
): CommandModule<object, ApplyArguments> {
  return {
    command: 'apply <mail..>',
    describe: 'Apply the candidates of a mail thread and say what they change',
    builder: (args) =>
      checkOptions(
        args.positional('mail', {
          type: 'string',
          array: true,
          demandOption: true,
          describe:
            'A thread: mbox, mail, diff, patchwork page; a maildir, a directory of patches, ' +
            'a quilt series; - for standard input',
        }),
      )
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
  const bad = badArguments(args);
  if (bad !== null) return refuse(screen, bad);
  const outputs = readOutputs(args);
  if (!outputs.ok) return refuse(screen, outputs.error);
  const chosen = chooseTree(args);
  if (!chosen.ok) return refuse(screen, chosen.error);
  const mails = readMailInputs(args.mail);
  if (!mails.ok) return refuse(screen, mails.error);
  const accept = readAcceptRules(args, args.mail);
  if (!accept.ok) return refuse(screen, accept.error);
  const request = checkRequest(args, mails.value, chosen.value, accept.value);
  const outcome = await runCheck(request, screen, args);
  const input = { name: args.mail.join(' '), report: outcome.report, hunks: outcome.hunks };
  const problem = finish(args, outputs.value, screen, input, outcome.witnesses);
  return problem === null ? outcome.report.exitCode : refuse(screen, problem);
}

/** Prints and writes what was asked for; null when all of it is done. */
export function finish(
  args: CheckArguments,
  outputs: Outputs,
  screen: Terminal,
  input: CheckedInput,
  witnesses: ReadonlyMap<string, string>,
): Diagnostic | null {
  const { report } = input;
  const all = { tool: report.tool, exitCode: report.exitCode, inputs: [input] };
  const render = (format: Exclude<Format, 'text'>): string => renderFormat(format, all);
  const text = (paint: Terminal['paint']): string => {
    const lines = renderReport(report, { verbose: args.verbose });
    const shown = args.quiet ? lines.slice(-1) : lines;
    return shown.map((line) => `${paint(line)}\n`).join('');
  };
  return cannotWrite(() => {
    writeOutputs(outputs, screen, { render, text });
    if (args['witness-dir'] !== undefined) writeWitnesses(args['witness-dir'], witnesses);
  });
}

export function refuse(screen: Terminal, problem: Diagnostic): number {
  screen.progress('');
  screen.err(`${renderDiagnostic(problem).join('\n')}\n`);
  return 2;
}
