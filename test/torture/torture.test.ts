/**
 * gcc's torture suite (`gcc.c-torture/execute` of Debian's gcc-12-source) through the front end and the engine. The folder is
 * named by PATCHCHECK_TORTURE, or is where scripts/get-gcc-testsuite.sh puts it; PATCHCHECK_TORTURE_KIND chooses the module kind; `suspendable` ones are left at every block.
 * Each file returns 0 or calls exit(0), or it failed. The last line printed is `N passed, N failed, N not applicable`;
 * `npm run test:torture` runs all of it, the default run a slice.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Diagnostic } from '../../src/base/diagnostic.js';
import { UNSUPPORTED } from '../../src/c/unsupported.js';
import type { TypedUnit } from '../../src/c/typed.js';
import type { ModuleKind } from '../../src/exec/program.js';
import { callLeaving } from '../../src/wasm/testing/leave-everywhere.js';
import { complaint, hostedMachine, openHosted, openLibc } from '../hosted/hosted.js';
import { KNOWN_FAILURES, NOT_APPLICABLE, UNDEFINED, UNSET } from './exclusions.js';

const folder =
  process.env['PATCHCHECK_TORTURE'] ??
  join(import.meta.dirname, '../../.cache/gcc-testsuite/gcc.c-torture/execute');
const present = existsSync(folder);
const kind = (process.env['PATCHCHECK_TORTURE_KIND'] ?? 'fast') as ModuleKind;
const all = process.env['PATCHCHECK_FULL'] === '1' || process.env['PATCHCHECK_TORTURE_ALL'] === '1';
/** Of how many files one is run by default. */
const SLICE = 20;
const TIME = 600_000;

if (!present)
  console.warn(
    "gcc's torture suite is not here, and NOT run: scripts/get-gcc-testsuite.sh unpacks it",
  );

type Verdict =
  | { readonly kind: 'passed' }
  /** `detail`: the line, and what the construct is about there. */
  | { readonly kind: 'not-applicable'; readonly reason: string; readonly detail: string }
  | { readonly kind: 'failed'; readonly reason: string };

const constructs = Object.values(UNSUPPORTED);

/** One construct of the list is enough; anything else that is said is a failure. */
function said(diagnostics: readonly Diagnostic[]): Verdict {
  for (const { at, message } of diagnostics) {
    const construct = constructs.find((each) => message.startsWith(each));
    if (construct === undefined) continue;
    const detail = message.slice(construct.length);
    return { kind: 'not-applicable', reason: construct, detail: `${at?.line ?? 0}${detail}` };
  }
  const [first] = diagnostics;
  return { kind: 'failed', reason: `${first?.at?.line ?? 0}: ${first?.message ?? ''}` };
}

async function judge(name: string, libc: TypedUnit): Promise<Verdict> {
  const reason = NOT_APPLICABLE.get(name);
  if (reason !== undefined) return { kind: 'not-applicable', reason, detail: '' };
  const unit = openHosted(name, readFileSync(join(folder, name), 'utf8'), folder);
  if (!unit.ok) return said([unit.error]);
  const units = [unit.value, libc];
  const machine = await hostedMachine(units, kind, 2_000_000_000n);
  if (!machine.ok) return said(machine.error);
  const wrong = complaint(
    kind === 'suspendable'
      ? callLeaving(machine.value, 'main').outcome
      : machine.value.call('main'),
  );
  return wrong === null ? { kind: 'passed' } : { kind: 'failed', reason: wrong };
}

it.skipIf(!present)(
  "gcc's torture suite",
  async () => {
    const libc = openLibc();
    const counts = { passed: 0, failed: 0, 'not-applicable': 0 };
    const surprises: string[] = [];
    const reasons = new Map<string, string[]>();
    const files = readdirSync(folder).filter((each) => each.endsWith('.c'));
    const taken = files.filter((_, at) => all || at % SLICE === 0);
    console.log(`${taken.length} of ${files.length} files of gcc's torture suite, ${kind} modules`);
    for (const name of taken) {
      const verdict = await judge(name, libc);
      counts[verdict.kind]++;
      if (verdict.kind === 'failed') {
        const known = UNDEFINED.get(name) ?? KNOWN_FAILURES.get(name);
        console.log(`${name}:${verdict.reason}${known === undefined ? '' : ` (known: ${known})`}`);
      }
      if (verdict.kind === 'not-applicable') {
        const { reason, detail } = verdict;
        const where = detail === '' ? name : `${name}:${detail}`;
        reasons.set(reason, [...(reasons.get(reason) ?? []), where]);
      }
      const expected =
        UNDEFINED.has(name) || KNOWN_FAILURES.has(name) || (kind === 'tracking' && UNSET.has(name));
      if ((verdict.kind === 'failed') !== expected) surprises.push(name);
    }
    for (const [reason, names] of [...reasons].sort(([, a], [, b]) => b.length - a.length))
      console.log(`not applicable: ${names.length} with ${reason}: ${names.join(', ')}`);
    console.log(
      `${counts.passed} passed, ${counts.failed} failed, ${counts['not-applicable']} not applicable`,
    );
    expect(surprises).toEqual([]);
    expect(counts.passed).toBeGreaterThan(0.99 * (counts.passed + counts.failed));
  },
  TIME,
);
