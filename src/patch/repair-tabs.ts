/**
 * A diff whose tabs have become blanks on the way, as it happens in replies: by a mail program that writes 8, 4 or 1 blanks
 * for a tab, or by copying from a terminal, where the sign in front takes part in the tab stops. The tree tells which: the
 * old lines of each hunk must, with that one loss, stand at exactly one place. Old lines are then taken from the tree; in
 * new lines, indentation gets its tabs back, and a line that the file has elsewhere is taken as it stands there.
 * Known gap: blanks inside a new line stay blanks.
 */
import type { FileDiff, Hunk, HunkLine } from './file-diff.js';
import type { Image } from './apply-file.js';
import { anchorsOf, oldLinesOf, wantedIndex } from './locate-hunk.js';

export interface TabRepair {
  readonly diff: FileDiff;
  /** Lines that were changed back. */
  readonly lines: number;
}

interface Loss {
  /** What becomes of a line of the tree. */
  readonly flatten: (text: string) => string;
  /** Blanks at the beginning of a line → the indentation that it had. */
  readonly indent: (blanks: number) => string;
}

const expanded = (startColumn: number): Loss => ({
  flatten: (text) => {
    let out = '';
    for (const c of text) {
      if (c === '\t') out += ' '.repeat(8 - ((out.length + startColumn) % 8));
      else out += c;
    }
    return out;
  },
  indent: (blanks) => {
    const tabs = Math.floor((blanks + startColumn) / 8);
    return '\t'.repeat(tabs) + ' '.repeat(tabs > 0 ? blanks + startColumn - tabs * 8 : blanks);
  },
});

const replaced = (width: number): Loss => ({
  flatten: (text) => text.replaceAll('\t', ' '.repeat(width)),
  indent: (blanks) => '\t'.repeat(Math.floor(blanks / width)) + ' '.repeat(blanks % width),
});

/** Eight blanks a tab and tab stops at eight agree on indentation; the latter is looked for first. */
const LOSSES: readonly Loss[] = [expanded(0), expanded(1), replaced(8), replaced(4), replaced(1)];

/** Replies hold small diffs of source files. */
const MAX_HUNKS = 500;
const MAX_LINES = 100_000;
const MAX_LENGTH = 8 * 1024 * 1024;

export function repairTabs(diff: FileDiff, image: Image): TabRepair | null {
  const length = image.reduce((sum, line) => sum + line.text.length, 0);
  if (diff.hunks.length > MAX_HUNKS || image.length > MAX_LINES || length > MAX_LENGTH) return null;
  const found = new Map<string, TabRepair>();
  for (const loss of LOSSES) {
    const repair = repairWith(diff, image, loss);
    if (repair !== null) found.set(JSON.stringify(repair.diff.hunks.map(textOf)), repair);
  }
  // Two losses that lead to two texts: it cannot be told.
  const [only] = found.values();
  return found.size === 1 ? (only ?? null) : null;
}

function textOf(hunk: Hunk): readonly string[] {
  return hunk.lines.map((line) => line.text);
}

/** A text as it would look after each of the losses, and a damaged text made comparable. */
export const flattenings: readonly ((text: string) => string)[] = LOSSES.map(
  (loss) => loss.flatten,
);

/** No-break blanks come from the same programs. */
export function plain(text: string): string {
  return text.replace(/\xc2\xa0|\xa0/g, ' ');
}

function repairWith(diff: FileDiff, image: Image, loss: Loss): TabRepair | null {
  const flat = image.map((line) => loss.flatten(line.text));
  const originals = new Map<string, string | null>();
  image.forEach((line, i) => {
    const key = flat[i] ?? '';
    const known = originals.get(key);
    originals.set(key, known === undefined || known === line.text ? line.text : null);
  });
  let lines = 0;
  const hunks: Hunk[] = [];
  let growth = 0;
  for (const hunk of diff.hunks) {
    const wanted = oldLinesOf(hunk).map(plain);
    const index = onlyPlace(flat, wanted, hunk, growth);
    if (index === null) return null;
    growth += hunk.newCount - hunk.oldCount;
    let old = index;
    const repaired = hunk.lines.map((line): HunkLine => {
      const text =
        line.kind === 'added' ? newText(plain(line.text), loss, originals) : image[old++]?.text;
      if (text === undefined || text === line.text) return line;
      lines++;
      return { ...line, text };
    });
    hunks.push({ ...hunk, lines: repaired });
  }
  return lines === 0 ? null : { diff: { ...diff, hunks }, lines };
}

/** The named line when the text stands there, else the only place where it stands. */
function onlyPlace(
  flat: readonly string[],
  wanted: readonly string[],
  hunk: Hunk,
  growth: number,
): number | null {
  const anchors = anchorsOf(hunk);
  const fits = (index: number): boolean =>
    index >= 0 &&
    index + wanted.length <= flat.length &&
    (!anchors.beginning || index === 0) &&
    (!anchors.end || index + wanted.length === flat.length) &&
    wanted.every((text, i) => flat[index + i] === text);
  const named = wantedIndex(hunk) - growth;
  if (fits(named)) return named;
  const first = wanted[0];
  if (first === undefined) return null;
  let only: number | null = null;
  for (let i = flat.indexOf(first); i >= 0; i = flat.indexOf(first, i + 1)) {
    if (!fits(i)) continue;
    if (only !== null) return null;
    only = i;
  }
  return only;
}

function newText(text: string, loss: Loss, originals: ReadonlyMap<string, string | null>): string {
  const known = originals.get(text);
  if (known !== undefined && known !== null) return known;
  const blanks = /^ */.exec(text)?.[0].length ?? 0;
  return loss.indent(blanks) + text.slice(blanks);
}
