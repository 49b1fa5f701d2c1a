/** `patchcheck merge REPORT…`: the reports of a matrix of `ci --shard` jobs as one. */
import type { CommandModule } from 'yargs';
import { diagnostic, type Diagnostic } from '../../src/base/diagnostic.js';
import { err, ok, type Result } from '../../src/base/result.js';
import {
  ciSummary,
  summaryLines,
  SUMMARY_SCHEMA_VERSION,
  type CiSummary,
} from '../../src/report/ci-summary.js';
import { FORMATS } from '../../src/report/formats/checked-input.js';
import { renderFormat } from '../../src/report/formats/render-format.js';
import { VERDICT_WORDS } from '../../src/report/text-words.js';
import { utf8Text } from '../../src/tree/text.js';
import { FORMAT_OPTION } from '../check-options.js';
import { readInput } from '../input.js';
import { readOutputs } from '../outputs.js';
import { terminal } from '../terminal.js';
import { writeSummary } from './ci.js';
import { refuse } from './apply.js';

interface MergeArguments {
  readonly report: readonly string[];
  readonly format: readonly string[];
  readonly quiet: boolean;
  readonly verbose: boolean;
}

export function mergeCommand(
  setStatus: (code: number) => void,
): CommandModule<object, MergeArguments> {
  return {
    command: 'merge <report..>',
    describe: 'Put the JSON reports of ci --shard together',
    builder: (args) =>
      args
        .positional('report', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'Files that ci --json has written',
        })
        .option('format', FORMAT_OPTION)
        .option('quiet', { type: 'boolean', default: false, describe: 'Only the last line' })
        .option('verbose', { type: 'boolean', default: false, hidden: true })
        .example('$0 merge 1.json 2.json --format sarif=all.sarif', 'after a matrix of jobs'),
    handler: (args) => setStatus(merge(args)),
  };
}

function merge(args: MergeArguments): number {
  const screen = terminal(args.quiet);
  const outputs = readOutputs({ format: args.format, json: undefined });
  if (!outputs.ok) return refuse(screen, outputs.error);
  const summaries: CiSummary[] = [];
  for (const path of args.report) {
    const read = readSummary(path);
    if (!read.ok) return refuse(screen, read.error);
    summaries.push(read.value);
  }
  const [first] = summaries;
  if (first === undefined) return refuse(screen, diagnostic('bad-input', 'name a report'));
  const inputs = summaries.flatMap((summary) => summary.inputs);
  const names = new Set<string>();
  const twice = inputs.find(({ name }) => names.size === names.add(name).size);
  if (twice !== undefined)
    return refuse(
      screen,
      diagnostic(
        'bad-input',
        `${twice.name} is in two of the reports`,
        null,
        [],
        'merge the parts of one run: --shard 1/n to n/n',
      ),
    );
  const merged = ciSummary(first.tool, inputs);
  const incomplete = summaries.some(({ exitCode }) => exitCode === 2);
  const exitCode = merged.exitCode === 0 && incomplete ? 2 : merged.exitCode;
  const problem = writeSummary({ ...merged, exitCode }, args, outputs.value, screen, false);
  return problem === null ? exitCode : refuse(screen, problem);
}

function readSummary(path: string): Result<CiSummary, Diagnostic> {
  const bytes = readInput(path);
  if (!bytes.ok) return bytes;
  const wrong = err(diagnostic('bad-input', `${path} is no report that ci --json has written`));
  try {
    const read: unknown = JSON.parse(utf8Text(bytes.value));
    return isSummary(read) && isComplete(read) ? ok(read) : wrong;
  } catch {
    return wrong;
  }
}

/** What is leant on: the version, and a report with an exit status, a verdict and its lists for every input. */
function isSummary(read: unknown): read is CiSummary {
  if (!isRecord(read) || read['schemaVersion'] !== SUMMARY_SCHEMA_VERSION) return false;
  const { inputs, tool } = read;
  if (!isRecord(tool) || typeof tool['name'] !== 'string') return false;
  return (
    typeof tool['version'] === 'string' && Array.isArray(inputs) && inputs.every(isCheckedInput)
  );
}

/** Every format can be made of it: what a hand or a fault has left out shows here, and not while a file is written. */
function isComplete(summary: CiSummary): boolean {
  try {
    summaryLines(ciSummary(summary.tool, summary.inputs));
    for (const format of FORMATS) if (format !== 'text') renderFormat(format, summary);
    return true;
  } catch {
    return false;
  }
}

const LISTS = ['candidates', 'checks', 'accepted', 'witnesses', 'problems', 'notChecked'];

function isCheckedInput(input: unknown): boolean {
  if (!isRecord(input) || typeof input['name'] !== 'string') return false;
  const { report, hunks } = input;
  return (
    isRecord(report) &&
    [0, 1, 2].some((code) => code === report['exitCode']) &&
    typeof report['verdict'] === 'string' &&
    Object.hasOwn(VERDICT_WORDS, report['verdict']) &&
    LISTS.every((name) => Array.isArray(report[name])) &&
    Array.isArray(hunks) &&
    hunks.every((hunk) => isRecord(hunk) && Array.isArray(hunk['lines']))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
