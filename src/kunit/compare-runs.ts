/** Two runs of the same test, before and after a patch: what is no longer the same, in lines for people. */
import type { CaseRun, TestRun } from './results.js';

export interface Change {
  readonly test: string;
  readonly before: string;
  readonly after: string;
}

export function compareRuns(before: TestRun, after: TestRun): readonly Change[] {
  const old = results(before);
  const now = results(after);
  const changes: Change[] = [];
  for (const [test, result] of now) {
    const earlier = old.get(test);
    if (earlier === undefined) changes.push({ test, before: 'not there', after: result });
    else if (earlier !== result) changes.push({ test, before: earlier, after: result });
  }
  for (const [test, result] of old)
    if (!now.has(test)) changes.push({ test, before: result, after: 'not there' });
  return changes;
}

/** By name, each once: a result is the status with the reasons for it. What is printed is no result. */
function results(run: TestRun): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  const add = (name: string, status: string, reasons: readonly string[]): void => {
    let key = name;
    for (let more = 2; all.has(key); more++) key = `${name} (${more})`;
    all.set(key, reasons.length === 0 ? status : `${status}: ${reasons.join('; ')}`);
  };
  const addCase = (path: string, each: CaseRun): void => {
    const name = `${path}${each.name}`;
    if (each.runs === null) add(name, each.status, each.reasons.map(withoutPlace));
    else for (const run_ of each.runs) addCase(`${name} / `, run_);
  };
  for (const suite of run.suites) {
    if (suite.reasons.length > 0) add(suite.name, suite.status, suite.reasons.map(withoutPlace));
    for (const each of suite.cases) addCase(`${suite.name} / `, each);
  }
  if (run.module !== null) addCase('', run.module);
  return all;
}

/** A patch moves lines; addresses are those of one program. */
function withoutPlace(text: string): string {
  return text.replace(/:\d+(?::\d+)?\b/g, '').replace(/0xffff[\da-f]{12}/g, '0x…');
}
