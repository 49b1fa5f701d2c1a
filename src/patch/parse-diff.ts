/**
 * Text with diffs in it → file diffs. Text before, between and after them is passed over, as `git apply` does;
 * a hunk that belongs to no file, a header that contradicts itself and a hunk that miscounts are refused.
 * Known gap: contents of binary patches are not read, a binary change is only recognised.
 */
import type { Diagnostic } from '../base/diagnostic.js';
import { diagnostic } from '../base/diagnostic.js';
import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import type { FileChange, FileDiff, Hunk } from './file-diff.js';
import type { FileHeader, HeaderOutcome } from './file-header.js';
import { parseGitHeader, parseTraditionalHeader } from './file-header.js';
import { parseHeading, parseHunk } from './hunk-parser.js';
import { unsafePath } from './path-name.js';
import type { PatchText } from './patch-text.js';
import { placeOf, withoutNewline } from './patch-text.js';
import { textToShow } from './byte-text.js';

/** More than any tree-wide patch has; a bound for hostile input. */
const MAX_FILES = 20_000;
/** Two names of PATH_MAX, quoted. */
const MAX_HEADER_LINE = 2 * 4 * 4096;

export function parseDiff(text: PatchText): Result<readonly FileDiff[], Diagnostic> {
  const files: FileDiff[] = [];
  let index = 0;
  for (;;) {
    const header = findHeader(text, index);
    if (!header.ok) return header;
    if (header.value === null) return ok(files);
    if (files.length === MAX_FILES) {
      return err(
        diagnostic('limit', `more than ${MAX_FILES} files`, placeOf(text, text.lines[index])),
      );
    }
    const parsed = parseFile(text, header.value.start, header.value.header);
    if (!parsed.ok) return parsed;
    files.push(parsed.value.file);
    index = parsed.value.next;
  }
}

interface FoundHeader {
  readonly start: number;
  readonly header: FileHeader;
}

/** Whether a file's diff begins at this line. */
export function startsFileDiff(text: PatchText, index: number): 'git' | 'traditional' | null {
  const line = text.lines[index]?.text ?? '';
  if (line.length > MAX_HEADER_LINE) return null;
  if (line.startsWith('diff --git ')) return 'git';
  if (
    line.startsWith('--- ') &&
    (text.lines[index + 1]?.text ?? '').startsWith('+++ ') &&
    (text.lines[index + 2]?.text ?? '').startsWith('@@ -')
  )
    return 'traditional';
  return null;
}

function findHeader(text: PatchText, from: number): Result<FoundHeader | null, Diagnostic> {
  for (let i = from; i < text.lines.length; i++) {
    const line = text.lines[i];
    if (line === undefined) break;
    if (line.text.startsWith('@@ -') && parseHeading(line.text) !== null) {
      return err(
        diagnostic(
          'bad-input',
          'this hunk belongs to no file',
          placeOf(text, line),
          [],
          'the lines "--- a/…" and "+++ b/…" that should stand above it are missing',
        ),
      );
    }
    const kind = startsFileDiff(text, i);
    if (kind === null) continue;
    let outcome: HeaderOutcome;
    if (kind === 'git') {
      outcome = parseGitHeader(text.lines, i);
      // A line of prose may begin like this. Git passes over a header of one line, too.
      if (outcome.length <= 1) continue;
    } else {
      outcome = parseTraditionalHeader(text.lines, i);
    }
    if ('fault' in outcome) {
      return err(
        diagnostic('bad-input', outcome.fault, placeOf(text, text.lines[outcome.index]), [
          { message: "in this file's header", at: placeOf(text, line) },
        ]),
      );
    }
    return ok({ start: i, header: outcome });
  }
  return ok(null);
}

function parseFile(
  text: PatchText,
  start: number,
  header: FileHeader,
): Result<{ readonly file: FileDiff; readonly next: number }, Diagnostic> {
  const at = placeOf(text, text.lines[start]);
  const bad = (message: string, help?: string): { ok: false; error: Diagnostic } =>
    err(diagnostic('bad-input', message, at, [], help));
  for (const name of [header.oldName, header.newName]) {
    const why = name === null ? null : unsafePath(name);
    if (why !== null) {
      return bad(`the path "${textToShow(name ?? '')}" is refused: ${why}`);
    }
  }
  const path = textToShow(header.newName ?? header.oldName ?? '');

  const hunks: Hunk[] = [];
  let next = start + header.length;
  while ((text.lines[next]?.text ?? '').startsWith('@@ -')) {
    const parsed = parseHunk(text, next);
    if (!parsed.ok) return parsed;
    hunks.push(parsed.value.hunk);
    next = parsed.value.next;
  }
  const oldLines = hunks.reduce((sum, hunk) => sum + hunk.oldCount, 0);
  const newLines = hunks.reduce((sum, hunk) => sum + hunk.newCount, 0);
  if (header.created && oldLines > 0) return bad(`the new file ${path} depends on old contents`);
  if (header.deleted && newLines > 0) return bad(`the deleted file ${path} still has contents`);

  const binary = hunks.length === 0 && isBinaryMark(text.lines[next]?.text ?? '');
  if (binary) next = skipBinary(text, next);
  const change = changeOf(header, hunks.length, oldLines);
  const metadata =
    change.kind !== 'modify' || (header.oldMode !== null && header.oldMode !== header.newMode);
  if (hunks.length === 0 && !binary && !metadata) {
    return bad(`the diff of ${path} has a header and no hunk`, 'it may be cut off');
  }
  return ok({
    next,
    file: {
      at,
      path,
      change,
      oldMode: header.oldMode,
      newMode: header.newMode,
      oldBlob: header.oldBlob,
      newBlob: header.newBlob,
      binary,
      hunks,
    },
  });
}

function changeOf(header: FileHeader, hunks: number, oldLines: number): FileChange {
  if (header.created) return { kind: 'create' };
  if (header.deleted) return { kind: 'delete' };
  const from = textToShow(header.oldName ?? '');
  if (header.renamed) return { kind: 'rename', from, similarity: header.similarity };
  if (header.copied) return { kind: 'copy', from, similarity: header.similarity };
  // Without git's header lines it is not said whether the file is new; one that takes lines away cannot be.
  if (!header.git && hunks === 1 && oldLines === 0) return { kind: 'modify-or-create' };
  return { kind: 'modify' };
}

function isBinaryMark(line: string): boolean {
  const text = withoutNewline(line);
  return text === 'GIT binary patch' || /^(Binary files|Files) .* differ$/.test(text);
}

/** Behind the marker: `literal`/`delta` blocks of base-85 lines, each block ended by an empty line. */
function skipBinary(text: PatchText, mark: number): number {
  let i = mark + 1;
  if (!(text.lines[mark]?.text ?? '').startsWith('GIT')) return i;
  while (/^(literal|delta) \d+\n?$/.test(text.lines[i]?.text ?? '')) {
    i++;
    while (/^[A-Za-z][^ ]+\n?$/.test(text.lines[i]?.text ?? '')) i++;
    if ((text.lines[i]?.text ?? '') === '\n') i++;
  }
  return i;
}
