/** Strict modules stop what gcc's sanitizers and valgrind's memcheck stop, by the same name, and nothing else. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/c/check/testing/random.js';
import type { ModuleKind } from '../../src/exec/program.js';
import { faults, type Fault, type Rules } from './cases.js';
import { missing, runGcc, type Tool, type Verdict } from './gcc.js';
import { accesses, arithmetic, type Generated } from './generated.js';
import { runOurs, type Call } from './ours.js';

const RULES: readonly Rules[] = ['kernel', 'hosted'];
const TOOLS: readonly Tool[] = ['sanitizers', 'memcheck'];
const lacking = new Map(TOOLS.map((tool) => [tool, missing(tool)]));
for (const [tool, what] of lacking)
  if (what !== null)
    console.warn(`${what} are not here: strict modules are NOT compared with ${tool}`);

function describeCall(call: Call): string {
  return `${call.name}(${call.args.join(', ')})`;
}

/** Calls that the two do not judge alike, in words. */
function disagreements(
  calls: readonly Call[],
  ours: readonly (string | null)[],
  theirs: readonly Verdict[],
): readonly string[] {
  return calls.flatMap((call, at) => {
    const our = ours[at] ?? null;
    const their = theirs[at] ?? null;
    const alike = their === null ? our === null : their.names.some((name) => name === our);
    const said = their === null ? 'nothing' : `${their.names.join(' or ')}: ${their.text}`;
    return alike ? [] : [`${describeCall(call)}: ours ${our ?? 'nothing'}, theirs ${said}`];
  });
}

function callsOf(taken: readonly Fault[]): { texts: string[]; bad: Call[]; good: Call[] } {
  const name = (fault: Fault): string => `fault_${faults.indexOf(fault)}`;
  return {
    texts: taken.map((fault) => fault.text.replaceAll('NAME', name(fault))),
    bad: taken.map((fault) => ({ name: name(fault), args: fault.bad })),
    good: taken.map((fault) => ({ name: name(fault), args: fault.good })),
  };
}

/** The table says what each tool sees: it has to, and nothing of the twins. */
function compareFaults(here: readonly Fault[], rules: Rules, tool: Tool): void {
  const seen = here.filter((fault) => fault.judge === tool);
  expect(seen.length).toBeGreaterThan(0);
  const { texts, bad, good } = callsOf(seen);
  const calls = [...bad, ...good];
  const should = [...seen.map((fault) => fault.trap), ...good.map(() => null)];
  expect(disagreements(calls, should, runGcc(texts, calls, rules, tool))).toEqual([]);
}

describe.each(RULES)('%s rules', (rules) => {
  const here = faults.filter((fault) => fault.rules.includes(rules));

  it.each<ModuleKind>(['checked', 'tracking'])('each fault and its twin (%s)', async (kind) => {
    const { texts, bad, good } = callsOf(here);
    const outcomes = await runOurs(texts, [...bad, ...good], rules, kind);
    const seen = here.map((fault, at) => [fault.name, outcomes[at], outcomes[at + here.length]]);
    const unseen = kind === 'checked' ? 'uninitialised' : '';
    // what has no value is whatever it is to a module that does not track it
    expect(seen.filter((_, at) => here[at]?.trap !== unseen)).toEqual(
      here.filter(({ trap }) => trap !== unseen).map(({ name, trap }) => [name, trap, null]),
    );
  });

  // skipped, not passed, where the tool is absent
  it.skipIf(lacking.get('sanitizers') !== null)('gcc sanitizers stop the same faults', () => {
    compareFaults(here, rules, 'sanitizers');
  });

  it.skipIf(lacking.get('memcheck') !== null)('memcheck stops the same faults', () => {
    compareFaults(here, rules, 'memcheck');
  });

  it.skipIf(lacking.get('sanitizers') !== null).each([1, 2])(
    'generated calls (seed %i)',
    async (seed) => {
      const random = new Random(seed * 15_485_863);
      const made: readonly Generated[] = [accesses(random, rules, 60), arithmetic(random, 3)];
      const texts = made.flatMap((each) => each.texts);
      const calls = made.flatMap((each) => each.calls);
      const theirs = runGcc(texts, calls, rules, 'sanitizers');
      for (const kind of ['checked', 'tracking'] as const)
        expect(disagreements(calls, await runOurs(texts, calls, rules, kind), theirs)).toEqual([]);
      // both sides of each boundary are met, or the agreement says little
      const stopped = theirs.filter((verdict) => verdict !== null).length;
      expect(stopped).toBeGreaterThan(calls.length / 10);
      expect(calls.length - stopped).toBeGreaterThan(calls.length / 10);
    },
  );
});
