/** The search for what no case executes: how many rare places it comes to, beside as many runs of cases drawn at random. */
import { afterAll, describe, expect, it } from 'vitest';
import { assetsOf, defaultPack } from '../../cli/packs.js';
import { chooseTree } from '../../cli/trees.js';
import { Machine, programImage } from '../../src/exec/machine.js';
import { runMachine } from '../../src/exec/run-machine.js';
import { steer, type Target, type WatchedVersion } from '../../src/gen/steer.js';
import { overlayTree } from '../../src/tree/overlay-tree.js';
import { utf8Text } from '../../src/tree/text.js';
import { compileVersion, openVersion } from '../../src/version/build-version.js';
import { constantsOn } from '../../src/version/constants-on.js';
import { RARE_PLACES, type RarePlace } from './rare-places.js';

const PATH = 'arch/x86/kvm/mmu/tdp_mmu.c';
/** As `apply` makes by default: three for each scenario. */
const RUNS = 3000;
const pack = defaultPack();
const yields = new Set(pack.entryPoints.filter((each) => each.yields).map(({ name }) => name));

interface Watched {
  readonly version: WatchedVersion;
  readonly target: Target;
  readonly constants: readonly bigint[];
}

function watch({ find, replace, entries }: RarePlace): Watched {
  const chosen = chooseTree({ tree: 'model' });
  if (!chosen.ok) throw new Error(chosen.error.message);
  const { tree, configuration } = chosen.value;
  const before = utf8Text(tree.read(PATH) ?? new Uint8Array());
  expect(before.split(find).length, find).toBe(2);
  const text = before.replace(find, () => replace);
  const edited = overlayTree(tree, new Map([[PATH, new TextEncoder().encode(text)]]));
  const opened = openVersion(pack, 'edited', edited, configuration, assetsOf(pack));
  if (!opened.ok) throw new Error(opened.error.message);
  const lines = text.split('\n');
  const all = new Set(lines.map((_, at) => `${PATH}:${String(at + 1)}`));
  const program = compileVersion(opened.value, { kind: 'fast', coverLines: all });
  if (!program.ok) throw new Error(program.error[0]?.message);
  const machine = new Machine(programImage(program.value));
  const rare = lines.findIndex((line) => line.includes('RARE'));
  return {
    version: {
      machine: runMachine(machine, opened.value.plan.buffers),
      sites: program.value.coverSites,
      takeCoverage() {
        const ran = [...machine.coverage().entries()].flatMap(([at, was]) => (was ? [at] : []));
        machine.clearCoverage();
        return ran;
      },
    },
    target: { place: `${PATH}:${String(rare + 1)}`, entries },
    constants: constantsOn(
      opened.value,
      new Set([`${PATH}:${String(rare)}`, `${PATH}:${String(rare + 1)}`]),
    ),
  };
}

/** In how many runs; null: in none of them. */
function steered({ version, target, constants }: Watched, seed: string): number | null {
  const found = steer(pack, version, [target], { seed, budget: RUNS, yields, constants });
  return found.found.length > 0 ? found.runs : null;
}

/** The same with cases that nothing leads. */
function drawn({ version, target }: Watched, seed: string): number | null {
  const sites = version.sites.flatMap(({ lines }, at) =>
    lines.includes(target.place) ? [at] : [],
  );
  for (let at = 0; at < RUNS; at++) {
    const entry = target.entries[at % target.entries.length] ?? '';
    const input = pack.generate(seed, entry, 'sequential', Math.floor(at / target.entries.length));
    pack.execute(version.machine, input, 2_000_000n);
    const ran = new Set(version.takeCoverage());
    if (sites.some((site) => ran.has(site))) return at + 1;
  }
  return null;
}

describe('rare places', () => {
  const rows: { name: string; steered: number | null; drawn: number | null }[] = [];

  it.each(RARE_PLACES)(
    '$name',
    (place) => {
      const watched = watch(place);
      const seed = 'rare';
      rows.push({ name: place.name, steered: steered(watched, seed), drawn: drawn(watched, seed) });
    },
    60_000,
  );

  it('are nearly all come to, more of them than at random and in fewer runs', () => {
    const cost = (runs: number | null): number => runs ?? 2 * RUNS;
    expect(rows.length).toBe(RARE_PLACES.length);
    const reached = (which: 'steered' | 'drawn'): number =>
      rows.filter((row) => row[which] !== null).length;
    expect(reached('steered')).toBeGreaterThanOrEqual(RARE_PLACES.length - 2);
    expect(reached('steered')).toBeGreaterThan(reached('drawn'));
    const sum = (which: 'steered' | 'drawn'): number =>
      rows.reduce((total, row) => total + cost(row[which]), 0);
    expect(sum('steered')).toBeLessThan(0.7 * sum('drawn'));
  });

  afterAll(() => {
    const shown = (runs: number | null): string => String(runs ?? 'not').padStart(6);
    const lines = rows.map(
      (row) => `${row.name.padEnd(64)} ${shown(row.steered)} ${shown(row.drawn)}`,
    );
    process.stdout.write(
      `${lines.join('\n')}\nruns until it is executed, led and at random, of ${RUNS}\n`,
    );
  });
});
