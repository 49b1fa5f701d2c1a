/**
 * The kernel's own library as an archive: asked for a name, it gives the unit of lib/ that defines it (or of fs/, where the
 * hashing of names is). Which file that is is not written down anywhere: of the files that the Makefiles there build, those are opened in which the name stands where a
 * definition begins (in the first column, in front of a parenthesis, bracket or initialiser), the ones that export it first;
 * the first that really defines it with external linkage is taken.
 */
import type { Diagnostic } from '../base/diagnostic.js';
import type { Result } from '../base/result.js';
import type { TypedUnit } from '../c/typed.js';
import type { ReadText } from '../pack-api/pack.js';
import { makefileSources } from './makefile-objects.js';

/** Searched in this order; a tree that lacks one has less to offer. */
const FOLDERS = ['lib', 'fs'];

export type OpenUnit = (path: string) => Result<TypedUnit, Diagnostic>;

export interface Library {
  readonly unitFor: (name: string) => TypedUnit | null;
  /** Why files that seemed to define a name could not be read, as far as they were opened. */
  readonly problems: readonly Diagnostic[];
}

export function kernelLibrary(read: ReadText, open: OpenUnit): Library {
  const problems: Diagnostic[] = [];
  let index: ReadonlyMap<string, readonly string[]> | null = null;
  const opened = new Map<string, TypedUnit | null>();
  const unitAt = (path: string): TypedUnit | null => {
    let unit = opened.get(path);
    if (unit === undefined) {
      const made = open(path);
      if (!made.ok) problems.push(made.error);
      unit = made.ok ? made.value : null;
      opened.set(path, unit);
    }
    return unit;
  };
  const unitFor = (name: string): TypedUnit | null => {
    index ??= indexDefinitions(read);
    for (const path of index.get(name) ?? []) {
      const unit = unitAt(path);
      if (unit !== null && definesExternally(unit, name)) return unit;
    }
    return null;
  };
  return { unitFor, problems };
}

function definesExternally(unit: TypedUnit, name: string): boolean {
  if (unit.defines(name)) {
    const checked = unit.function(name);
    // What is not understood is told where it is used.
    return !checked.ok || checked.value.ref.linkage === 'external';
  }
  if (!unit.definesGlobal(name)) return false;
  const checked = unit.global(name);
  return checked.ok && checked.value.defined && checked.value.linkage === 'external';
}

/** Name → files that may define it. */
function indexDefinitions(read: ReadText): ReadonlyMap<string, readonly string[]> {
  const exporting = new Map<string, string[]>();
  const naming = new Map<string, string[]>();
  const add = (to: Map<string, string[]>, name: string, path: string): void => {
    const known = to.get(name);
    if (known === undefined) to.set(name, [path]);
    else if (known[known.length - 1] !== path) known.push(path);
  };
  for (const path of FOLDERS.flatMap((folder) => makefileSources(read, folder))) {
    const text = read(path);
    if (text === null) continue;
    for (const [line] of text.matchAll(/^[A-Za-z_].*$/gm)) {
      const exported = /^EXPORT_SYMBOL\w*\s*\(\s*(\w+)/.exec(line)?.[1];
      if (exported !== undefined) add(exporting, exported, path);
      else if (!/^(?:static|typedef|extern)\b/.test(line)) {
        for (const match of line.matchAll(/\b([A-Za-z_]\w*)\s*[([=;]/g))
          add(naming, match[1] ?? '', path);
      }
    }
  }
  const all = new Map<string, readonly string[]>();
  for (const [name, paths] of naming) {
    const first = (exporting.get(name) ?? []).filter((path) => paths.includes(path));
    all.set(name, [...first, ...paths.filter((path) => !first.includes(path))]);
  }
  return all;
}
