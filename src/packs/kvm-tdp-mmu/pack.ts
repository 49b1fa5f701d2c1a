/**
 * KVM's TDP MMU on x86-64: page tables, walkers, and the models under them. Everything that the engine asks of the pack, put
 * together from the files beside this one.
 */
import { diagnostic } from '../../base/diagnostic.js';
import { err, ok } from '../../base/result.js';
import type {
  EntryPoint,
  Pack,
  RawRun,
  RunEnding,
  RunMachine,
  UnitSource,
} from '../../pack-api/pack.js';
import { exploration, observe } from './concurrent/exploration.js';
import { decodeRun, decodeSteps } from './decoding.js';
import { COST_SEARCH } from './cost-search.js';
import { drawCase } from './draw.js';
import { drawSteps } from './draw-steps.js';
import { foldSteps } from './fold-steps.js';
import { encodeScenario } from './encoding.js';
import { ENTRY_POINTS, kernelNames } from './entry-points.js';
import { featureDefines, missingEntries } from './features.js';
import { generateCase, type GeneratedCase } from './generate/case.js';
import { variedCase } from './generate/vary.js';
import { hiddenFiles } from './hidden.js';
import { APPROXIMATE, MODELLED } from './models.js';
import { compareTraces } from './oracle/compare-traces.js';
import { sameRaw } from './oracle/same-words.js';
import { PROOF_SCOPES } from './prove/proof-scopes.js';
import { costsOf, rowCostsOf } from './raw-costs.js';
import { referenceWords } from './reference/run.js';
import { undescribed } from './reference/described-files.js';
import { REFERENCES } from './reference/table.js';
import { parseScenario, printScenario } from './scenario-text.js';
import { parseSchedule, printSchedule } from './schedule-text.js';
import { hasOthers } from './schedule.js';
import { PLACE_SCOPES, SCOPES } from './scopes.js';
import { shrinkCandidates } from './shrink.js';
import type { CaseTrace } from './trace.js';
import { endingText } from './trace-text.js';
import { IN_WORDS, OPTION, OUT, OUT_WORDS, TRAP } from './words.js';
import { sizedRuns } from './sized-workloads.js';
import { transplant } from './transplant.js';
import { WORKLOADS } from './workloads.js';

const MMU = 'arch/x86/kvm/mmu';
const PROBE = `${MMU}/tdp_mmu.c`;
/** Beside the sources, so that their quoted includes mean the same. */
const UNIT = `${MMU}/patchcheck-unit.c`;

/** The harness has the tree's own functions set up masks and lists: whatever it comes to is part of every run. */
const BEFORE_EACH_RUN = ['pc_configure', 'kvm_mmu_init_tdp_mmu'];

const MIB = 1 << 20;
const HEAP_BYTES = 8 * MIB;
/** Rounds of loops in one run: the largest generated tables take some hundred thousand. */
const FUEL = 5_000_000n;

/** What c/include/pc/pc.h says a comparison of machine states leaves out. */
const OBSERVERS = [
  { global: 'pc_in', bytes: 8 * IN_WORDS },
  { global: 'pc_out', bytes: 8 * OUT_WORDS },
  { global: 'pc_loops', bytes: 8 },
  { global: 'pc_count', bytes: 64 },
  { global: 'pc_yields', bytes: 8 },
];

function encoded({ scenario, schedule }: GeneratedCase): BigUint64Array {
  return encodeScenario(scenario, schedule);
}

/** The models bound yields and memory: to the engine both are fuel, and decide nothing. */
function bounded(ending: RunEnding): RunEnding {
  if (ending.kind !== 'trap' || ending.name !== 'model') return ending;
  const code = Number(ending.argument);
  const decidesNothing: readonly number[] = [TRAP.YIELDS, TRAP.MEMORY, TRAP.INFEASIBLE];
  return decidesNothing.includes(code) ? { kind: 'out-of-fuel' } : ending;
}

function executeWords(machine: RunMachine, words: BigUint64Array, fuel?: bigint): RawRun {
  const ending = bounded(machine.run('pc_run', { global: 'pc_in', words }, fuel));
  // A run that was stopped has not come to its own dump.
  if (ending.kind !== 'returned') machine.call('pc_dump');
  const used = Number(machine.words('pc_out', OUT.USED, 1)[0] ?? 0n);
  return { words: machine.words('pc_out', 0, used), ending };
}

export const KVM_TDP_MMU: Pack<GeneratedCase, CaseTrace> = {
  name: 'kvm-tdp-mmu',
  files: [
    'tdp_iter.c',
    'tdp_iter.h',
    'tdp_mmu.c',
    'tdp_mmu.h',
    'spte.c',
    'spte.h',
    'mmu_internal.h',
  ].map((name) => `${MMU}/${name}`),
  requiredOptions: ['X86_64', 'KVM'],
  neighbours: [
    'arch/x86/kvm',
    'arch/x86/kvm/mmu',
    'arch/x86/kvm/svm',
    'arch/x86/kvm/vmx',
    'virt/kvm',
  ],
  hidden: hiddenFiles,
  probe: PROBE,
  modelled: MODELLED,
  references: REFERENCES,
  undescribed,

  overrides: (assets) => {
    const known = new Map<string, UnitSource | null>();
    return (included) => {
      let found = known.get(included);
      if (found === undefined) {
        // The build includes this one by its path in the tree.
        const name = included === 'include/linux/kconfig.h' ? 'linux/kconfig.h' : included;
        const text = assets(`include/${name}`);
        found = text === null ? null : { path: `patchcheck/${name}`, text };
        known.set(included, found);
      }
      return found;
    };
  },

  plan: (probe, assets, tree, without) => {
    const missing = missingEntries(probe);
    const units: UnitSource[] = [{ path: UNIT, text: assets('unit.c') ?? '' }];
    for (const name of ['tdp_iter.c', 'spte.c']) {
      const path = `${MMU}/${name}`;
      const text = tree(path);
      if (text === null) return err(diagnostic('missing', `the tree has no file ${path}`));
      units.push({ path, text });
    }
    const enabled = ENTRY_POINTS.filter(({ name }) => !missing.has(name) && !without.has(name));
    return ok({
      units,
      defines: featureDefines(probe, without),
      exports: ['pc_run', 'pc_dump'],
      shims: new Map(enabled.map(({ name, shim }) => [name, shim])),
      exportedGlobals: ['pc_in', 'pc_out', 'pc_loops', 'pc_count', 'pc_yields'],
      observers: OBSERVERS,
      buffers: [
        { global: 'pc_in', bytes: 8 * IN_WORDS },
        { global: 'pc_out', bytes: 8 * OUT_WORDS },
      ],
      heapBytes: HEAP_BYTES,
      stackBytes: MIB / 4,
      fuel: FUEL,
      // A task makes its call with nobody else about (harness/tasks.c).
      bounded: new Set(['pc_task']),
      scopes: { enter: 'pc_enter', leave: 'pc_leave', functions: SCOPES },
      loopCounter: (stepCalls) => (stepCalls.includes('tdp_iter_next') ? 'pc_loops' : null),
      disabled: [...missing].map(([entry, reason]) => ({ entry, reason })),
      threads: { calls: ['pc_run', 'pc_beside'], givesWay: 'pc_give_way', next: 'pc_next_thread' },
    });
  },

  entryPoints: ENTRY_POINTS.map((entry): EntryPoint => ({
    name: entry.name,
    calls: [...kernelNames(entry), ...(entry.around ?? []), ...BEFORE_EACH_RUN],
    yields: entry.yields !== false,
  })),

  generate: (seed, entry, dimension, index) =>
    generateCase({ seed, entry, dimension, index, scopes: [...PLACE_SCOPES] }),

  encode: encoded,
  executeWords,
  execute: (machine, input, fuel) => executeWords(machine, encoded(input), fuel),

  decode: (raw, input) => ({ ...decodeRun(raw, input), ...input }),
  // The references are alone in their world.
  refer: ({ scenario, schedule }) =>
    hasOthers(schedule)
      ? null
      : referenceWords(scenario, schedule, { scopes: PLACE_SCOPES, fuel: Number(FUEL) }),
  same: sameRaw,
  isSequential: ({ schedule }) => schedule.rules.every(({ place }) => place.event === 'alloc'),
  compare: (before, after, dimension, entry) => compareTraces(before, after, { dimension, entry }),
  costs: costsOf,
  rowCosts: rowCostsOf,
  costSearch: COST_SEARCH,

  proofScopes: PROOF_SCOPES,
  approximate: APPROXIMATE,
  exploration: exploration(executeWords),

  workloads: WORKLOADS.map(({ name, scenario, rows }) => ({
    name,
    rows,
    case: { scenario, schedule: { rules: [] } },
  })),

  sizedRuns: sizedRuns(HEAP_BYTES),

  shrink: ({ scenario, schedule }) => shrinkCandidates(scenario, schedule),
  vary: (input, entry, draw, constants) =>
    variedCase(input, { entry, draw, constants, scopes: [...PLACE_SCOPES] }),
  transplant,
  print: ({ scenario, schedule }) => ({
    scenario: printScenario(scenario),
    schedule: printSchedule(schedule),
  }),
  parse: (scenarioText, scheduleText) => {
    const scenario = parseScenario(scenarioText, '[scenario]');
    if (!scenario.ok) return scenario;
    const schedule = parseSchedule(scheduleText, '[schedule]', scenario.value);
    if (!schedule.ok) return schedule;
    return ok({ scenario: scenario.value, schedule: schedule.value });
  },
  draw: ({ scenario, schedule }, before, after, names) =>
    drawCase(scenario, schedule, before, after, names),

  steps: {
    tell: (machine, input, { ending }) => {
      const threads = input.schedule.beside !== undefined;
      const option = threads ? OPTION.POINTS : OPTION.PLACES;
      const run = observe(executeWords, machine, input, option);
      const endless = ending.kind === 'endless' || ending.kind === 'out-of-fuel';
      const lines = foldSteps(decodeSteps(run, input, threads), endless);
      if ((run.words[OUT.LOST] ?? 0n) > 0n && !endless) lines.push('... the record is full ...');
      return [...lines, endingText(ending)];
    },
    draw: drawSteps,
  },
};
