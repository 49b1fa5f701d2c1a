/** A test file of the tree, the harness under it and the library code that both reach, as one program. */
import { diagnostic, type Diagnostic } from '../base/diagnostic.js';
import { err, ok, type Result } from '../base/result.js';
import type { ModuleKind, Program } from '../exec/program.js';
import { compileProgram } from '../wasm/compile.js';
import { OWN, type KernelUnits } from './kernel-units.js';

export const STEPS = [
  'pc_kunit_log_reset',
  'pc_kunit_suite_count',
  'pc_kunit_suite_name',
  'pc_kunit_suite_init',
  'pc_kunit_suite_exit',
  'pc_kunit_case_count',
  'pc_kunit_case_name',
  'pc_kunit_case_has_parameters',
  'pc_kunit_case_begin',
  'pc_kunit_case_description',
  'pc_kunit_case_init',
  'pc_kunit_case_run',
  'pc_kunit_case_exit',
  'pc_kunit_case_release',
  'pc_kunit_case_status',
  'pc_kunit_has_module',
  'pc_kunit_module_init',
  'pc_kunit_module_exit',
] as const;
export type Step = (typeof STEPS)[number];

export const LOG = 'pc_log';
export const LOG_COUNT = 'pc_log_count';

const HARNESS = `${OWN}/harness.c`;
/** In the unit that is run as a test, what a module starts with gets a name of ours (c/include/linux/module.h). */
const SUITE_DEFINES = ['PC_KUNIT_SUITE'];
const MIB = 1 << 20;

export interface BuiltSuite {
  readonly program: Program;
  /** Files of the tree whose code is run, the test first. */
  readonly files: readonly string[];
  /** Files of the library that could not be read. */
  readonly problems: readonly Diagnostic[];
}

export async function buildSuite(
  path: string,
  units: KernelUnits,
  kind: ModuleKind,
): Promise<Result<BuiltSuite, readonly Diagnostic[]>> {
  const suite = units.open(path, SUITE_DEFINES);
  if (!suite.ok) return err([suite.error]);
  if (!suite.value.definesGlobal('pc_kunit_suites') && !suite.value.definesGlobal('pc_module_init'))
    return err([
      diagnostic(
        'bad-input',
        `${path} is no test: it has neither kunit_test_suites() nor module_init()`,
        null,
        [],
        'name a file such as lib/list-test.c',
      ),
    ]);
  const harness = units.open(HARNESS, []);
  if (!harness.ok) return err([harness.error]);
  const program = await compileProgram([suite.value, harness.value], {
    kind,
    exports: STEPS,
    exportedGlobals: [LOG, LOG_COUNT],
    cover: null,
    loopCounter: null,
    scopes: null,
    heapBytes: 64 * MIB,
    stackBytes: MIB,
    fuel: 1_000_000_000n,
    archive: units.library.unitFor,
    gaps: 'trap',
  });
  if (!program.ok) return err(program.error);
  const files = program.value.units.map((unit) => unit.path).filter((each) => each !== HARNESS);
  return ok({ program: program.value, files, problems: units.library.problems });
}
