/** A stored witness, run again: its diffs applied to a tree, both sides compiled, its one case executed on each. */
import { diagnostic, type Diagnostic } from './base/diagnostic.js';
import { err, ok, type Result } from './base/result.js';
import type { KernelConfiguration } from './c/preprocess/kernel-config/kernel-options.js';
import type { AnyPack } from './engine.js';
import { compareOn, sideOf, type Side } from './equivalence/find-witness.js';
import { ORIGINAL, REFERENCE } from './gen/campaign.js';
import type { Dimension, ReadText, RunMachine } from './pack-api/pack.js';
import { applyCandidate } from './patch/apply-candidate.js';
import { blobId } from './patch/blob-id.js';
import type { FileDiff } from './patch/file-diff.js';
import { parseDiff } from './patch/parse-diff.js';
import { patchText } from './patch/patch-text.js';
import type { Tree } from './tree/tree.js';
import { openVersion } from './version/build-version.js';
import { machineOf, threadMachineOf } from './version/machine-of.js';
import type { Witness, WitnessVersion } from './witness/witness.js';

/** Under which what a witness shows must not come about on the other side. */
const SCOPE = { most: 4000, pairs: false, entries: new Set<string>() };

export interface Replayed {
  /** The mismatch came back. */
  readonly reproduced: boolean;
  readonly what: string;
  readonly drawing: readonly string[];
  /** Both sides step by step; empty where it was not asked for. */
  readonly steps: readonly string[];
  /** Files of this tree that are not the ones the witness was found on. */
  readonly otherFiles: readonly string[];
}

export function replayWitness(
  witness: Witness,
  pack: AnyPack,
  tree: Tree,
  configuration: KernelConfiguration,
  assets: ReadText,
  trace = false,
): Result<Replayed, readonly Diagnostic[]> {
  if (witness.pack !== pack.name)
    return err([diagnostic('bad-input', `the witness is for the pack ${witness.pack}`)]);
  const input = pack.parse(witness.scenario, witness.schedule);
  if (!input.ok) return err([input.error]);
  if (!pack.entryPoints.some((entry) => entry.name === witness.entry))
    return err([diagnostic('bad-input', `there is no entry point ${witness.entry}`)]);

  /** Of modules that are compiled when a run turns out to need them. */
  const failures: Diagnostic[] = [];
  const sides: OpenSide[] = [];
  for (const version of [witness.against, witness.candidate]) {
    const threaded = pack.exploration?.threaded(input.value) === true;
    const opening = { witness, pack, tree, configuration, assets, threaded };
    const side = openSide(version, opening, failures);
    if (!side.ok) return side;
    sides.push(side.value);
  }
  const [left, right] = sides;
  if (left === undefined || right === undefined) throw new Error('two sides were opened');
  const [against, candidate] = [left.side, right.side];
  const campaign = { entry: witness.entry, dimension: witness.dimension as Dimension };
  const compared = compareOn(pack, input.value, campaign, against, candidate);
  const before = compared?.before ?? against.verify(input.value);
  const after = compared?.after ?? candidate.verify(input.value);
  if (failures.length > 0) return err(failures);
  const names = [witness.against.id, witness.candidate.id] as const;
  const tell = ({ machine }: OpenSide, shown: unknown): readonly string[] =>
    machine === null || shown === null || pack.steps === undefined
      ? ['steps of this side cannot be shown']
      : pack.steps.tell(machine, input.value, shown);
  return ok({
    steps: trace ? (pack.steps?.draw(tell(left, before), tell(right, after), names) ?? []) : [],
    reproduced: compared !== null,
    what: compared?.mismatch.what ?? 'both sides do the same',
    drawing: before === null || after === null ? [] : pack.draw(input.value, before, after, names),
    otherFiles: [...witness.blobs]
      .filter(([path, blob]) => {
        const bytes = tree.read(path);
        return bytes === null || blobId(bytes) !== blob;
      })
      .map(([path]) => path),
  });
}

interface Opening {
  readonly witness: Witness;
  readonly pack: AnyPack;
  readonly tree: Tree;
  readonly configuration: KernelConfiguration;
  readonly assets: ReadText;
  /** The case is one of several threads. */
  readonly threaded: boolean;
}

interface OpenSide {
  readonly side: Side<unknown, unknown>;
  /** null: the references, which have none. */
  readonly machine: RunMachine | null;
}

function openSide(
  side: WitnessVersion,
  { witness, pack, tree, configuration, assets, threaded }: Opening,
  failures: Diagnostic[],
): Result<OpenSide, readonly Diagnostic[]> {
  if (side.id === REFERENCE) {
    return ok({ side: sideOf(pack, REFERENCE, null, null, SCOPE), machine: null });
  }
  const patches: { files: readonly FileDiff[] }[] = [];
  for (const text of side.diffs) {
    const files = parseDiff(patchText(`the diff of ${side.id}`, text));
    if (!files.ok) return err([files.error]);
    patches.push({ files: files.value });
  }
  let patched = tree;
  if (patches.length > 0) {
    const applied = applyCandidate(tree, { patches, problems: [] });
    if (applied.kind === 'failed') return err(applied.diagnostics);
    patched = applied.tree;
  } else if (side.id !== ORIGINAL) {
    return err([diagnostic('bad-input', `the witness holds no diff of ${side.id}`)]);
  }
  const version = openVersion(pack, side.id, patched, configuration, assets);
  if (!version.ok) return err([version.error]);
  if (!version.value.entries.has(witness.entry)) {
    const reason = version.value.disabled.find(({ entry }) => entry === witness.entry)?.reason;
    return err([
      diagnostic('bad-input', `${witness.entry} cannot be called in ${side.id}: ${reason ?? '?'}`),
    ]);
  }
  const opened = version.value;
  const scope = { ...SCOPE, entries: opened.entries };
  if (threaded) {
    const made = threadMachineOf(opened);
    if (made === null)
      return err([diagnostic('bad-input', `nothing runs beside another call in ${pack.name}`)]);
    if (!made.ok) return made;
    return ok({ side: sideOf(pack, side.id, made.value, null, scope), machine: made.value });
  }
  const machine = machineOf(opened, witness.strict ? 'tracking' : 'fast');
  if (!machine.ok) return machine;
  const inspecting = (): RunMachine | null => {
    const made = machineOf(opened, 'inspectable');
    if (made.ok) return made.value;
    failures.push(...made.error);
    return null;
  };
  return ok({
    side: sideOf(pack, side.id, machine.value, inspecting, scope),
    machine: machine.value,
  });
}
