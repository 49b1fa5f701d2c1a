/** What does not count, as the user says it: `--expect`, and the lines of a `--baseline` that are about an input. */
import type { Diagnostic } from '../src/base/diagnostic.js';
import { err, ok, type Result } from '../src/base/result.js';
import {
  matches,
  parseBaseline,
  parseExpectation,
  type AcceptRule,
  type BaselineRule,
} from '../src/equivalence/accept-known.js';
import { utf8Text } from '../src/tree/text.js';
import { readInput } from './input.js';

export interface Acceptance {
  readonly expect: readonly string[];
  readonly baseline: string | undefined;
}

/** `inputs`: names of what is checked; a baseline is about some of them. */
export function readAcceptRules(
  args: Acceptance,
  inputs: readonly string[],
): Result<readonly AcceptRule[], Diagnostic> {
  const expected = readExpectations(args.expect);
  if (!expected.ok) return expected;
  const known = readBaseline(args.baseline);
  if (!known.ok) return known;
  const own = inputs.flatMap((input) => rulesFor(input, known.value));
  return ok([...expected.value, ...own]);
}

export function readExpectations(
  texts: readonly string[],
): Result<readonly AcceptRule[], Diagnostic> {
  const rules: AcceptRule[] = [];
  for (const text of texts) {
    const rule = parseExpectation(text);
    if (!rule.ok) return rule;
    rules.push(rule.value);
  }
  return ok(rules);
}

export function readBaseline(
  path: string | undefined,
): Result<readonly BaselineRule[], Diagnostic> {
  if (path === undefined) return ok([]);
  const bytes = readInput(path);
  return bytes.ok ? parseBaseline(path, utf8Text(bytes.value)) : err(bytes.error);
}

export function rulesFor(input: string, rules: readonly BaselineRule[]): readonly AcceptRule[] {
  return rules.filter((rule) => matches(rule.input, input));
}
