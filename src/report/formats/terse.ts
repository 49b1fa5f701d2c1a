/** A line a finding, as `checkpatch.pl -q --terse --show-types` prints them; nothing where there is nothing to tell. */
import { printable } from '../printable.js';
import type { CheckedInputs } from './checked-input.js';
import { findingsOf, sentenceOf, type Finding } from './findings.js';

export function renderTerse({ inputs }: CheckedInputs): string {
  return inputs
    .flatMap(({ name, report }) =>
      findingsOf(report).flatMap((finding) => {
        const severity = severityOf(finding);
        if (severity === null) return [];
        const path = printable(finding.path ?? name).replaceAll('\t', ' ');
        return [`${path}:${finding.line ?? 1}: ${severity}: ${printable(sentenceOf(finding))}\n`];
      }),
    )
    .join('');
}

function severityOf({ kind, accepted }: Finding): string | null {
  if (accepted !== null) return null;
  switch (kind) {
    case 'differs':
      return 'ERROR:BEHAVIOUR_DIFFERS';
    case 'problem':
      return 'ERROR:BAD_INPUT';
    case 'inconclusive':
      return 'WARNING:INCONCLUSIVE';
    case 'no-difference':
    case 'proved':
    case 'not-checked':
      return null;
  }
}
