/**
 * One whole state of the code, made ready to run: its units opened, planned by the pack, and compiled. What a version cannot
 * offer (an entry point whose signature changed) is disabled by name; anything else that fails is the version's problem.
 */
import { diagnostic, type Diagnostic } from '../base/diagnostic.js';
import { err, ok, type Result } from '../base/result.js';
import type { CompileOptions, ModuleKind, Program } from '../exec/program.js';
import type { DisabledEntry, Pack, Plan, ReadText, UnitSource } from '../pack-api/pack.js';
import { namedDeclarations, type NamedDeclaration } from '../pair/declarations.js';
import type { Tree } from '../tree/tree.js';
import { threadStackBytes } from '../exec/threads.js';
import { compilePlain } from '../wasm/compile.js';
import type { TypedUnit } from '../c/typed.js';
import { HeaderMemo } from '../c/preprocess/header-memo.js';
import type { KernelConfiguration } from '../c/preprocess/kernel-config/kernel-options.js';
import { explained, sourceReader, withAdvice } from './source-text.js';
import { openUnit, probeUnit, readSource, type FrontEnd, type Unit } from './front-end.js';

/** A version before it is compiled: enough to say what changed. */
export interface OpenVersion {
  readonly id: string;
  readonly tree: Tree;
  /** Texts of the tree, each read once. */
  readonly read: ReadText;
  /** What was read of headers, for other versions of them. */
  readonly memo: HeaderMemo;
  readonly units: readonly Unit[];
  readonly plan: Plan;
  /** Declarations of all units by name; a definition wins over a declaration elsewhere. */
  readonly declarations: ReadonlyMap<string, NamedDeclaration>;
  readonly disabled: readonly DisabledEntry[];
  /** Entry points that can be called. */
  readonly entries: ReadonlySet<string>;
}

export function openVersion<Case, Trace>(
  pack: Pack<Case, Trace>,
  id: string,
  tree: Tree,
  configuration: KernelConfiguration,
  assets: ReadText,
  base: Base = null,
): Result<OpenVersion, Diagnostic> {
  // What the patch does not touch has been read for the base.
  const before = base === null ? null : { read: base.version.read, except: base.changed };
  const reader = sourceReader(tree, before);
  const opened = openAsPlanned(pack, id, tree, configuration, assets, base, reader.read);
  if (opened.ok) return opened;
  const problem = explained(opened.error, tree, reader);
  return err(base === null ? withAdvice(problem) : problem);
}

function openAsPlanned<Case, Trace>(
  pack: Pack<Case, Trace>,
  id: string,
  tree: Tree,
  configuration: KernelConfiguration,
  assets: ReadText,
  base: Base,
  read: ReadText,
): Result<OpenVersion, Diagnostic> {
  const memo = base?.version.memo ?? new HeaderMemo();
  const frontEnd: FrontEnd = { read, configuration, overrides: pack.overrides(assets), memo };
  const open = (source: UnitSource, defines: readonly string[]): Result<Unit, Diagnostic> =>
    unchangedUnit(base, source, defines) ??
    openUnit(frontEnd, source, defines, unitOf(base, source)?.typed);
  const probed = readSource(read, pack.probe);
  if (!probed.ok) return probed;
  const opened = open(probed.value, []);
  if (!opened.ok) return opened;
  const probe = probeUnit(opened.value);

  // A shim that does not check is left out, and everything is read once more without it.
  const broken = new Map<string, string>();
  for (;;) {
    const plan = pack.plan(probe, assets, read, new Set(broken.keys()));
    if (!plan.ok) return plan;
    const units: Unit[] = [];
    for (const source of plan.value.units) {
      const unit = open(source, plan.value.defines);
      if (!unit.ok) return unit;
      units.push(unit.value);
    }
    const found = brokenShims(units, plan.value).filter(([entry]) => !broken.has(entry));
    if (found.length > 0) {
      for (const [entry, problem] of found) broken.set(entry, reasonOf(problem));
      continue;
    }
    return ok({
      id,
      tree,
      read,
      memo,
      units,
      plan: plan.value,
      declarations: mergeDeclarations(units),
      disabled: [
        ...plan.value.disabled.filter(({ entry }) => !broken.has(entry)),
        ...[...broken].map(([entry, reason]) => ({ entry, reason })),
      ],
      entries: new Set(plan.value.shims.keys()),
    });
  }
}

type Base = { readonly version: OpenVersion; readonly changed: ReadonlySet<string> } | null;

function unitOf(base: Base, source: UnitSource): Unit | undefined {
  return base?.version.units.find((unit) => unit.source.path === source.path);
}

/**
 * A unit of the base that read none of the changed files, under the same macros, is the same unit: with all that was found
 * out about it so far. Files that the base looked for in vain and a patch adds are rare; any new file counts as a change of all.
 */
function unchangedUnit(
  base: Base,
  source: UnitSource,
  defines: readonly string[],
): Result<Unit, Diagnostic> | null {
  const known = unitOf(base, source);
  if (base === null || known === undefined || known.source.text !== source.text) return null;
  if (known.defines.join('\n') !== defines.join('\n')) return null;
  const read = new Set(known.preprocessed.files.map((file) => file.path));
  for (const path of base.changed)
    if (read.has(path) || base.version.tree.read(path) === null) return null;
  return ok(known);
}

function brokenShims(units: readonly Unit[], plan: Plan): [string, Diagnostic][] {
  return [...plan.shims].flatMap(([entry, shim]): [string, Diagnostic][] => {
    const problem = shimProblem(units, shim);
    return problem === null ? [] : [[entry, problem]];
  });
}

function reasonOf({ message, at }: Diagnostic): string {
  return at === null ? message : `${message} (${at.path}:${at.line}:${at.column})`;
}

/** A shim that does not check says that the function it calls is not the one it was written for. */
function shimProblem(units: readonly Unit[], shim: string): Diagnostic | null {
  const unit = units.find((each) => each.typed.defines(shim));
  if (!unit) return diagnostic('missing', `the pack defines no ${shim}`);
  const checked = unit.typed.function(shim);
  return checked.ok ? null : checked.error;
}

function mergeDeclarations(units: readonly Unit[]): Map<string, NamedDeclaration> {
  const merged = new Map<string, NamedDeclaration>();
  for (const unit of units) {
    for (const [name, declaration] of namedDeclarations(unit.index)) {
      const known = merged.get(name);
      if (known?.kind === 'function' || (known && declaration.kind !== 'function')) continue;
      merged.set(name, declaration);
    }
  }
  return merged;
}

export interface CompileRequest {
  readonly kind: ModuleKind;
  /** `path:line` of the lines whose execution is of interest. */
  readonly coverLines: ReadonlySet<string>;
  /** In place of the plan's. */
  readonly heapBytes?: number;
}

export function compileVersion(
  version: OpenVersion,
  request: CompileRequest,
): Result<Program, readonly Diagnostic[]> {
  return compilePlain(typedUnits(version), compileOptions(version, request));
}

/** For runs of several threads: null where the pack has none. */
export function compileThreads(
  version: OpenVersion,
  coverLines: ReadonlySet<string>,
): Result<Program, readonly Diagnostic[]> | null {
  const { threads } = version.plan;
  if (threads === null) return null;
  const options = compileOptions(version, { kind: 'suspendable', coverLines });
  return compilePlain(typedUnits(version), {
    ...options,
    exports: [...new Set([...options.exports, ...threads.calls])],
    exportedGlobals: [...options.exportedGlobals, threads.next],
    stackBytes: threadStackBytes(options.stackBytes, threads),
    givesWay: threads.givesWay,
  });
}

function typedUnits(version: OpenVersion): readonly TypedUnit[] {
  return version.units.map((unit) => unit.typed);
}

/** As a machine for a campaign is compiled. */
export function compileOptions({ plan }: OpenVersion, request: CompileRequest): CompileOptions {
  return {
    kind: request.kind,
    // A campaign runs few cases on the others: inlining would take longer than all that it saves.
    inline: request.kind === 'fast',
    exports: plan.exports,
    exportedGlobals: plan.exportedGlobals,
    cover:
      request.coverLines.size === 0
        ? null
        : (token) => request.coverLines.has(`${token.file.path}:${token.line}`),
    loopCounter: (loop) => plan.loopCounter(loop.stepCalls),
    scopes: plan.scopes,
    heapBytes: request.heapBytes ?? plan.heapBytes,
    stackBytes: plan.stackBytes,
    bounded: plan.bounded,
    fuel: plan.fuel,
  };
}
