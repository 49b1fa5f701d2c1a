/** Every function of the files that a pack covers, and what can be done with it in this tree. */
import type { Diagnostic } from '../base/diagnostic.js';
import { ok, type Result } from '../base/result.js';
import type { KernelConfiguration } from '../c/preprocess/kernel-config/kernel-options.js';
import type { AnyPack } from '../engine.js';
import { ORIGINAL } from '../gen/campaign.js';
import type { ReadText } from '../pack-api/pack.js';
import { namedDeclarations } from '../pair/declarations.js';
import { Reach } from '../pair/reach.js';
import type { Tree } from '../tree/tree.js';
import { openVersion, type OpenVersion } from './build-version.js';

export interface ListedFunction {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly reference: string | null;
  /** `not reached`: understood, but no entry point of the pack comes to it. */
  readonly state: 'executed' | 'modelled' | 'not understood' | 'not reached';
  readonly reason: string | null;
}

export function listFunctions(
  pack: AnyPack,
  tree: Tree,
  configuration: KernelConfiguration,
  assets: ReadText,
): Result<readonly ListedFunction[], Diagnostic> {
  const version = openVersion(pack, ORIGINAL, tree, configuration, assets);
  return version.ok ? ok(listedFunctions(pack, version.value)) : version;
}

export function listedFunctions(pack: AnyPack, version: OpenVersion): readonly ListedFunction[] {
  const called = pack.entryPoints.filter(({ name }) => version.entries.has(name));
  const reached = new Reach([version.declarations]).from(called.flatMap(({ calls }) => calls));
  const listed = new Map<string, ListedFunction>();
  for (const unit of version.units) {
    for (const declaration of namedDeclarations(unit.index).values()) {
      const { kind, name, file, line } = declaration;
      if (kind !== 'function' || !pack.files.includes(file) || listed.has(name)) continue;
      listed.set(name, {
        name,
        file,
        line,
        reference: pack.references.get(name) ?? null,
        ...stateOf(pack, version, name, reached),
      });
    }
  }
  const order = (each: ListedFunction): number => pack.files.indexOf(each.file);
  return [...listed.values()].sort((a, b) => order(a) - order(b) || a.line - b.line);
}

function stateOf(
  pack: AnyPack,
  version: OpenVersion,
  name: string,
  reached: ReadonlySet<string>,
): Pick<ListedFunction, 'state' | 'reason'> {
  const model = pack.modelled.get(name);
  if (model !== undefined) return { state: 'modelled', reason: model };
  const unit = version.units.find((each) => each.typed.defines(name));
  const checked = unit?.typed.function(name);
  if (checked === undefined) return { state: 'not understood', reason: 'it has no body' };
  if (!checked.ok) {
    const { message, at } = checked.error;
    const place = at === null ? '' : ` (${at.path}:${at.line}:${at.column})`;
    return { state: 'not understood', reason: `${message}${place}` };
  }
  if (!reached.has(name)) return { state: 'not reached', reason: 'no entry point comes to it' };
  return { state: 'executed', reason: null };
}
