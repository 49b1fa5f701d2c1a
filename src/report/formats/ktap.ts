/**
 * KTAP version 1 (Documentation/dev-tools/ktap.rst): a test an input, a subtest a finding. What was not checked is skipped, a
 * known difference is an expected failure.
 */
import { printable } from '../printable.js';
import type { CheckedInput, CheckedInputs } from './checked-input.js';
import { findingsOf, someOf, type Finding } from './findings.js';

export function renderKtap({ inputs }: CheckedInputs): string {
  const lines = ['KTAP version 1', `1..${inputs.length}`];
  inputs.forEach((input, at) => lines.push(...inputLines(input, at + 1)));
  return `${lines.join('\n')}\n`;
}

function inputLines({ name, report }: CheckedInput, number: number): string[] {
  const findings = findingsOf(report);
  const inner = [
    'KTAP version 1',
    `1..${findings.length}`,
    ...findings.flatMap((finding, at) => findingLines(finding, at + 1)),
  ];
  const good = findings.every((finding) => isGood(finding));
  const skipped = findings.length > 0 && findings.every(({ kind }) => kind === 'not-checked');
  const directive = skipped ? ` # SKIP ${clean(findings[0]?.message ?? '')}` : '';
  return [
    ...(findings.length === 0 ? [] : inner.map((line) => `  ${line}`)),
    `${good ? 'ok' : 'not ok'} ${number} ${clean(name)}${directive}`,
  ];
}

function findingLines(finding: Finding, number: number): string[] {
  const { kind, candidate, against, dimension, accepted, message } = finding;
  const what = [candidate, against, dimension].filter((part) => part !== '' && part !== null);
  const title = clean(what.length === 0 ? 'input' : what.join(' '));
  const directive =
    kind === 'not-checked'
      ? ` # SKIP ${clean(message)}`
      : accepted !== null
        ? ` # XFAIL ${clean(accepted)}`
        : kind === 'inconclusive'
          ? ` # ERROR ${clean(message)}`
          : '';
  const said = [`# ${clean(message)}`];
  if (finding.entryPoints.length > 0) said.push(`# through ${clean(someOf(finding.entryPoints))}`);
  if (finding.replay !== null) said.push(`# replay: ${clean(finding.replay)}`);
  return [...said, `${isGood(finding) ? 'ok' : 'not ok'} ${number} ${title}${directive}`];
}

/** An expected failure is `ok` with its directive, as kselftest prints XFAIL. */
function isGood({ kind, accepted }: Finding): boolean {
  return (
    accepted !== null || kind === 'no-difference' || kind === 'proved' || kind === 'not-checked'
  );
}

/** One line; a `#` would begin a directive. */
function clean(text: string): string {
  return printable(text).replaceAll('#', '-').replaceAll(/\s+/g, ' ').trim();
}
