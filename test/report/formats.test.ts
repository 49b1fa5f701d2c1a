/** Every format against its own schema or parser, on reports that hold everything. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { CheckedInputs } from '../../src/report/formats/checked-input.js';
import { findingsOf } from '../../src/report/formats/findings.js';
import { renderFormat } from '../../src/report/formats/render-format.js';
import type { CheckReport, Report } from '../../src/report/report.js';
import { FULL_REPORT } from './full-report.js';
import { parseKtap } from './parse-ktap.js';
import { readJunit } from './read-junit.js';

const CHECK: CheckReport = {
  candidate: 'first',
  against: 'original',
  entryPoint: 'f',
  dimension: 'sequential',
  verdict: 'differs',
  scenarios: 7,
  schedules: 7,
  strictScenarios: 0,
  threads: null,
  bound: null,
  linesChanged: ['a.c:11', 'a.c:12'],
  linesCovered: ['a.c:12'],
  branchesChanged: [],
  branchesTaken: [],
  witness: 'w1',
  reason: 'a return value differs & more <so>',
};

const REPORT: Report = {
  ...FULL_REPORT,
  accepted: [
    { candidate: 'first', entryPoint: 'g', dimension: 'sequential', reason: 'it is meant' },
  ],
  checks: [
    CHECK,
    { ...CHECK, entryPoint: 'g' },
    { ...CHECK, dimension: 'yield', verdict: 'no-difference', witness: null, reason: null },
    {
      ...CHECK,
      dimension: 'safety',
      verdict: 'inconclusive',
      witness: null,
      reason: 'out of fuel',
    },
    { ...CHECK, entryPoint: '*', verdict: 'not-checked', witness: null, reason: 'no C changed' },
    { ...CHECK, entryPoint: '*', verdict: 'proved', witness: null, reason: null, bound: 'tokens' },
  ],
};
const CLEAN: Report = {
  ...REPORT,
  exitCode: 0,
  verdict: 'no-difference',
  accepted: [],
  problems: [],
  checks: [{ ...CHECK, verdict: 'no-difference', witness: null, reason: null }],
};
const all = (...reports: readonly Report[]): CheckedInputs => ({
  tool: REPORT.tool,
  exitCode: 1,
  inputs: reports.map((report, at) => ({
    name: `in/${at}.patch`,
    report,
    hunks: [
      {
        candidate: 'first',
        path: 'a.c',
        start: 10,
        count: 4,
        lines: [
          '@@ -10,3 +10,4 @@',
          ' int f(void)',
          ' {',
          '-\told();',
          `+\tnew(${'x, '.repeat(40)}y);`,
          '+\tmore();',
        ],
      },
    ],
  })),
});

describe('findings', () => {
  it('are one for checks that say the same, each with a place in the tree', () => {
    expect(
      findingsOf(REPORT).map(({ kind, path, line, accepted }) => [kind, path, line, accepted]),
    ).toEqual([
      ['differs', 'a.c', 12, null],
      ['differs', 'a.c', 12, 'it is meant'],
      ['no-difference', 'a.c', 12, null],
      ['inconclusive', 'a.c', 12, null],
      ['not-checked', 'a.c', 12, null],
      ['proved', 'a.c', 12, null],
      ...REPORT.problems.map(({ diagnostic }) => [
        'problem',
        diagnostic.at?.path ?? null,
        diagnostic.at?.line ?? null,
        null,
      ]),
    ]);
  });
});

describe('sarif', () => {
  const load = createRequire(import.meta.url);
  const schema: unknown = JSON.parse(
    readFileSync(load.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'),
  );
  // Draft 4 says `id` for `$id`; nothing else in it differs from what ajv reads.
  const { id, $schema, ...rest } = schema as Record<string, unknown>;
  const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(
    rest,
  );
  const parse = (...reports: readonly Report[]) => {
    const log = JSON.parse(renderFormat('sarif', all(...reports))) as {
      runs: { results: Record<string, unknown>[] }[];
    };
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
    return log.runs[0]?.results ?? [];
  };
  it('is what the schema of OASIS takes, and the schema takes not everything', () => {
    expect([id, $schema]).toEqual([expect.any(String), expect.any(String)]);
    expect(validate({ version: '2.1.0', runs: [{}] })).toBe(false);
    const results = parse(REPORT);
    expect(results.map((each) => each['ruleId'])).toEqual([
      'behaviour-differs',
      'behaviour-differs',
      'inconclusive',
      'not-checked',
      ...REPORT.problems.map(() => 'bad-input'),
    ]);
    expect(results[0]?.['locations']).toEqual([
      { physicalLocation: { artifactLocation: { uri: 'a.c' }, region: { startLine: 12 } } },
    ]);
    expect(results[0]).not.toHaveProperty('suppressions');
    expect(results[1]).toHaveProperty('suppressions');
    expect(parse(CLEAN)).toEqual([]);
  });
  it('gives a finding the same fingerprint when lines move, and another one when it is another', () => {
    const print = (report: Report): unknown => parse(report)[0]?.['partialFingerprints'];
    const [first, ...others] = REPORT.checks;
    if (first === undefined) throw new Error('there are checks');
    const moved = { ...first, linesChanged: ['a.c:91'], linesCovered: ['a.c:92'] };
    expect(print({ ...REPORT, checks: [moved, ...others] })).toEqual(print(REPORT));
    const other = { ...first, reason: 'a flush is lost' };
    expect(print({ ...REPORT, checks: [other, ...others] })).not.toEqual(print(REPORT));
  });
});

describe('sarif, of what strangers name', () => {
  it('has relative references, whatever a path holds', () => {
    const path = 'a b/c:d?e#f[0]\ud800\x1b.c';
    const checks = [{ ...CHECK, linesCovered: [`${path}:3`] }];
    const log = JSON.parse(renderFormat('sarif', all({ ...REPORT, checks }))) as {
      runs: {
        results: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }[];
      }[];
    };
    const uri = log.runs[0]?.results[0]?.locations[0]?.physicalLocation.artifactLocation.uri ?? '';
    const base = new URL('file:///tree/');
    expect(decodeURIComponent(new URL(uri, base).pathname)).toBe(
      `/tree/${path.replace('\ud800', '\ufffd')}`,
    );
  });
});

describe('ktap', () => {
  it('is read by a parser of version 1', () => {
    const tests = parseKtap(renderFormat('ktap', all(REPORT, CLEAN)));
    expect(tests.map(({ ok, name, subtests }) => [ok, name, subtests.length])).toEqual([
      [false, 'in/0.patch', 6 + REPORT.problems.length],
      [true, 'in/1.patch', 1],
    ]);
    expect(tests[0]?.subtests.map(({ ok, directive }) => [ok, directive])).toEqual([
      [false, null],
      [true, 'XFAIL it is meant'],
      [true, null],
      [false, 'ERROR out of fuel'],
      [true, 'SKIP no C changed'],
      [true, null],
      ...REPORT.problems.map(() => [false, null]),
    ]);
  });
  it('and that parser refuses what is none', () => {
    expect(() => parseKtap('TAP version 13\n1..0\n')).toThrow();
    expect(() => parseKtap('KTAP version 1\n1..2\nok 1 a\n')).toThrow();
    expect(() => parseKtap('KTAP version 1\n1..2\nok 1 a\nok 3 b\n')).toThrow();
  });
});

describe('junit', () => {
  it('is what GitLab reads, and shows', () => {
    const cases = readJunit(renderFormat('junit', all(REPORT, CLEAN)));
    expect(cases.map(({ suite, status }) => [suite, status])).toEqual([
      ['in/0.patch', 'failed'],
      ['in/0.patch', 'skipped'],
      ['in/0.patch', 'success'],
      ['in/0.patch', 'error'],
      ['in/0.patch', 'skipped'],
      ['in/0.patch', 'success'],
      ...REPORT.problems.map(() => ['in/0.patch', 'error']),
      ['in/1.patch', 'success'],
    ]);
    expect(cases[0]).toMatchObject({
      classname: 'in/0.patch: first against original',
      name: 'sequential: f',
      file: 'a.c',
    });
    // An attribute is not shown where there is a text.
    expect(cases[0]?.output).toBe(
      'a return value differs & more <so>\nat a.c:12\nthrough f\nreplay: patchcheck replay w1.witness',
    );
    expect(cases[4]?.output).toContain('no C changed');
  });

  it('gives no two cases of a suite one name: only the first would be shown', () => {
    const open = { ...CHECK, verdict: 'inconclusive', witness: null } as const;
    const checks = ['one', 'another', 'a third'].map((reason) => ({ ...open, reason }));
    const cases = readJunit(renderFormat('junit', all({ ...REPORT, checks, problems: [] })));
    expect(cases.map(({ name }) => name)).toEqual([
      'sequential: f',
      'sequential: f (2)',
      'sequential: f (3)',
    ]);
  });

  it('is XML whatever a mail says', () => {
    const evil = ']]> ]]> <a b="c"> & \ufffe\uffff\ud800 \x00\x1b [[ATTACHMENT|../../etc/passwd]]';
    const checks = [{ ...CHECK, reason: evil, linesCovered: [`${evil}\n.c:3`] }];
    const inputs = all({ ...REPORT, checks }).inputs.map((each) => ({ ...each, name: evil }));
    const [first] = readJunit(renderFormat('junit', { ...all(REPORT), inputs }));
    expect(first?.output).toContain(']]> ]]> <a b="c"> & \ufffd\ufffd');
  });

  it.each([
    ['text between elements', (xml: string) => xml.replace('<testsuite ', 'Unit\n<testsuite ')],
    ['a result without text', (xml: string) => xml.replace(/(<failure[^>]*)>[^<]*</, '$1><')],
    ['a wrong count', (xml: string) => xml.replace('failures="1"', 'failures="2"')],
    ['a name that is there twice', (xml: string) => xml.replaceAll(/ name="[^"]*"/g, ' name="x"')],
    ['two roots', (xml: string) => `${xml}<testsuites/>`],
    ['a case without its file', (xml: string) => xml.replace(/ file="[^"]*"/, '')],
  ])('and that reader refuses %s', (_, broken) => {
    const xml = renderFormat('junit', all(REPORT));
    expect(broken(xml)).not.toBe(xml);
    expect(() => readJunit(broken(xml))).toThrow();
  });
});

describe('terse', () => {
  it('is as checkpatch prints it, and nothing when clean', () => {
    const lines = renderFormat('terse', all(REPORT)).trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^[^:]+:\d+: (ERROR|WARNING):[A-Z_]+: \S/);
    expect(lines[0]).toBe(
      'a.c:12: ERROR:BEHAVIOUR_DIFFERS: first against original, sequential: a return value differs & more <so> (f)',
    );
    expect(lines).toHaveLength(2 + REPORT.problems.length);
    expect(renderFormat('terse', all(CLEAN))).toBe('');
  });
});

describe('mail', () => {
  const [headers = '', ...parts] = renderFormat('mail', all(REPORT)).split('\n\n');
  const body = parts.join('\n\n');
  it('answers the author, in plain text of 72 columns, with the hunk and one line to reproduce', () => {
    expect(headers).toContain('To: A U Thor <author@example.org>');
    expect(headers).toMatch(/^Subject: Re: /m);
    expect(headers).toContain('In-Reply-To: <1@example.org>');
    for (const line of body.split('\n')) expect(line.length, line).toBeLessThanOrEqual(72);
    expect(body).toContain('> @@ -10,3 +10,4 @@');
    expect(body).toContain('> +        more();');
    expect(body.split('\n').filter((line) => line.startsWith('  patchcheck '))).toHaveLength(1);
    expect(body).toContain('f()');
    expect(body).not.toContain('g()');
  });
  it('is nothing where nothing differs', () => {
    expect(renderFormat('mail', all(CLEAN))).toBe('');
  });
});

describe('b4', () => {
  const parse = (report: Report): Record<string, string>[] =>
    JSON.parse(renderFormat('b4', all(report))) as Record<string, string>[];
  it('is an array of what b4 reads, empty when there is nothing to say', () => {
    for (const result of [...parse(REPORT), ...parse(CLEAN)]) {
      expect(Object.keys(result)).toEqual(['tool', 'status', 'summary', 'url', 'details']);
      expect(['pass', 'warn', 'fail']).toContain(result['status']);
    }
    expect(parse(REPORT)[0]?.['status']).toBe('fail');
    expect(parse(CLEAN).map((each) => [each['status'], each['summary']])).toEqual([
      ['pass', 'no difference found in 7 scenarios'],
    ]);
    const [, , , , untouched] = REPORT.checks;
    expect(parse({ ...CLEAN, checks: untouched === undefined ? [] : [untouched] })).toEqual([]);
  });
});

describe('text from strangers', () => {
  it('leaves no control character in any format', () => {
    const evil = 'x\x1b[2J\u202e\x07\x9b';
    const report: Report = {
      ...REPORT,
      checks: [{ ...CHECK, reason: evil, linesCovered: [`${evil}.c:3`], linesChanged: [] }],
      candidates: REPORT.candidates.map((each) => ({ ...each, subject: evil, author: evil })),
      problems: [
        { candidate: '', diagnostic: { code: 'bad-input', message: evil, at: null, notes: [] } },
      ],
    };
    const inputs = all(report).inputs.map((each) => ({ ...each, name: evil }));
    for (const format of ['junit', 'ktap', 'sarif', 'terse', 'mail', 'b4', 'json'] as const) {
      const text = renderFormat(format, { ...all(report), inputs });
      expect(text, format).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
    }
  });
});
