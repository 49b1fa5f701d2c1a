/**
 * SARIF 2.1.0 (OASIS), as code-scanning sites take it. A fingerprint is made of what was changed and what differs, not of lines: the
 * same finding keeps it when the code around it moves. A known difference is a suppressed result.
 */
import { jsonText } from '../json-text.js';
import { createHash } from 'node:crypto';
import type { Log, ReportingDescriptor, Result } from 'sarif';
import { printable } from '../printable.js';
import type { CheckedInputs } from './checked-input.js';
import { findingsOf, sentenceOf, type Finding } from './findings.js';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

const RULES: readonly (ReportingDescriptor & { readonly id: string })[] = [
  rule('behaviour-differs', 'The patch changes what the code does', 'error'),
  rule('inconclusive', 'What the patch changes could not be decided', 'warning'),
  rule('bad-input', 'The patch does not apply, or its C is not understood', 'error'),
  rule('not-checked', 'What the patch changes was not checked', 'note'),
];

function rule(id: string, text: string, level: 'error' | 'warning' | 'note') {
  return { id, shortDescription: { text }, defaultConfiguration: { level } };
}

export function renderSarif({ tool, inputs }: CheckedInputs): string {
  const log: Log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: tool.name, version: tool.version, rules: [...RULES] } },
        columnKind: 'utf16CodeUnits',
        results: inputs.flatMap(({ name, report }) =>
          findingsOf(report).flatMap((finding) => resultOf(name, finding)),
        ),
      },
    ],
  };
  return jsonText(log);
}

function resultOf(input: string, finding: Finding): Result[] {
  const ruleId = ruleOf(finding);
  if (ruleId === null) return [];
  const index = RULES.findIndex(({ id }) => id === ruleId);
  const text = printable(sentenceOf(finding));
  const replay = finding.replay === null ? '' : `. Replay: ${printable(finding.replay)}`;
  return [
    {
      ruleId,
      ruleIndex: index,
      level: RULES[index]?.defaultConfiguration?.level ?? 'warning',
      message: { text: `${text}${replay}` },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: uriOf(finding.path ?? input) },
            region: { startLine: Math.max(1, finding.line ?? 1) },
          },
        },
      ],
      partialFingerprints: { 'patchcheck/v1': fingerprint(finding) },
      ...(finding.accepted === null
        ? {}
        : { suppressions: [{ kind: 'external', justification: printable(finding.accepted) }] }),
    },
  ];
}

function ruleOf({ kind }: Finding): string | null {
  switch (kind) {
    case 'differs':
      return 'behaviour-differs';
    case 'inconclusive':
      return 'inconclusive';
    case 'problem':
      return 'bad-input';
    case 'not-checked':
      return 'not-checked';
    case 'no-difference':
    case 'proved':
      return null;
  }
}

/** A relative reference (RFC 3986 4.2): what has a meaning in one is escaped, and what is no text is replaced. */
function uriOf(path: string): string {
  const text = path.replaceAll(/\p{Surrogate}/gu, '\ufffd');
  return encodeURI(text).replaceAll(/[#?:[\]]/g, (char) => encodeURIComponent(char));
}

/** Line numbers that a problem's sentence names are no part of it. */
function fingerprint({ kind, path, candidate, dimension, entryPoints, message }: Finding): string {
  const said = kind === 'problem' ? message.replaceAll(/\d+/g, 'N') : message;
  const parts = [kind, path, candidate, dimension, [...entryPoints].sort(), said];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
