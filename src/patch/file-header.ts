/**
 * The header of one file's diff: git's (`diff --git` and its extended lines) and the traditional pair `---`/`+++`.
 * Source: git-diff(1) "generating patch text", and the behaviour of `git apply` 2.39, with one thing more: a diff
 * made without the prefixes `a/` and `b/` is recognised by both names being the same, first part included.
 */
import type { PatchLine } from './patch-text.js';
import { withoutNewline } from './patch-text.js';
import { isDevNull, stripOne, unquote } from './path-name.js';

export interface FileHeader {
  readonly git: boolean;
  /** null: there is no such side (/dev/null). */
  readonly oldName: string | null;
  readonly newName: string | null;
  readonly created: boolean;
  readonly deleted: boolean;
  readonly renamed: boolean;
  readonly copied: boolean;
  readonly oldMode: string | null;
  readonly newMode: string | null;
  readonly oldBlob: string | null;
  readonly newBlob: string | null;
  readonly similarity: number | null;
  /** Lines that the header takes. */
  readonly length: number;
}

/** What is wrong, and with which line of those handed over. */
export interface HeaderFault {
  readonly fault: string;
  readonly index: number;
  /** Lines of the header that were understood. */
  readonly length: number;
}

export type HeaderOutcome = FileHeader | HeaderFault;

/** The two names of a `diff --git` line, when they are the same file; `prefixed` says whether a part was taken off. */
interface DefaultName {
  readonly name: string;
  readonly prefixed: boolean;
}

function defaultName(rest: string): DefaultName | null {
  for (const [first, second] of namePairs(rest)) {
    const a = stripOne(first);
    if (first === second) return { name: first, prefixed: false };
    if (a !== null && a === stripOne(second)) return { name: a, prefixed: true };
  }
  return null;
}

function* namePairs(rest: string): Iterable<readonly [string, string]> {
  if (rest.startsWith('"')) {
    const first = unquote(rest);
    if (first === null) return;
    const after = rest.slice(first.length).replace(/^[ \t]+/, '');
    const second = after.startsWith('"') ? unquote(after)?.name : after;
    if (second !== undefined) yield [first.name, second];
    return;
  }
  if (rest.endsWith('"')) {
    const quote = rest.indexOf('"');
    const second = unquote(rest.slice(quote));
    if (second !== null) yield [rest.slice(0, quote).replace(/[ \t]+$/, ''), second.name];
    return;
  }
  // Names may hold blanks: both names are equally long but for the prefix, so the right blank is near the middle.
  // A line with thousands of blanks is no file name.
  let tried = 0;
  for (let i = 0; i < rest.length && tried < 200; i++) {
    const c = rest.charAt(i);
    if (c !== ' ' && c !== '\t') continue;
    tried++;
    yield [rest.slice(0, i), rest.slice(i + 1)];
  }
}

/** The name on a `---`, `+++`, `rename` or `copy` line, prefix and all. */
function nameOn(text: string, endsAtTab: boolean): string {
  const quoted = unquote(text);
  if (quoted !== null) return quoted.name;
  const tab = endsAtTab ? text.indexOf('\t') : -1;
  return tab < 0 ? text : text.slice(0, tab);
}

interface Names {
  old: string | null;
  new: string | null;
  created: boolean;
  deleted: boolean;
}

/** Checks a `---` or `+++` line of a git header against what is known of that side, or takes the name from it. */
function sideName(
  text: string,
  known: string | null,
  absent: boolean,
  prefixed: boolean | null,
): { readonly name: string | null } | string {
  if (absent || known === null) {
    if (absent) {
      if (known !== null) return `/dev/null is expected here, not "${known}"`;
      return isDevNull(text) ? { name: null } : '/dev/null is expected here';
    }
    const raw = nameOn(text, true);
    return { name: prefixed === false ? raw : (stripOne(raw) ?? raw) };
  }
  const raw = nameOn(text, true);
  const matches =
    (prefixed !== false && stripOne(raw) === known) || (prefixed !== true && raw === known);
  return matches ? { name: known } : `the name differs from "${known}" in the lines above`;
}

export function parseGitHeader(lines: readonly PatchLine[], start: number): HeaderOutcome {
  const first = withoutNewline(lines[start]?.text ?? '');
  const byDefault = defaultName(first.slice('diff --git '.length));
  const names: Names = { old: null, new: null, created: false, deleted: false };
  let renamed = false;
  let copied = false;
  let oldMode: string | null = null;
  let newMode: string | null = null;
  let oldBlob: string | null = null;
  let newBlob: string | null = null;
  let similarity: number | null = null;
  const prefixed = byDefault === null ? null : byDefault.prefixed;
  let index = start + 1;
  const fault = (message: string): HeaderFault => ({
    fault: message,
    index,
    length: index - start,
  });
  const mode = (text: string): string | null => /^([0-7]{1,6})\s*$/.exec(text)?.[1] ?? null;

  header: for (; index < lines.length; index++) {
    const raw = lines[index]?.text ?? '';
    if (!raw.endsWith('\n')) break;
    const text = raw.slice(0, -1);
    const after = (prefix: string): string | null =>
      text.startsWith(prefix) ? text.slice(prefix.length) : null;
    let rest: string | null;
    if (text.startsWith('@@ -')) break;
    if ((rest = after('--- ')) !== null) {
      const side = sideName(rest, names.old, names.created, prefixed);
      if (typeof side === 'string') return fault(side);
      names.old = side.name;
    } else if ((rest = after('+++ ')) !== null) {
      const side = sideName(rest, names.new, names.deleted, prefixed);
      if (typeof side === 'string') return fault(side);
      names.new = side.name;
    } else if ((rest = after('old mode ') ?? after('deleted file mode ')) !== null) {
      oldMode = mode(rest);
      if (oldMode === null) return fault(`"${rest}" is no file mode`);
      if (text.startsWith('deleted')) {
        names.deleted = true;
        names.old = byDefault?.name ?? null;
      }
    } else if ((rest = after('new mode ') ?? after('new file mode ')) !== null) {
      newMode = mode(rest);
      if (newMode === null) return fault(`"${rest}" is no file mode`);
      if (text.startsWith('new file')) {
        names.created = true;
        names.new = byDefault?.name ?? null;
      }
    } else if ((rest = after('copy from ')) !== null) {
      copied = true;
      names.old = nameOn(rest, false);
    } else if ((rest = after('copy to ')) !== null) {
      copied = true;
      names.new = nameOn(rest, false);
    } else if ((rest = after('rename from ') ?? after('rename old ')) !== null) {
      renamed = true;
      names.old = nameOn(rest, false);
    } else if ((rest = after('rename to ') ?? after('rename new ')) !== null) {
      renamed = true;
      names.new = nameOn(rest, false);
    } else if ((rest = after('similarity index ') ?? after('dissimilarity index ')) !== null) {
      const percent = Number.parseInt(rest, 10);
      if (text.startsWith('similarity') && percent >= 0 && percent <= 100) similarity = percent;
    } else if ((rest = after('index ')) !== null) {
      const ids = /^([0-9a-f]{1,64})\.\.([0-9a-f]{1,64})(?: ([0-7]{1,6}))?\s*$/.exec(rest);
      if (ids) {
        oldBlob = ids[1] ?? null;
        newBlob = ids[2] ?? null;
        if (ids[3] !== undefined) oldMode = ids[3];
      }
    } else {
      break header;
    }
  }

  if (names.created && names.deleted) return fault('a file cannot be both created and deleted');
  if ((renamed || copied) && (names.created || names.deleted))
    return fault('a file cannot be renamed or copied and created or deleted at once');
  let oldName = names.old;
  let newName = names.new;
  if (oldName === null && newName === null) {
    if (byDefault === null)
      return { fault: 'the header names no file', index: start, length: index - start };
    oldName = byDefault.name;
    newName = byDefault.name;
    if (names.created) oldName = null;
    if (names.deleted) newName = null;
  }
  if ((newName === null && !names.deleted) || (oldName === null && !names.created))
    return {
      fault: 'the header names only one side of the file',
      index: start,
      length: index - start,
    };
  if (oldName !== null && newName !== null && oldName !== newName && !renamed && !copied) {
    return {
      fault: `the header names two files, "${oldName}" and "${newName}", and neither renames nor copies`,
      index: start,
      length: index - start,
    };
  }
  return {
    git: true,
    oldName,
    newName,
    created: names.created,
    deleted: names.deleted,
    renamed,
    copied,
    oldMode,
    newMode: newMode ?? oldMode,
    oldBlob: isZeroId(oldBlob) ? null : oldBlob,
    newBlob: isZeroId(newBlob) ? null : newBlob,
    similarity,
    length: index - start,
  };
}

function isZeroId(id: string | null): boolean {
  return id !== null && /^0+$/.test(id);
}

const DATE = /[ \t]{1,9}(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: [-+]\d\d:?\d\d)?)[ \t]*$/;

function traditionalName(text: string): string {
  const quoted = unquote(text);
  if (quoted !== null) return quoted.name;
  const date = DATE.exec(text);
  const name = date === null ? nameOn(text, true) : text.slice(0, date.index);
  return name;
}

/** diff(1) writes the epoch as the date of a file that is not there. */
function isEpoch(text: string): boolean {
  const date = DATE.exec(text)?.[1];
  if (date === undefined || !/[-+]\d\d:?\d\d$/.test(date)) return false;
  const [day, time, zone] = date.split(' ');
  return Date.parse(`${day}T${time}${(zone ?? '').replace(/^([-+]\d\d)(\d\d)$/, '$1:$2')}`) === 0;
}

export function parseTraditionalHeader(lines: readonly PatchLine[], start: number): HeaderOutcome {
  const oldText = withoutNewline(lines[start]?.text ?? '').slice(4);
  const newText = withoutNewline(lines[start + 1]?.text ?? '').slice(4);
  const created = isDevNull(oldText) || (!isDevNull(newText) && isEpoch(oldText));
  const deleted = !created && (isDevNull(newText) || isEpoch(newText));
  const oldRaw = isDevNull(oldText) ? null : traditionalName(oldText);
  const newRaw = isDevNull(newText) ? null : traditionalName(newText);
  const strip =
    oldRaw !== null && newRaw !== null
      ? oldRaw !== newRaw && oldRaw.includes('/')
      : (newRaw ?? oldRaw ?? '').includes('/');
  const cut = (name: string | null): string | null =>
    name === null ? null : strip ? stripOne(name) : name;
  const oldName = cut(oldRaw);
  const newName = cut(newRaw);
  // Of `file` and `file.orig` the shorter is meant.
  const common =
    oldName !== null && newName !== null && newName.startsWith(oldName)
      ? oldName
      : (newName ?? oldName);
  if (common === null || common === '')
    return { fault: 'the lines --- and +++ name no file', index: start, length: 2 };
  return {
    git: false,
    oldName: created ? null : common,
    newName: deleted ? null : common,
    created,
    deleted,
    renamed: false,
    copied: false,
    oldMode: null,
    newMode: null,
    oldBlob: null,
    newBlob: null,
    similarity: null,
    length: 2,
  };
}
