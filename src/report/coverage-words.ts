/** What ran of a change, in words. */
import type { CheckReport } from './report.js';

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

/** A line that some check covered ran; what is left never ran in any. As `candidate: path:line`. */
export function unreachedLines(checks: readonly CheckReport[]): string[] {
  return inNone(checks, 'linesChanged', 'linesCovered').map(
    ({ candidate, what }) => `${candidate}: ${what}`,
  );
}

/** `candidate: path:line:column never false: TEXT`, those on lines that ran: the others are listed as lines. */
export function untakenBranches(checks: readonly CheckReport[]): string[] {
  const ran = new Set(
    checks.flatMap((check) => check.linesCovered.map((line) => `${check.candidate}: ${line}`)),
  );
  return inNone(checks, 'branchesChanged', 'branchesTaken').flatMap(({ candidate, what }) => {
    const [, line, column, outcome, text] = /^(.*?:\d+)(:\d+) (\w+): (.*)$/.exec(what) ?? [];
    if (line === undefined || !ran.has(`${candidate}: ${line}`)) return [];
    return [`${candidate}: ${line}${column ?? ''} never ${outcome ?? ''}: \`${text ?? ''}\``];
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
