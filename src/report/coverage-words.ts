/** What ran of a change, in words. */
import { count } from './text-words.js';
import type { CheckReport, UnreachedReport } from './report.js';

/** `14 of 14 changed lines executed, 8 of 8 branches`; null where no changed line can be reached. */
export function coverageWords(checks: readonly CheckReport[]): string | null {
  const lines = share(checks, 'linesChanged', 'linesCovered');
  if (lines.all === 0) return null;
  const branches = share(checks, 'branchesChanged', 'branchesTaken');
  const words = `${String(lines.seen)} of ${String(lines.all)} changed lines executed`;
  if (branches.all === 0) return words;
  return `${words}, ${String(branches.seen)} of ${String(branches.all)} branches`;
}

function share<K extends 'linesChanged' | 'branchesChanged'>(
  checks: readonly CheckReport[],
  all: K,
  seen: 'linesCovered' | 'branchesTaken',
): { readonly all: number; readonly seen: number } {
  return {
    all: new Set(checks.flatMap((check) => check[all])).size,
    seen: new Set(checks.flatMap((check) => check[seen])).size,
  };
}

/** A place that nothing executed, as text, and as checks name it. */
export interface NeverRun {
  readonly text: string;
  readonly candidate: string;
  readonly place: string;
}

/** A line that some check covered ran; what is left never ran in any. As `candidate: path:line`. */
export function unreachedLines(checks: readonly CheckReport[]): NeverRun[] {
  return inNone(checks, 'linesChanged', 'linesCovered').map(({ candidate, what }) => ({
    text: `${candidate}: ${what}`,
    candidate,
    place: what,
  }));
}

/** `candidate: path:line:column never false: TEXT`, those on lines that ran: the others are listed as lines. */
export function untakenBranches(checks: readonly CheckReport[]): NeverRun[] {
  const ran = new Set(
    checks.flatMap((check) => check.linesCovered.map((line) => `${check.candidate}: ${line}`)),
  );
  return inNone(checks, 'branchesChanged', 'branchesTaken').flatMap(({ candidate, what }) => {
    const [, line, column, outcome, text] = /^(.*?:\d+)(:\d+) (\w+): (.*)$/.exec(what) ?? [];
    if (line === undefined || !ran.has(`${candidate}: ${line}`)) return [];
    const shown = `${candidate}: ${line}${column ?? ''} never ${outcome ?? ''}: \`${text ?? ''}\``;
    return [{ text: shown, candidate, place: what }];
  });
}

function inNone(
  checks: readonly CheckReport[],
  all: 'linesChanged' | 'branchesChanged',
  seen: 'linesCovered' | 'branchesTaken',
): { readonly candidate: string; readonly what: string }[] {
  const key = (candidate: string, what: string): string => `${candidate}\0${what}`;
  const found = new Set(
    checks.flatMap((check) => check[seen].map((what) => key(check.candidate, what))),
  );
  const left = new Map<string, { readonly candidate: string; readonly what: string }>();
  for (const check of checks) {
    for (const what of check[all]) {
      const own = key(check.candidate, what);
      if (!found.has(own)) left.set(own, { candidate: check.candidate, what });
    }
  }
  return [...left].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

const MOST_CONDITIONS = 3;

/** What it would have taken to come to a place, a line each. */
export function whatItTakes(
  { candidate, place }: Pick<NeverRun, 'candidate' | 'place'>,
  unreached: readonly UnreachedReport[],
): string[] {
  // what a candidate only takes away is a place of the original
  const found =
    unreached.find((each) => each.place === place && each.candidate === candidate) ??
    unreached.find((each) => each.place === place);
  if (found === undefined) return [];
  const { needs, notCalled, runs } = found;
  if (notCalled !== null) {
    const { function: name, callers } = notCalled;
    const by =
      callers.length === 0 ? 'nothing that is run calls it' : `callers: ${callers.join(', ')}`;
    return [`${name} was not called in ${count(runs, 'run')} that looked for it; ${by}`];
  }
  // a condition on the changed line stands in the line above already
  const others = needs.filter(({ outcome }) => outcome !== place);
  const first = needs[0];
  if (others.length === 0 && first !== undefined)
    return [`asked in ${count(first.asked, 'run')} of ${looked(runs)}`];
  const lines = others.slice(0, MOST_CONDITIONS).map(({ outcome, asked }, at) => {
    const [, where = '', how = '', text = ''] = /^(.*?:\d+:\d+) (\w+): (.*)$/.exec(outcome) ?? [];
    const condition = `\`${text}\` ${how === 'taken' ? 'to be taken' : how} at ${where}`;
    if (at > 0) return `then ${condition}`;
    return `needs ${condition}: asked in ${count(asked, 'run')} of ${looked(runs)}, and never so`;
  });
  const more = others.length - lines.length;
  return more > 0 ? [...lines, `then ${count(more, 'more condition')}`] : lines;
}

function looked(runs: number): string {
  return `${runs.toLocaleString('en-US')} that looked for it`;
}
