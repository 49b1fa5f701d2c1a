/** What a candidate changed, in the words of the report: functions by kind of change, and what no pack can check. */
import type { ChangedFile } from '../patch/application.js';
import type { NotCheckedReport } from '../report/report.js';
import { changedFunctions, type ChangedFunction } from '../pair/changes.js';
import { linesNeverBuilt, type SkippedGroup } from '../c/preprocess/skipped-groups.js';
import type { AnyPack } from '../engine.js';
import type { ReadText } from '../pack-api/pack.js';
import type { OpenVersion } from './build-version.js';
import { changedTexts, type ChangedText } from './changed-texts.js';
import { changedDefinitions, hiddenChanges, type HiddenChange } from './hidden-changes.js';
import { outsideUsers } from './outside-users.js';

export interface Changes {
  readonly functions: readonly ChangedFunction[];
  /** Added lines as `path:line` of the new files. */
  readonly added: ReadonlySet<string>;
  /** Removed lines as `path:line` of the old files. */
  readonly removed: ReadonlySet<string>;
  /** What something of the pack stands in front of. */
  readonly hidden: readonly HiddenChange[];
  readonly notChecked: readonly NotCheckedReport[];
  /** Files of C or headers that the units of the pack read. */
  readonly coveredFiles: readonly string[];
}

export function describeChanges(
  pack: AnyPack,
  assets: ReadText,
  before: OpenVersion,
  after: OpenVersion,
  changed: readonly ChangedFile[],
): Changes {
  const added = new Set<string>();
  const removed = new Set<string>();
  for (const file of changed) {
    for (const line of file.added) added.add(`${file.newPath ?? ''}:${line}`);
    for (const line of file.removed) removed.add(`${file.oldPath ?? ''}:${line}`);
  }
  const functions = changedFunctions(before.declarations, after.declarations, touchedBy(changed));
  const read = new Set<string>();
  for (const version of [before, after])
    for (const unit of version.units)
      for (const file of unit.preprocessed.files) read.add(file.path);
  const notChecked: NotCheckedReport[] = [];
  const coveredFiles: string[] = [];
  const texts = changedTexts(before.tree, after.tree, changed);
  for (const file of changed) {
    const path = file.newPath ?? file.oldPath ?? '';
    const reason = whyNotCovered(path, read);
    if (reason === null) coveredFiles.push(path);
    else notChecked.push(...uncovered(after.id, path, reason, texts));
  }
  notChecked.push(...notBuilt(after.id, before, removed, 'removed '));
  notChecked.push(...notBuilt(after.id, after, added, ''));
  notChecked.push(
    ...outsideUsers({
      candidate: after.id,
      tree: after.tree,
      changed: texts.filter(({ path }) => read.has(path)),
      functions,
      neighbours: pack.neighbours,
      covered: pack.files,
      entryPoints: new Set(pack.entryPoints.map(({ name }) => name)),
    }),
  );
  const hidden = hiddenChanges(texts, pack.hidden(assets), pack.modelled);
  return { functions, added, removed, hidden, notChecked, coveredFiles };
}

/** What changed in a file that no unit reads, by name where it can be told. */
function uncovered(
  candidate: string,
  file: string,
  reason: string,
  texts: readonly ChangedText[],
): NotCheckedReport[] {
  const own = texts.find(({ path }) => path === file);
  const names = own === undefined ? [] : changedDefinitions(own).map(({ name }) => name);
  if (names.length === 0) names.push('');
  return names.map((name) => ({ candidate, file, function: name, reason }));
}

function whyNotCovered(path: string, read: ReadonlySet<string>): string | null {
  if (read.has(path)) return null;
  return /\.[ch]$/.test(path) ? 'no pack covers this file' : 'no C changed';
}

/** Changed lines in groups that the configuration compiles out, named with the option that hides them. */
function notBuilt(
  candidate: string,
  version: OpenVersion,
  changed: ReadonlySet<string>,
  side: 'removed ' | '',
): NotCheckedReport[] {
  const reports = new Map<string, NotCheckedReport>();
  const runs = version.units.map((unit) => unit.preprocessed);
  const paths = new Set([...changed].map((line) => line.slice(0, line.lastIndexOf(':'))));
  for (const path of paths) {
    const lines = new Map<SkippedGroup, number[]>();
    for (const [line, group] of linesNeverBuilt(runs, path)) {
      if (!changed.has(`${path}:${line}`)) continue;
      const known = lines.get(group);
      if (known) known.push(line);
      else lines.set(group, [line]);
    }
    for (const [group, hidden] of lines) {
      const by = group.options.length > 0 ? group.options.join(', ') : group.conditions.join(' ');
      const reason = `${side}line ${hidden.join(', ')} not built in this configuration (${by})`;
      reports.set(`${path} ${reason}`, { candidate, file: path, function: '', reason });
    }
  }
  return [...reports.values()];
}

function touchedBy(changed: readonly ChangedFile[]) {
  const sides = {
    old: new Map<string, readonly number[]>(),
    new: new Map<string, readonly number[]>(),
  };
  for (const file of changed) {
    if (file.oldPath !== null) sides.old.set(file.oldPath, file.removed);
    if (file.newPath !== null) sides.new.set(file.newPath, file.added);
  }
  return (path: string, first: number, last: number, side: 'old' | 'new'): boolean =>
    (sides[side].get(path) ?? []).some((line) => line >= first && line <= last);
}
