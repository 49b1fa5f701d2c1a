/** `patchcheck functions`: what of a tree's sources the pack executes, models, or does not understand. */
import { jsonText } from '../../src/report/json-text.js';
import type { CommandModule } from 'yargs';
import { listFunctions, type ListedFunction } from '../../src/version/list-functions.js';
import { table } from '../../src/report/layout.js';
import { printable } from '../../src/report/printable.js';
import { assetsOf, defaultPack } from '../packs.js';
import { terminal } from '../terminal.js';
import { treeOptions } from '../tree-options.js';
import { chooseTree } from '../trees.js';
import { refuse } from './apply.js';

interface FunctionsArguments {
  readonly tree: string | undefined;
  readonly config: string | undefined;
  readonly json: boolean;
}

export function functionsCommand(
  setStatus: (code: number) => void,
): CommandModule<object, FunctionsArguments> {
  return {
    command: 'functions',
    describe: 'List the functions of a tree: executed, modelled or not understood',
    builder: (args) =>
      args
        .options(treeOptions)
        .option('json', { type: 'boolean', default: false, describe: 'As JSON' })
        .example('$0 functions --tree ~/linux', 'what patchcheck can do with this tree'),
    handler: (args) => setStatus(functions(args)),
  };
}

function functions(args: FunctionsArguments): number {
  const screen = terminal(false);
  const chosen = chooseTree(args);
  if (!chosen.ok) return refuse(screen, chosen.error);
  const pack = defaultPack();
  const listed = listFunctions(pack, chosen.value.tree, chosen.value.configuration, assetsOf(pack));
  if (!listed.ok) return refuse(screen, listed.error);
  screen.out(args.json ? jsonText(listed.value) : text(listed.value));
  return 0;
}

function text(functions: readonly ListedFunction[]): string {
  const rows = functions.map((each) =>
    [
      each.name,
      `${each.file}:${each.line}`,
      each.reference ?? '-',
      each.state + (each.reason === null ? '' : `: ${each.reason}`),
    ].map(printable),
  );
  return table(rows, { indent: 0, rightFrom: 4 })
    .map((line) => `${line.text}\n`)
    .join('');
}
