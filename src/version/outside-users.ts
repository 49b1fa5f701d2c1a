/**
 * Code outside the pack that a change reaches: functions of the neighbouring directories that use a function, macro or type
 * which a candidate changed. They are not executed, so they are named. An entry point of the pack is no such way out: what its
 * callers see of it is what the checks compare.
 */
import type { ChangedFunction } from '../pair/changes.js';
import { rawDefinitions, type RawDefinition } from '../pair/raw-definitions.js';
import type { NotCheckedReport } from '../report/report.js';
import { utf8Text } from '../tree/text.js';
import type { Tree } from '../tree/tree.js';
import type { ChangedText } from './changed-texts.js';
import { changedDefinitions } from './hidden-changes.js';

export interface OutsideRequest {
  readonly candidate: string;
  /** The tree with the candidate applied. */
  readonly tree: Tree;
  readonly changed: readonly ChangedText[];
  readonly functions: readonly ChangedFunction[];
  /** Directories to look in. */
  readonly neighbours: readonly string[];
  /** Files that the pack's units are made of. */
  readonly covered: readonly string[];
  /** Names whose callers see no more of them than what is compared. */
  readonly entryPoints: ReadonlySet<string>;
}

interface OutsideFile {
  readonly path: string;
  readonly definitions: readonly RawDefinition[];
}

export function outsideUsers(request: OutsideRequest): NotCheckedReport[] {
  const names = changedNames(request);
  if (names.size === 0) return [];
  const files = outsideFiles(request);
  spreadThroughHeaders(names, files);
  const reports: NotCheckedReport[] = [];
  for (const { path, definitions } of files) {
    for (const { kind, name, mentions } of definitions) {
      if (kind !== 'function') continue;
      const used = [...names].filter(([each]) => uses(mentions, name, each));
      if (used.length === 0) continue;
      const origins = [...new Set(used.map(([, origin]) => origin))].sort();
      const { candidate } = request;
      const reason = `outside the pack, and uses ${origins.join(', ')}, which changed`;
      reports.push({ candidate, file: path, function: name, reason });
    }
  }
  const far = request.changed
    .map(({ path }) => path)
    .filter((path) => path.endsWith('.h') && !isNear(path, request.neighbours));
  for (const path of far)
    reports.push({
      candidate: request.candidate,
      file: path,
      function: '',
      reason: `who uses it outside of ${request.neighbours.join(', ')} is not looked at`,
    });
  return reports;
}

/** What changed and can be used from elsewhere, each with the name that the patch changed. */
function changedNames({ changed, functions, entryPoints }: OutsideRequest): Map<string, string> {
  const names = new Map<string, string>();
  for (const each of changed) {
    const isHeader = each.path.endsWith('.h');
    for (const { kind, name, text } of changedDefinitions(each)) {
      // The guard of a header and a function of the file's own are nobody else's.
      if (!isHeader && (kind !== 'function' || /^(?:static|[^(]* static) /.test(text))) continue;
      if (!entryPoints.has(name)) names.set(name, name);
    }
  }
  for (const { name, file, change } of functions)
    if (change === 'affected' && file.endsWith('.h') && !entryPoints.has(name))
      names.set(name, name);
  return names;
}

function outsideFiles({ tree, neighbours, covered }: OutsideRequest): OutsideFile[] {
  const files: OutsideFile[] = [];
  for (const path of neighbours.flatMap((directory) => tree.list?.(directory) ?? [])) {
    if (!/\.[ch]$/.test(path) || covered.includes(path)) continue;
    const bytes = tree.read(path);
    if (bytes !== null) files.push({ path, definitions: rawDefinitions(utf8Text(bytes)) });
  }
  return files;
}

/** A macro or inline function of an outer header that uses a changed name hands the change on. */
function spreadThroughHeaders(names: Map<string, string>, files: readonly OutsideFile[]): void {
  const inner = files.filter(({ path }) => path.endsWith('.h')).flatMap((file) => file.definitions);
  for (let before = -1; before !== names.size;) {
    before = names.size;
    for (const { kind, name, mentions } of inner) {
      if (names.has(name) || kind === 'type' || name.includes('(')) continue;
      const used = [...names].find(([each]) => uses(mentions, name, each));
      if (used !== undefined) names.set(name, used[1]);
    }
  }
}

function uses(mentions: ReadonlySet<string>, own: string, name: string): boolean {
  return own !== name && mentions.has(name.slice(name.lastIndexOf(' ') + 1));
}

function isNear(path: string, neighbours: readonly string[]): boolean {
  return neighbours.some((directory) => path.startsWith(`${directory}/`));
}
