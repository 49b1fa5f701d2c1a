/**
 * Differences that do not count: a change that is meant (`--expect differs:ENTRY[:DIMENSION]`), or one that a baseline knows, with its
 * reason. They stay in the report; an expectation that nothing meets is a problem.
 */
import { diagnostic, type Diagnostic, type Place } from '../base/diagnostic.js';
import { err, ok, type Result } from '../base/result.js';
import type { AcceptedReport, CheckReport } from '../report/report.js';

export interface AcceptRule {
  /** null: any. `*` in it stands for any text. */
  readonly candidate: string | null;
  readonly entryPoint: string;
  readonly dimension: string | null;
  readonly reason: string;
  /** It must be met by some difference. */
  readonly expected: boolean;
}

export interface Known {
  readonly accepted: readonly AcceptedReport[];
  /** The checks that are left to count. */
  readonly news: readonly CheckReport[];
  readonly unmet: readonly Diagnostic[];
}

const ORIGINAL = 'original';

export function acceptKnown(checks: readonly CheckReport[], rules: readonly AcceptRule[]): Known {
  const accepted: AcceptedReport[] = [];
  const met = new Set<AcceptRule>();
  const news = checks.filter((check) => {
    // Against the references a difference is a fault of the tool, which nobody can mean.
    if (check.verdict !== 'differs' || check.candidate === ORIGINAL) return true;
    const rule = rules.find((each) => covers(each, check));
    if (rule === undefined) return true;
    met.add(rule);
    const { candidate, entryPoint, dimension } = check;
    const known = accepted.some(
      (each) =>
        each.candidate === candidate &&
        each.entryPoint === entryPoint &&
        each.dimension === dimension,
    );
    if (!known) accepted.push({ candidate, entryPoint, dimension, reason: rule.reason });
    return false;
  });
  const unmet = rules
    .filter((rule) => rule.expected && !met.has(rule))
    .map(({ entryPoint, dimension }) =>
      diagnostic(
        'bad-input',
        `${entryPoint}${dimension === null ? '' : `, ${dimension},`} was expected to differ, and does not`,
      ),
    );
  return { accepted, news, unmet };
}

function covers(rule: AcceptRule, { candidate, entryPoint, dimension }: CheckReport): boolean {
  return (
    matches(rule.candidate, candidate) &&
    matches(rule.entryPoint, entryPoint) &&
    matches(rule.dimension, dimension)
  );
}

/** `*` stands for any text. Compared piece by piece: a pattern from a file must not cost time squared. */
export function matches(pattern: string | null, text: string): boolean {
  if (pattern === null) return true;
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === pattern;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  const last = rest.pop() ?? '';
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - at >= last.length && text.endsWith(last);
}

const DIMENSIONS = ['sequential', 'yield', 'concurrent', 'safety', 'cost'];

/** `differs:ENTRY[:DIMENSION]`. */
export function parseExpectation(text: string): Result<AcceptRule, Diagnostic> {
  const found = /^differs:([A-Za-z_*][\w*]*)(?::([a-z]+))?$/.exec(text);
  const dimension = found?.[2] ?? null;
  if (found === null || (dimension !== null && !DIMENSIONS.includes(dimension)))
    return err(
      diagnostic(
        'bad-input',
        `--expect ${text}: it takes differs:ENTRY or differs:ENTRY:DIMENSION`,
        null,
        [],
        `dimensions are ${DIMENSIONS.join(', ')}`,
      ),
    );
  return ok({
    candidate: null,
    entryPoint: found[1] ?? '',
    dimension,
    reason: 'expected (--expect)',
    expected: true,
  });
}

/** A baseline's line: which inputs it is about, and what it accepts. */
export interface BaselineRule extends AcceptRule {
  readonly input: string;
}

/**
 * `INPUT CANDIDATE ENTRY[:DIMENSION] REASON…` in lines; `#` begins a comment. A reason is asked for: what nobody can explain is no
 * known difference.
 */
export function parseBaseline(
  path: string,
  text: string,
): Result<readonly BaselineRule[], Diagnostic> {
  const rules: BaselineRule[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    const own = line.replace(/^\s*#.*/, '').trim();
    if (own === '') continue;
    const at: Place = { path, line: i + 1, column: 1, sourceLine: line, length: 1 };
    const [input = '', candidate = '', what = '', ...words] = own.split(/\s+/);
    const [entryPoint = '', dimension] = what.split(':');
    if (words.length === 0 || entryPoint === '')
      return err(
        diagnostic(
          'bad-input',
          'a line of a baseline is INPUT CANDIDATE ENTRY[:DIMENSION] REASON',
          at,
          [],
          '* stands for any text; the reason is not optional',
        ),
      );
    if (dimension !== undefined && !DIMENSIONS.includes(dimension))
      return err(diagnostic('bad-input', `there is no dimension ${dimension}`, at));
    rules.push({
      input,
      candidate,
      entryPoint,
      dimension: dimension ?? null,
      reason: words.join(' '),
      expected: false,
    });
  }
  return ok(rules);
}
