/** A report, made by hand, in which every field of every type stands at least once. Not a result of anything. */
import type { Place } from '../../src/base/diagnostic.js';
import type { Report } from '../../src/report/report.js';

const BLOB = '0123456789abcdef0123456789abcdef01234567';
const AT: Place = { path: 'a.c', line: 3, column: 2, sourceLine: '\tint x;', length: 3 };

/** `Required` at the top: a field that becomes optional one day has to be filled in here, too. */
export const FULL_REPORT: Required<Report> = {
  schemaVersion: 1,
  tool: { name: 'patchcheck', version: '1.2.3' },
  seed: '1',
  exitCode: 1,
  verdict: 'differs',
  partial: 'stopped before all runs were made',
  tree: {
    kind: 'git',
    path: '/linux',
    revision: 'v6.12',
    configuration: 'x86-64, built in',
    notes: [],
  },
  candidates: [
    {
      id: 'first',
      subject: '[PATCH] one thing',
      author: 'A U Thor <author@example.org>',
      messageId: '<1@example.org>',
      origin: 'series',
      onTopOf: null,
      apply: {
        status: 'offset',
        files: [
          {
            path: 'a.c',
            baseBlob: BLOB,
            expectedBaseBlob: BLOB.slice(0, 12),
            resultBlob: BLOB,
            expectedResultBlob: BLOB.slice(0, 12),
            hunks: [
              { status: 'offset', line: 12, offset: 2, fuzz: 0 },
              { status: 'failed', line: null, offset: 0, fuzz: 0 },
            ],
          },
          {
            path: 'b.c',
            baseBlob: null,
            expectedBaseBlob: null,
            resultBlob: null,
            expectedResultBlob: null,
            hunks: [],
          },
        ],
      },
      functions: [
        { name: 'f', file: 'a.c', line: 10, change: 'modified', reference: 'f.ts' },
        { name: 'g', file: 'a.c', line: 20, change: 'added', reference: null },
      ],
      steps: [
        {
          id: 'first#1/2',
          against: 'original',
          subject: 'one half',
          messageId: '<1-1@example.org>',
          apply: {
            status: 'exact',
            files: [
              {
                path: 'a.c',
                baseBlob: BLOB,
                expectedBaseBlob: null,
                resultBlob: BLOB,
                expectedResultBlob: null,
                hunks: [{ status: 'exact', line: 12, offset: 0, fuzz: 0 }],
              },
            ],
          },
          functions: [{ name: 'f', file: 'a.c', line: 10, change: 'modified', reference: null }],
        },
      ],
    },
    {
      id: 'second',
      subject: 'Re: [PATCH] one thing',
      author: 'R E Viewer <reviewer@example.org>',
      messageId: '<2@example.org>',
      origin: 'reply',
      onTopOf: 'first',
      apply: { status: 'exact', files: [] },
      functions: [],
      steps: [],
    },
  ],
  checks: [
    {
      candidate: 'first',
      against: 'original',
      entryPoint: 'f',
      dimension: 'sequential',
      verdict: 'differs',
      scenarios: 7,
      strictScenarios: 0,
      threads: { pairs: 2, orders: 9, whole: 2, preemptions: 3 },
      schedules: 9,
      bound: 'tables of 4 entries',
      linesChanged: ['a.c:11', 'a.c:12'],
      linesCovered: ['a.c:11'],
      branchesChanged: ['a.c:11:7 false: a > b', 'a.c:11:7 true: a > b'],
      branchesTaken: ['a.c:11:7 true: a > b'],
      witness: 'w1',
      reason: 'a return value differs',
    },
  ],
  accepted: [
    { candidate: 'first', entryPoint: 'f', dimension: 'sequential', reason: 'it is meant' },
  ],
  costs: [
    {
      candidate: 'first',
      entryPoint: 'f',
      metric: 'loops',
      original: 9216,
      value: 303,
      scenario: '1/f/sequential/4',
    },
  ],
  workloads: [
    {
      name: 'hello',
      candidate: 'first',
      rows: [{ root: 0, level: 1, loops: 4, reads: 3, polls: 2, entries: 1 }],
      total: { loops: 4, reads: 3, polls: 2, entries: 1 },
    },
  ],
  sizedCosts: [
    {
      candidate: 'first',
      entryPoint: 'f',
      mapping: 'huge',
      gib: 1,
      costs: [{ metric: 'loops', value: 4 }],
      notRun: null,
    },
    {
      candidate: 'first',
      entryPoint: 'f',
      mapping: 'huge',
      gib: 1024,
      costs: null,
      notRun: 'only with --deep',
    },
  ],
  unreached: [
    {
      candidate: 'first',
      place: 'a.c:7',
      runs: 300,
      needs: [{ outcome: 'a.c:6:5 true: n == 77', asked: 12 }],
      notCalled: null,
    },
    {
      candidate: 'first',
      place: 'a.c:9:5 false: m',
      runs: 300,
      needs: [],
      notCalled: { function: 'g', callers: ['f'] },
    },
  ],
  worstCosts: [
    {
      entryPoint: 'f',
      metric: 'loops',
      size: [{ name: 'pages', value: '≤ 512' }],
      bound: null,
      cases: 80,
      largest: [
        { candidate: 'original', value: 512 },
        { candidate: 'first', value: 16 },
      ],
    },
    {
      entryPoint: 'f',
      metric: 'loops',
      size: [],
      bound: 'every table of 2 levels',
      cases: 1000,
      largest: [
        { candidate: 'original', value: 8 },
        { candidate: 'first', value: 9 },
      ],
    },
  ],
  worstCases: [
    {
      entryPoint: 'f',
      size: [{ name: 'pages', value: '≤ 512' }],
      scenario: 'root 4',
      shows: [
        {
          metric: 'loops',
          candidate: 'first',
          over: 'original',
          tellsOf: ['first'],
          values: [
            { candidate: 'original', value: 3 },
            { candidate: 'first', value: 7 },
          ],
        },
        {
          metric: 'loops',
          candidate: 'original',
          over: null,
          tellsOf: [],
          values: [{ candidate: 'original', value: 512 }],
        },
      ],
    },
  ],
  witnesses: [
    {
      id: 'w1',
      candidate: 'first',
      against: 'original',
      entryPoint: 'f',
      dimension: 'sequential',
      scenario: 'root 4',
      schedule: '',
      mismatch: 'f returns 1 instead of 0',
      drawing: ['root', '  leaf'],
      replay: 'patchcheck replay w1.witness',
    },
  ],
  modelled: ['rwlock'],
  notChecked: [{ candidate: 'first', file: 'c.c', function: 'h', reason: 'no pack covers it' }],
  remarks: [
    {
      candidate: 'someone',
      diagnostic: {
        code: 'bad-input',
        message: 'the hunk does not apply',
        at: AT,
        notes: [
          { message: 'the nearest match is here', at: AT },
          { message: 'and nowhere else', at: null },
        ],
        excerpt: [{ line: 4, text: '+int y;' }],
        help: 'rebase it',
      },
    },
  ],
  problems: [
    {
      candidate: 'second',
      diagnostic: {
        code: 'bad-input',
        message: 'the hunk does not apply',
        at: AT,
        notes: [
          { message: 'the nearest match is here', at: AT },
          { message: 'and nowhere else', at: null },
        ],
        excerpt: [{ line: 4, text: '+int y;' }],
        help: 'rebase it',
      },
    },
    {
      candidate: '',
      diagnostic: { code: 'limit', message: 'too large', at: null, notes: [] },
    },
  ],
};
