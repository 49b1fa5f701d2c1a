/**
 * What b4's review check commands read: one mail went in, an array of results comes out; an empty one is "nothing to say".
 * Source: b4's documentation of `b4.review-perpatch-check-cmd`.
 */
import { jsonText } from '../json-text.js';
import { printable } from '../printable.js';
import { count } from '../text-words.js';
import type { CheckedInputs } from './checked-input.js';
import { findingsOf, isBetweenRivals, sentenceOf, type Finding } from './findings.js';

interface B4Result {
  readonly tool: string;
  readonly status: 'pass' | 'warn' | 'fail';
  readonly summary: string;
  readonly url: string;
  readonly details: string;
}

export function renderB4({ tool, inputs }: CheckedInputs): string {
  const results = inputs.flatMap(({ report }) => {
    const findings = findingsOf(report).filter(
      (finding) => finding.kind !== 'not-checked' && !isBetweenRivals(finding),
    );
    const candidates = [...new Set(findings.map(({ candidate }) => wholeOf(candidate)))];
    return candidates
      .filter((candidate) => candidate !== 'original')
      .map((candidate) =>
        resultOf(
          tool.name,
          findings.filter((finding) => wholeOf(finding.candidate) === candidate),
        ),
      );
  });
  return jsonText(results);
}

/** A patch of a series counts towards the series. */
function wholeOf(candidate: string): string {
  return candidate.replace(/#.*$/, '');
}

function resultOf(tool: string, findings: readonly Finding[]): B4Result {
  const news = findings.filter(({ accepted }) => accepted === null);
  const differs = news.filter(({ kind }) => kind === 'differs');
  const open = news.filter(({ kind }) => kind === 'inconclusive' || kind === 'problem');
  const worst = differs[0] ?? open[0];
  const scenarios = findings.reduce((sum, finding) => sum + finding.scenarios, 0);
  const proved = findings.every(({ kind }) => kind === 'proved');
  const details = [...differs, ...open].map((finding) =>
    [sentenceOf(finding), ...(finding.replay === null ? [] : [`replay: ${finding.replay}`])].join(
      '\n',
    ),
  );
  return {
    tool,
    status: differs.length > 0 ? 'fail' : open.length > 0 ? 'warn' : 'pass',
    summary: printable(
      worst !== undefined
        ? sentenceOf(worst)
        : proved
          ? (findings[0]?.message ?? 'proved equal')
          : `no difference found in ${count(scenarios, 'scenario')}`,
    ),
    url: '',
    details: printableLines(details.join('\n\n')),
  };
}

function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
