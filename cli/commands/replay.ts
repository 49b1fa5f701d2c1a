/** `patchcheck replay WITNESS`: exit 1 when the difference is there again, 0 when not, 2 when it cannot be run. */
import type { CommandModule } from 'yargs';
import type { Diagnostic } from '../../src/base/diagnostic.js';
import { renderDiagnostic } from '../../src/report/diagnostic-text.js';
import { printable } from '../../src/report/printable.js';
import { replayWitness } from '../../src/replay-witness.js';
import { utf8Text } from '../../src/tree/text.js';
import { parseWitness } from '../../src/witness/witness.js';
import { readInput } from '../input.js';
import { assetsOf, defaultPack } from '../packs.js';
import { terminal, type Terminal } from '../terminal.js';
import { treeOptions } from '../tree-options.js';
import { chooseTree } from '../trees.js';

interface ReplayArguments {
  readonly witness: string;
  readonly tree: string | undefined;
  readonly config: string | undefined;
  readonly trace: boolean;
}

export function replayCommand(
  setStatus: (code: number) => void,
): CommandModule<object, ReplayArguments> {
  return {
    command: 'replay <witness>',
    describe: 'Run a stored witness again and show both sides',
    builder: (args) =>
      args
        .positional('witness', {
          type: 'string',
          demandOption: true,
          describe: 'A file that `apply --witness-dir` stored; may be edited',
        })
        .options(treeOptions)
        .option('trace', {
          type: 'boolean',
          default: false,
          describe: 'Show step by step what each side does',
        })
        .example('$0 replay witnesses/w1.witness', 'exit status 1: the difference is there'),
    handler: (args) => {
      setStatus(replay(args));
    },
  };
}

function replay(args: ReplayArguments): number {
  const screen = terminal(false);
  const input = readInput(args.witness);
  if (!input.ok) return refuseAll(screen, [input.error]);
  const witness = parseWitness(args.witness, utf8Text(input.value));
  if (!witness.ok) return refuseAll(screen, [witness.error]);
  const chosen = chooseTree(args);
  if (!chosen.ok) return refuseAll(screen, [chosen.error]);
  const { tree, configuration } = chosen.value;
  const pack = defaultPack();
  const replayed = replayWitness(
    witness.value,
    pack,
    tree,
    configuration,
    assetsOf(pack),
    args.trace,
  );
  if (!replayed.ok) return refuseAll(screen, replayed.error);

  const { reproduced, what, drawing, steps, otherFiles } = replayed.value;
  const { candidate, against, entry, dimension } = witness.value;
  const show = (text: string): void => screen.out(`${printable(text)}\n`);
  show(`Tree: ${tree.kind === 'model' ? "patchcheck's model tree, not your kernel" : tree.label}`);
  if (otherFiles.length > 0)
    show(
      `ANOTHER TREE than the witness was found on (${witness.value.tree}): ${otherFiles.join(', ')}`,
    );
  show(`${candidate.id} against ${against.id}, ${entry}, ${dimension}`);
  drawing.forEach(show);
  if (args.trace) ['', 'Step by step', ...steps].forEach(show);
  show(reproduced ? `reproduced: ${what}` : `not reproduced: ${what}`);
  return reproduced ? 1 : 0;
}

function refuseAll(screen: Terminal, problems: readonly Diagnostic[]): number {
  for (const problem of problems) screen.err(`${renderDiagnostic(problem).join('\n')}\n`);
  return 2;
}
