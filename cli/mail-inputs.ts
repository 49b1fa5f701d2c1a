/**
 * What the user names → mails to read: files, standard input, a maildir, a directory of patches as git format-patch writes it,
 * a quilt series. What a directory is, is told by what lies in it; nothing outside of it is ever followed.
 */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { diagnostic, type Diagnostic } from '../src/base/diagnostic.js';
import { err, ok, type Result } from '../src/base/result.js';
import type { MailFile, MailInput } from '../src/mail/mail-input.js';
import { inMaildirOrder } from '../src/mail/maildir.js';
import { parseQuiltSeries } from '../src/mail/quilt-series.js';
import { utf8Text } from '../src/tree/text.js';
import { isDirectory } from './disk-tree.js';
import { readInput } from './input.js';

/** A thread or series; a directory that holds more is an archive, which `ci` goes through file by file. */
const MAX_FILES = 10_000;
const MAX_TOTAL_BYTES = 256 * 1024 * 1024;

/** Files that hold mails or diffs, by their names. */
export const PATCH_NAME = /\.(?:patch|diff|eml|mbox|mbx|msg)(?:\.gz)?$/i;

export function readMailInputs(names: readonly string[]): Result<readonly MailInput[], Diagnostic> {
  const inputs: MailInput[] = [];
  let total = 0;
  for (const name of names) {
    const read = readMailInput(name);
    if (!read.ok) return read;
    for (const file of filesOf(read.value)) total += file.bytes.byteLength;
    if (total > MAX_TOTAL_BYTES)
      return err(diagnostic('limit', `more than ${MAX_TOTAL_BYTES} bytes of mail`));
    inputs.push(read.value);
  }
  return ok(inputs);
}

function filesOf(input: MailInput): readonly MailFile[] {
  return input.kind === 'file' ? [input.file] : input.files;
}

function readMailInput(name: string): Result<MailInput, Diagnostic> {
  if (isDirectory(name)) return readDirectory(name);
  if (basename(name) === 'series') return readQuilt(name);
  const file = readFile(name, name);
  return file.ok ? ok({ kind: 'file', file: file.value }) : file;
}

function readFile(name: string, path: string): Result<MailFile, Diagnostic> {
  const bytes = readInput(name);
  return bytes.ok ? ok({ path, bytes: bytes.value }) : bytes;
}

export type DirectoryKind = 'maildir' | 'quilt' | 'files';

export function directoryKind(directory: string): DirectoryKind {
  if (isDirectory(join(directory, 'cur')) && isDirectory(join(directory, 'new'))) return 'maildir';
  return isFile(join(directory, 'series')) ? 'quilt' : 'files';
}

function readDirectory(directory: string): Result<MailInput, Diagnostic> {
  switch (directoryKind(directory)) {
    case 'maildir':
      return readMaildir(directory);
    case 'quilt':
      return readQuilt(join(directory, 'series'));
    case 'files':
      return readPatches(directory);
  }
}

function readMaildir(directory: string): Result<MailInput, Diagnostic> {
  const names = ['cur', 'new'].flatMap((sub) =>
    namesIn(join(directory, sub))
      .filter((name) => !name.startsWith('.'))
      .map((name) => `${sub}/${name}`),
  );
  if (names.length === 0) return err(empty(directory, 'the maildir'));
  const files = readAll(directory, inMaildirOrder(names));
  return files.ok ? ok({ kind: 'mails', files: files.value }) : files;
}

/** One series in the order of the names, as git format-patch and git am take them; loose mails are a thread, in no order. */
function readPatches(directory: string): Result<MailInput, Diagnostic> {
  const names = namesIn(directory).filter((name) => PATCH_NAME.test(name));
  if (names.length === 0)
    return err(
      diagnostic(
        'bad-input',
        `${directory} holds no mail and no patch`,
        null,
        [],
        'a maildir, a quilt series, or files named *.patch, *.diff, *.eml or *.mbox can be read',
      ),
    );
  const files = readAll(directory, names);
  if (!files.ok) return files;
  const patches = names.every((name) => /\.(?:patch|diff)(?:\.gz)?$/i.test(name));
  return ok(
    patches
      ? { kind: 'queue', path: directory, files: files.value }
      : { kind: 'mails', files: files.value },
  );
}

function readQuilt(series: string): Result<MailInput, Diagnostic> {
  const text = readFile(series, series);
  if (!text.ok) return text;
  const names = parseQuiltSeries(utf8Text(text.value.bytes), series);
  if (!names.ok) return names;
  if (names.value.length === 0) return err(empty(series, 'the quilt series'));
  const files = readAll(dirname(series), names.value);
  return files.ok ? ok({ kind: 'queue', path: series, files: files.value }) : files;
}

function readAll(
  directory: string,
  names: readonly string[],
): Result<readonly MailFile[], Diagnostic> {
  if (names.length > MAX_FILES)
    return err(
      diagnostic(
        'limit',
        `${directory} holds more than ${MAX_FILES} files`,
        null,
        [],
        'patchcheck ci goes through a directory file by file',
      ),
    );
  const files: MailFile[] = [];
  let total = 0;
  for (const name of names) {
    const path = join(directory, name);
    if (!isInside(directory, path))
      return err(diagnostic('bad-input', `${path} leads out of ${directory}, and is not read`));
    const file = readFile(path, path);
    if (!file.ok) return file;
    total += file.value.bytes.byteLength;
    if (total > MAX_TOTAL_BYTES)
      return err(diagnostic('limit', `${directory} holds more than ${MAX_TOTAL_BYTES} bytes`));
    files.push(file.value);
  }
  return ok(files);
}

/** A link may point within the directory, not out of it. What is not there is told when it is read. */
export function isInside(directory: string, path: string): boolean {
  try {
    const root = realpathSync(directory);
    return realpathSync(path).startsWith(root + sep);
  } catch {
    return true;
  }
}

/** Names of the files in a directory, in a fixed order; none where it cannot be read. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => isFile(join(directory, name)))
      .sort();
  } catch {
    return [];
  }
}

export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function empty(path: string, what: string): Diagnostic {
  return diagnostic('bad-input', `${what} ${path} is empty`);
}
