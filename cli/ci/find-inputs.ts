/**
 * What lies in directories of patches and threads: each file by itself, except what belongs together, which is one input: a maildir, a
 * quilt series, and the numbered files of one `git format-patch`.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { diagnostic, type Diagnostic } from '../../src/base/diagnostic.js';
import { err, ok, type Result } from '../../src/base/result.js';
import { isDirectory } from '../disk-tree.js';
import { directoryKind, isFile, isInside, namesIn, PATCH_NAME } from '../mail-inputs.js';

export interface CiInput {
  /** Path as the user would write it; several for a numbered series. */
  readonly name: string;
  readonly paths: readonly string[];
}

const MAX_INPUTS = 100_000;
const MAX_DEPTH = 32;

export function findInputs(places: readonly string[]): Result<readonly CiInput[], Diagnostic> {
  const found: CiInput[] = [];
  for (const place of places) {
    if (isDirectory(place)) walk(place, place, 0, found);
    else if (isFile(place)) found.push({ name: place, paths: [place] });
    else return err(diagnostic('missing', `there is no file or directory ${place}`));
    if (found.length > MAX_INPUTS)
      return err(
        diagnostic('limit', `more than ${MAX_INPUTS} inputs; name parts of the directory`),
      );
  }
  if (found.length === 0)
    return err(
      diagnostic(
        'bad-input',
        `${places.join(', ')}: there are no patches here`,
        null,
        [],
        'maildirs, quilt series, and files named *.patch, *.diff, *.eml or *.mbox are taken',
      ),
    );
  const byName = new Map(found.map((input) => [input.name, input]));
  return ok([...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)));
}

function walk(root: string, directory: string, depth: number, found: CiInput[]): void {
  if (found.length > MAX_INPUTS || depth > MAX_DEPTH) return;
  switch (directoryKind(directory)) {
    case 'maildir':
    case 'quilt':
      found.push({ name: directory, paths: [directory] });
      return;
    case 'files':
      break;
  }
  const names = namesIn(directory).filter(
    (name) => PATCH_NAME.test(name) && isInside(root, join(directory, name)),
  );
  found.push(...grouped(directory, names));
  for (const name of subdirectories(directory)) {
    const below = join(directory, name);
    if (isInside(root, below)) walk(root, below, depth + 1, found);
  }
}

/** Links to directories are not followed: they may lead in a circle. */
function subdirectories(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .sort();
  } catch {
    return [];
  }
}

/** `0001-x.patch`, `v2-0001-x.patch`: without gaps and doubles they are one series; else each stands alone. */
function grouped(directory: string, names: readonly string[]): CiInput[] {
  const numbered = new Map<string, { number: number; name: string }[]>();
  const alone: string[] = [];
  for (const name of names) {
    const match = /^(v\d+-)?(\d{4})-.*\.patch$/.exec(name);
    if (match === null) {
      alone.push(name);
      continue;
    }
    const key = match[1] ?? '';
    numbered.set(key, [...(numbered.get(key) ?? []), { number: Number(match[2]), name }]);
  }
  const inputs = alone.map((name) => input(join(directory, name)));
  for (const [key, series] of numbered) {
    const patches = series.filter(({ number }) => number > 0);
    const whole = patches.every(({ number }, at) => number === at + 1) && patches.length > 1;
    const paths = series.map(({ name }) => join(directory, name));
    if (whole) inputs.push({ name: join(directory, `${key}series`), paths });
    else inputs.push(...paths.map(input));
  }
  return inputs;
}

function input(path: string): CiInput {
  return { name: path, paths: [path] };
}

/** The i-th of n equal parts, by turns, so that neighbours (of one kind, mostly) are spread. */
export function shardOf<T>(inputs: readonly T[], { index, total }: Shard): T[] {
  return inputs.filter((_, at) => at % total === index - 1);
}

export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly total: number;
}

export function parseShard(text: string | undefined): Result<Shard, Diagnostic> {
  if (text === undefined) return ok({ index: 1, total: 1 });
  const found = /^(\d{1,5})\/(\d{1,5})$/.exec(text);
  const [index, total] = [Number(found?.[1]), Number(found?.[2])];
  if (found === null || total < 1 || index < 1 || index > total)
    return err(diagnostic('bad-input', `--shard ${text}: it takes i/n, such as 2/8`));
  return ok({ index, total });
}
