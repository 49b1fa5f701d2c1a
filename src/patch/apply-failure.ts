/** Why a file's diff does not apply, as diagnostics: the hunk, the line searched, and the nearest match. */
import type { Diagnostic, Note, Place } from '../base/diagnostic.js';
import { diagnostic } from '../base/diagnostic.js';
import type { HunkOutcome, Image } from './apply-file.js';
import { textToShow } from './byte-text.js';
import type { FileDiff, Hunk } from './file-diff.js';
import { withoutNewline } from './patch-text.js';

/** Further failed hunks of the same file say nothing new. */
const MAX_SHOWN = 3;

function treePlace(path: string, image: Image, line: number): Place {
  const text = textToShow(withoutNewline(image[line - 1]?.text ?? ''));
  return { path, line, column: 1, sourceLine: text, length: Math.max(1, text.length) };
}

export function hunkFailures(
  diff: FileDiff,
  hunks: readonly HunkOutcome[],
  image: Image,
  source: string,
  baseBlob: string | null,
): Diagnostic[] {
  const failed = hunks.filter((outcome) => outcome.status === 'failed');
  const endless = failed.find((outcome) => outcome.failure?.gaveUp === true);
  if (endless !== undefined) {
    return [
      diagnostic(
        'limit',
        `finding the places of ${hunks.length} hunks in ${source} takes too long`,
        endless.hunk.at,
      ),
    ];
  }
  const shown = failed.slice(0, MAX_SHOWN).map((outcome) => {
    const number = hunks.indexOf(outcome) + 1;
    const notes: Note[] = [
      {
        message: `it was looked for at line ${outcome.line} first, then everywhere in the file of ${image.length} lines`,
        at: null,
      },
      ...nearestNotes(diff, outcome, image, source),
    ];
    if (diff.oldBlob !== null && baseBlob !== null && !baseBlob.startsWith(diff.oldBlob)) {
      notes.push({
        message: `the diff was made for blob ${diff.oldBlob}; in this tree the file is blob ${baseBlob}`,
        at: null,
      });
    }
    const applied = outcome.failure?.alreadyAppliedAt ?? null;
    const told = diagnostic(
      'bad-input',
      `hunk ${number} of ${hunks.length} does not apply to ${source}`,
      outcome.hunk.at,
      notes,
      applied === null
        ? 'use the tree that the patch was made for'
        : `its new lines stand at line ${applied} already: it seems to be applied to this tree`,
    );
    return { ...told, excerpt: excerptOf(outcome.hunk) };
  });
  const more = failed.length - shown.length;
  const last = shown[shown.length - 1];
  if (more > 0 && last !== undefined) {
    shown[shown.length - 1] = {
      ...last,
      notes: [...last.notes, { message: `${more} more hunks of this file fail`, at: null }],
    };
  }
  return shown;
}

/** Lines of a hunk that are shown. */
const MAX_EXCERPT = 20;

const SIGNS = { context: ' ', removed: '-', added: '+' } as const;

function excerptOf(hunk: Hunk): NonNullable<Diagnostic['excerpt']> {
  return hunk.lines.slice(0, MAX_EXCERPT).map(({ kind, text, line }) => ({
    line,
    text: SIGNS[kind] + textToShow(withoutNewline(text)),
  }));
}

function nearestNotes(diff: FileDiff, outcome: HunkOutcome, image: Image, source: string): Note[] {
  const nearest = outcome.failure?.nearest ?? null;
  if (nearest === null) {
    return [{ message: 'no line of it that would tell its place is in the file', at: null }];
  }
  if (nearest.oldIndex < 0) {
    return [
      {
        message:
          `all ${nearest.total} old lines stand at line ${nearest.line}, but ` +
          (outcome.hunk.oldStart <= 1 && nearest.line > 1
            ? 'a hunk from line 1 may only stand at the beginning of the file'
            : outcome.hunk.trailing === 0 && nearest.line + nearest.total <= image.length
              ? 'a hunk without context at its end may only stand at the end of the file'
              : 'an earlier hunk has taken them'),
        at: treePlace(source, image, nearest.line),
      },
    ];
  }
  const expected = outcome.hunk.lines.filter((line) => line.kind !== 'added')[nearest.oldIndex];
  const text = textToShow(withoutNewline(nearest.expected));
  const notes: Note[] = [
    {
      message:
        `the nearest place is line ${nearest.line}, with ${nearest.matching} of ${nearest.total} old lines; ` +
        (nearest.found === null
          ? `the file ends before line ${nearest.differsAt}`
          : `line ${nearest.differsAt} differs`),
      at: nearest.found === null ? null : treePlace(source, image, nearest.differsAt),
    },
  ];
  if (expected !== undefined) {
    notes.push({
      message: 'the patch expects',
      at: {
        path: diff.at.path,
        line: expected.line,
        column: 1,
        sourceLine: text,
        length: Math.max(1, text.length),
      },
    });
  }
  return notes;
}
