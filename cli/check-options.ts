/** Options that every command that checks takes: what is read, how much is run, what is said, and where it is written. */
import type { Argv } from 'yargs';
import { FORMATS } from '../src/report/formats/checked-input.js';
import { diagnostic, type Diagnostic } from '../src/base/diagnostic.js';

import { treeOptions } from './tree-options.js';

export interface CheckArguments {
  readonly tree: string | undefined;
  readonly config: string | undefined;
  readonly 'find-base': boolean;
  readonly candidate: readonly string[];
  readonly function: readonly string[];
  readonly revision: number | undefined;
  readonly mboxrd: boolean;
  readonly fuzz: number | undefined;
  readonly scenarios: number;
  readonly 'checked-scenarios': number;
  readonly deep: boolean;
  readonly budget: number | undefined;
  readonly seed: string;
  readonly format: readonly string[];
  readonly json: string | undefined;
  readonly expect: readonly string[];
  readonly baseline: string | undefined;
  readonly 'max-seconds': number | undefined;
  readonly 'witness-dir': string | undefined;
  readonly prove: boolean;
  readonly strict: boolean;
  readonly 'fail-on': string | undefined;
  readonly workers: number | undefined;
  readonly timings: boolean;
  readonly cache: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** How the mails are read, for commands that run nothing as well. */
export function readingOptions<T>(args: Argv<T>) {
  return args
    .options(treeOptions)
    .option('revision', {
      type: 'number',
      requiresArg: true,
      describe: 'The revision of the series to take (default: the newest)',
    })
    .option('mboxrd', {
      type: 'boolean',
      default: false,
      describe: 'An mbox is an mboxrd: lines `>From ` have lost nothing but a `>`',
    })
    .option('fuzz', {
      type: 'number',
      requiresArg: true,
      describe:
        'Leave out up to so many lines of context, as patch -F (default: as git apply, none)',
    });
}

export const FORMAT_OPTION = {
  type: 'string',
  array: true,
  default: [] as string[],
  requiresArg: true,
  describe: `What to print, or FORMAT=FILE to write (may be repeated): ${FORMATS.join(', ')}`,
} as const;

export function checkOptions<T>(args: Argv<T>) {
  return readingOptions(args)
    .option('find-base', {
      type: 'boolean',
      default: true,
      describe: 'In a git repository, check at the revision that the mails were written for',
    })
    .option('candidate', {
      type: 'string',
      array: true,
      default: [] as string[],
      requiresArg: true,
      describe: 'Only this candidate (may be repeated)',
    })
    .option('function', {
      type: 'string',
      array: true,
      default: [] as string[],
      requiresArg: true,
      describe: 'Only entry points that reach this function (may be repeated)',
    })
    .option('scenarios', {
      type: 'number',
      default: 1000,
      requiresArg: true,
      describe: 'Scenarios for each entry point, and a sixteenth as many with reschedules',
    })
    .option('deep', {
      type: 'boolean',
      default: false,
      describe:
        'Search further what other CPUs and tasks can do in between, on small cases; costs of larger memories',
    })
    .option('budget', {
      type: 'number',
      requiresArg: true,
      describe:
        'Executed steps that this may take for each entry point and version (default: 400,000, with --deep 100,000,000)',
    })
    .option('checked-scenarios', {
      type: 'number',
      requiresArg: true,
      default: 10,
      describe:
        'How many cases for each entry point run once more with every access and value checked; half as many with reschedules',
    })
    .option('seed', {
      type: 'string',
      default: '1',
      requiresArg: true,
      describe: 'Seed of the generator, any text',
    })
    .option('format', FORMAT_OPTION)
    .option('json', {
      type: 'string',
      requiresArg: true,
      describe: 'The same as --format json=FILE; - for standard output',
    })
    .option('expect', {
      type: 'string',
      array: true,
      default: [] as string[],
      requiresArg: true,
      describe:
        'A change that is meant: differs:ENTRY or differs:ENTRY:DIMENSION (may be repeated)',
    })
    .option('baseline', {
      type: 'string',
      requiresArg: true,
      describe: 'A file of known differences, each with its reason',
    })
    .option('max-seconds', {
      type: 'number',
      requiresArg: true,
      describe: 'Stop after so many seconds, and say so; the only option that looks at a clock',
    })
    .option('witness-dir', {
      type: 'string',
      requiresArg: true,
      describe: 'Store witnesses in this directory',
    })
    .option('prove', {
      type: 'boolean',
      default: false,
      describe: 'Search small scopes to their end, for proofs within a bound',
    })
    .option('strict', {
      type: 'boolean',
      default: false,
      describe: 'Exit with 2 where something was not checked',
    })
    .option('fail-on', {
      type: 'string',
      choices: ['cost'],
      requiresArg: true,
      describe: 'Let a change of cost count as a difference',
    })
    .option('workers', {
      type: 'number',
      requiresArg: true,
      describe: 'Threads to use (default: one a core)',
    })
    .option('cache', {
      type: 'boolean',
      default: true,
      describe: 'Keep what was compiled for the next run (--no-cache: neither keep nor use)',
    })
    .option('timings', {
      type: 'boolean',
      default: false,
      describe: 'Say on standard error where the time went',
    })
    .option('quiet', {
      type: 'boolean',
      default: false,
      describe: 'Only the last line, and no progress',
    })
    .option('verbose', {
      type: 'boolean',
      default: false,
      describe: 'A line for every entry point',
    });
}

export type ReadingArguments = Pick<CheckArguments, 'revision' | 'mboxrd' | 'fuzz'>;

export function badReading({ revision, fuzz }: ReadingArguments): Diagnostic | null {
  return (
    whole('--revision', revision, 1, 9999) ??
    // patch(1) has no more than that to give away in a hunk as git writes it, and nobody should.
    whole('--fuzz', fuzz, 0, 10)
  );
}

export function badArguments(args: CheckArguments): Diagnostic | null {
  if (args.seed.length > 256)
    return diagnostic('bad-input', '--seed is longer than 256 characters');
  return (
    badReading(args) ??
    whole('--scenarios', args.scenarios, 1, 100_000_000) ??
    whole('--checked-scenarios', args['checked-scenarios'], 0, 1_000_000) ??
    whole('--budget', args.budget, 1, 1e12) ??
    whole('--workers', args.workers, 1, 256) ??
    whole('--max-seconds', args['max-seconds'], 1, 1_000_000)
  );
}

export function whole(
  option: string,
  value: number | undefined,
  least: number,
  most: number,
): Diagnostic | null {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most))
    return null;
  return diagnostic('bad-input', `${option} takes a whole number from ${least} to ${most}`);
}
