/** Sources of a tree as text, and what becomes of a problem with the tree itself: what could not be taken, and what to do. */
import type { Diagnostic, Note } from '../base/diagnostic.js';
import type { ReadText } from '../pack-api/pack.js';
import { utf8Text } from '../tree/text.js';
import type { Tree } from '../tree/tree.js';

export interface SourceReader {
  readonly read: ReadText;
  /** Files that are no text, as far as somebody asked for them. */
  readonly binary: ReadonlySet<string>;
}

/** Each file is read once. `before` has read the same tree, but for some files. */
export function sourceReader(
  tree: Tree,
  before: { readonly read: ReadText; readonly except: ReadonlySet<string> } | null = null,
): SourceReader {
  const binary = new Set<string>();
  const texts = new Map<string, string | null>();
  const textOf = (path: string): string | null => {
    const bytes = tree.read(path);
    if (bytes === null) return null;
    if (!isBinary(bytes)) return utf8Text(bytes);
    binary.add(path);
    return null;
  };
  return {
    binary,
    read: (path) => {
      if (before !== null && !before.except.has(path)) return before.read(path);
      let text = texts.get(path);
      if (text === undefined) texts.set(path, (text = textOf(path)));
      return text;
    },
  };
}

/** As git judges it: a NUL among the first 8000 bytes. */
function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8000).includes(0);
}

const MAX_REFUSALS = 4;
/** The innermost and the outermost of a loop of headers say it all. */
const MAX_NOTES = 6;

/** A file that "is not there" may well be there, and be a directory, or a link out of the tree: the readers know. */
export function explained(problem: Diagnostic, tree: Tree, reader: SourceReader): Diagnostic {
  const refused: Note[] = [
    ...[...(tree.refused ?? [])].map(([path, why]) => ({ message: `${path}: ${why}`, at: null })),
    ...[...reader.binary].map((path) => ({
      message: `${path}: a binary file where a source should be`,
      at: null,
    })),
  ];
  const { notes } = problem;
  const shown =
    notes.length <= MAX_NOTES
      ? notes
      : [
          ...notes.slice(0, MAX_NOTES / 2),
          { message: `${notes.length - MAX_NOTES} more`, at: null },
          ...notes.slice(-MAX_NOTES / 2),
        ];
  return { ...problem, notes: [...shown, ...refused.slice(0, MAX_REFUSALS)] };
}

/** What to do about a tree that cannot be read as it is; a candidate's own faults are its author's. */
export function withAdvice(problem: Diagnostic): Diagnostic {
  if (problem.help !== undefined) return problem;
  return { ...problem, help: adviceFor(problem) };
}

function adviceFor({ code }: Diagnostic): string {
  switch (code) {
    case 'missing':
      return 'the tree is not whole: restore the file (git status, git checkout), or name another tree with --tree';
    case 'limit':
      return 'a header that includes itself, or a file beyond all measure: restore it, or name another tree with --tree';
    case 'bad-input':
      return 'the tree itself is not C here, before any patch: restore the file, or name another tree with --tree';
    case 'unsupported':
      return 'patchcheck does not understand this tree; please report the line, and which kernel it is';
  }
}
