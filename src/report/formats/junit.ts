/** JUnit XML as GitLab and others read it: a suite an input, a case a pair of versions and dimension. */
import exported, { type Builder } from 'junit-report-builder';
import { printable } from '../printable.js';
import type { CheckedInputs } from './checked-input.js';
import { findingsOf, someOf, type Finding } from './findings.js';

// A CommonJS module whose types call it an ES one: what is exported is the builder itself.
const builder = exported as unknown as Builder;

export function renderJunit({ inputs }: CheckedInputs): string {
  const file = builder.newBuilder();
  for (const { name, report } of inputs) {
    const suite = file.testSuite().name(printable(name));
    for (const finding of findingsOf(report)) {
      const { kind, candidate, against, dimension, message } = finding;
      const sides = against === '' ? candidate : `${candidate} against ${against}`;
      const testCase = suite
        .testCase()
        .className(`${printable(name)}: ${sides === '' ? 'input' : printable(sides)}`)
        .name(caseName(finding))
        .file(printable(finding.path ?? name));
      const text = printable(message);
      const details = detailsOf(finding);
      switch (kind) {
        case 'differs':
          if (finding.accepted === null) testCase.failure(text, kind);
          else testCase.skipped();
          testCase.standardOutput(details);
          break;
        case 'problem':
        case 'inconclusive':
          testCase.error(text, kind, details);
          break;
        case 'not-checked':
          testCase.skipped();
          testCase.standardOutput(text);
          break;
        case 'no-difference':
        case 'proved':
          testCase.standardOutput(`${text}, ${finding.scenarios} scenarios; ${dimension ?? ''}`);
          break;
      }
    }
  }
  return `${file.build()}\n`;
}

function caseName({ kind, dimension, entryPoints, message }: Finding): string {
  if (kind === 'problem') return printable(message);
  const through = entryPoints.filter((name) => name !== '*');
  return `${dimension ?? kind}${through.length === 0 ? '' : `: ${someOf(through, 2)}`}`;
}

function detailsOf({ message, entryPoints, replay, accepted, path, line }: Finding): string {
  const lines = [printable(message)];
  if (path !== null) lines.push(`at ${printable(path)}:${line ?? 1}`);
  if (entryPoints.length > 0) lines.push(`through ${entryPoints.join(', ')}`);
  if (accepted !== null) lines.push(`accepted: ${printable(accepted)}`);
  if (replay !== null) lines.push(`replay: ${printable(replay)}`);
  return lines.join('\n');
}
