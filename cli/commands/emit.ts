/** `patchcheck emit STAGE FUNCTION`: one function of a tree at one stage of the way from its text to the code that runs. */
import type { CommandModule } from 'yargs';
import { emitFunction } from '../../src/emit/emit-function.js';
import { STAGES, type Stage } from '../../src/emit/stage.js';
import type { ModuleKind } from '../../src/exec/program.js';
import { printable } from '../../src/report/printable.js';
import { assetsOf, defaultPack } from '../packs.js';
import { terminal } from '../terminal.js';
import { treeOptions } from '../tree-options.js';
import { chooseTree } from '../trees.js';
import { refuse } from './apply.js';

interface EmitArguments {
  readonly stage: Stage;
  readonly function: string;
  readonly file: string | undefined;
  readonly kind: ModuleKind;
  readonly tree: string | undefined;
  readonly config: string | undefined;
}

const KINDS: readonly ModuleKind[] = ['fast', 'checked', 'tracking', 'recording', 'inspectable'];

export function emitCommand(
  setStatus: (code: number) => void,
): CommandModule<object, EmitArguments> {
  return {
    command: 'emit <stage> <function>',
    describe: 'Show a function as one stage sees it, from preprocessed text to WebAssembly',
    builder: (args) =>
      args
        .positional('stage', {
          choices: STAGES,
          demandOption: true,
          describe:
            'pp, tokens: preprocessed; ast: parsed; typed: checked; ir: lowered; wat: the code that runs',
        })
        .positional('function', {
          type: 'string',
          demandOption: true,
          describe: 'Its name',
        })
        .option('file', {
          type: 'string',
          requiresArg: true,
          describe: 'The file that defines it, where several do; any source of the tree',
        })
        .option('kind', {
          choices: KINDS,
          default: 'fast' as const,
          describe: 'The kind of module, for ir and wat',
        })
        .options(treeOptions)
        .example('$0 emit typed tdp_iter_start', "from the model tree's tdp_iter.c")
        .example('$0 emit ir sort_r --file lib/sort.c --tree ~/linux', 'outside of the TDP MMU'),
    handler: (args) => setStatus(emit(args)),
  };
}

function emit(args: EmitArguments): number {
  const screen = terminal(false);
  const chosen = chooseTree(args);
  if (!chosen.ok) return refuse(screen, chosen.error);
  const pack = defaultPack();
  const { tree, configuration } = chosen.value;
  const shown = emitFunction(
    { pack, tree, configuration, assets: assetsOf(pack) },
    { stage: args.stage, name: args.function, file: args.file ?? null, kind: args.kind },
  );
  if (!shown.ok) {
    for (const problem of shown.error) refuse(screen, problem);
    return 2;
  }
  for (const line of shown.value.replace(/\n$/, '').split('\n')) screen.out(`${printable(line)}\n`);
  return 0;
}
