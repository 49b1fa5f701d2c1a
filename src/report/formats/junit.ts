/**
 * JUnit XML as GitLab reads it (its documentation of unit test reports; test/report/junit.xsd has the rules): a suite an input, a
 * case a pair of versions and dimension. What is shown is an element's text, never an attribute; of two cases with the same class and
 * name only one is; a text that names an attachment would become a link.
 */
import { printable } from '../printable.js';
import { count } from '../text-words.js';
import type { CheckedInput, CheckedInputs } from './checked-input.js';
import { findingsOf, someOf, type Finding } from './findings.js';
import { renderXml, type XmlElement } from './xml.js';

export function renderJunit({ tool, inputs }: CheckedInputs): string {
  const suites = inputs.map(suiteOf);
  return renderXml({
    name: 'testsuites',
    attributes: { name: tool.name, ...countsOf(suites.flatMap(({ cases }) => cases)) },
    content: suites.map(({ name, cases }) => ({
      name: 'testsuite',
      attributes: { name, ...countsOf(cases) },
      content: cases,
    })),
  });
}

function suiteOf({ name, report }: CheckedInput) {
  const suite = clean(name);
  const taken = new Map<string, number>();
  const cases = findingsOf(report).map((finding): XmlElement => {
    const { candidate, against, path } = finding;
    const sides = against === '' ? candidate : `${candidate} against ${against}`;
    const classname = `${suite}: ${sides === '' ? 'input' : clean(sides)}`;
    const wanted = caseName(finding);
    const times = (taken.get(`${classname}\n${wanted}`) ?? 0) + 1;
    taken.set(`${classname}\n${wanted}`, times);
    return {
      name: 'testcase',
      attributes: {
        classname,
        name: times === 1 ? wanted : `${wanted} (${times})`,
        file: clean(path ?? name),
      },
      content: [outcomeOf(finding)],
    };
  });
  return { name: suite, cases };
}

const OUTCOMES = { failures: 'failure', errors: 'error', skipped: 'skipped' } as const;

function countsOf(cases: readonly XmlElement[]): Record<string, string> {
  const having = (outcome: string): number =>
    cases.filter(
      ({ content }) => typeof content !== 'string' && content.some(({ name }) => name === outcome),
    ).length;
  return {
    tests: String(cases.length),
    ...Object.fromEntries(
      Object.entries(OUTCOMES).map(([key, outcome]) => [key, String(having(outcome))]),
    ),
  };
}

function outcomeOf(finding: Finding): XmlElement {
  const { kind, accepted, message } = finding;
  const text = clean(message);
  const details = detailsOf(finding);
  const says = (name: string): XmlElement => ({
    name,
    attributes: { message: text, type: kind },
    content: details,
  });
  switch (kind) {
    case 'differs':
      return accepted === null
        ? says('failure')
        : { name: 'skipped', attributes: {}, content: details };
    case 'problem':
    case 'inconclusive':
      return says('error');
    case 'not-checked':
      return { name: 'skipped', attributes: {}, content: details };
    case 'no-difference':
    case 'proved':
      return {
        name: 'system-out',
        attributes: {},
        content: `${text}, ${count(finding.scenarios, 'scenario')}`,
      };
  }
}

function caseName({ kind, dimension, entryPoints, message }: Finding): string {
  if (kind === 'problem') return clean(message);
  const through = entryPoints.filter((name) => name !== '*');
  return clean(`${dimension ?? kind}${through.length === 0 ? '' : `: ${someOf(through, 2)}`}`);
}

function detailsOf({ message, entryPoints, replay, accepted, path, line }: Finding): string {
  const lines = [message];
  if (path !== null) lines.push(`at ${path}:${line ?? 1}`);
  const through = entryPoints.filter((name) => name !== '*');
  if (through.length > 0) lines.push(`through ${through.join(', ')}`);
  if (accepted !== null) lines.push(`accepted: ${accepted}`);
  if (replay !== null) lines.push(`replay: ${replay}`);
  return lines.map(clean).join('\n');
}

/** One line; nothing in it is taken for `[[ATTACHMENT|path]]`. */
function clean(text: string): string {
  return printable(text).replaceAll('\t', ' ').replaceAll('[[ATTACHMENT|', '[ATTACHMENT|');
}
