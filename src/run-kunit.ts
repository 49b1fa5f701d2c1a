/**
 * The pipeline of `patchcheck kunit`: a test file of the tree, run; with a thread, run on the tree before and after each of its
 * candidates.
 */
import { diagnostic, type Diagnostic } from './base/diagnostic.js';
import { err, ok, type Result } from './base/result.js';
import type { KernelConfiguration } from './c/preprocess/kernel-config/kernel-options.js';
import type { ModuleKind } from './exec/program.js';
import { buildSuite } from './kunit/build-suite.js';
import { KernelUnits } from './kunit/kernel-units.js';
import { compareRuns, type Change } from './kunit/compare-runs.js';
import type { TestRun } from './kunit/results.js';
import { SuiteRunner } from './kunit/run-suite.js';
import { AS_IT_IS, chosenCandidates, readThread } from './mail/read-thread.js';
import type { ReadText } from './pack-api/pack.js';
import { utf8Text } from './tree/text.js';
import type { Tree } from './tree/tree.js';
import { applyAll } from './version/apply-all.js';

export interface KunitRequest {
  readonly path: string;
  readonly tree: Tree;
  readonly configuration: KernelConfiguration;
  readonly assets: ReadText;
  readonly kind: ModuleKind;
  /** Rounds of loops in one step of a case. */
  readonly fuel: bigint;
}

export async function runTest(
  request: KunitRequest,
  units: KernelUnits = unitsOf(request),
): Promise<Result<TestRun, readonly Diagnostic[]>> {
  const { path, kind } = request;
  const built = await buildSuite(path, units, kind);
  if (!built.ok) return built;
  const runner = new SuiteRunner(built.value.program, request.fuel);
  const suites = runner.suites();
  const name = path.replace(/^.*\//, '').replace(/\.c$/, '');
  return ok({ path, suites, module: runner.module(name), files: built.value.files });
}

function unitsOf(
  { tree, configuration, assets }: KunitRequest,
  earlier: KernelUnits | null = null,
): KernelUnits {
  const read: ReadText = (path) => {
    const bytes = tree.read(path);
    return bytes === null ? null : utf8Text(bytes);
  };
  return new KernelUnits(read, configuration, assets, earlier);
}

export interface PatchedRun {
  readonly candidate: string;
  readonly result: Result<
    { readonly run: TestRun; readonly changes: readonly Change[] },
    readonly Diagnostic[]
  >;
}

export interface PatchedRuns {
  /** null: the tree has no such test, the patch brings it. */
  readonly before: TestRun | null;
  readonly after: readonly PatchedRun[];
}

/** The test before, then after each candidate of the thread. */
export async function runPatched(
  request: KunitRequest,
  input: { readonly path: string; readonly bytes: Uint8Array },
  wanted: readonly string[],
): Promise<Result<PatchedRuns, readonly Diagnostic[]>> {
  const read = readThread([{ kind: 'file', file: input }], request.tree, AS_IT_IS);
  if (read.candidates.length === 0) {
    return err(
      read.diagnostics.length > 0
        ? read.diagnostics
        : [diagnostic('bad-input', `there is no patch in ${input.path}`)],
    );
  }
  const taken = chosenCandidates(read.candidates, wanted, null);
  if (!taken.ok) return err([taken.error]);
  const applied = applyAll(request.tree, read.candidates, taken.value);

  // A patch may bring the test with it.
  const isNew = request.tree.read(request.path) === null;
  const units = unitsOf(request);
  const before = isNew ? null : await runTest(request, units);
  if (before !== null && !before.ok) return before;
  const after: PatchedRun[] = [];
  for (const { candidate, application } of applied) {
    const id = candidate.id;
    if (application.kind === 'failed') {
      after.push({ candidate: id, result: err(application.diagnostics) });
      continue;
    }
    const patched = { ...request, tree: application.tree };
    const run = await runTest(patched, unitsOf(patched, units));
    if (!run.ok) after.push({ candidate: id, result: run });
    else {
      const old = before?.value ?? { ...run.value, suites: [], module: null };
      const changes = compareRuns(old, run.value);
      after.push({ candidate: id, result: ok({ run: run.value, changes }) });
    }
  }
  return ok({ before: before?.value ?? null, after });
}
