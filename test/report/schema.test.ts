/** The JSON schema and the types of `report.ts` say the same, and what a run makes is what they say. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv, type ErrorObject } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { engine } from '../../cli/engine.js';
import { assetsOf, defaultPack } from '../../cli/packs.js';
import { chooseTree } from '../../cli/trees.js';
import { checkThread, type CheckOutcome } from '../../src/check-thread.js';
import { AS_IT_IS } from '../../src/mail/read-thread.js';
import { SCHEMA_VERSION } from '../../src/report/report.js';
import { FULL_REPORT } from './full-report.js';

const schema = readJson('../../src/report/report-schema.json');

describe('report-schema.json', () => {
  const ajv = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true });

  it('is a valid schema of draft-07', () => {
    expect(field(schema, '$schema')).toBe('http://json-schema.org/draft-07/schema#');
    expect(ajv.validateSchema(schema as object)).toBe(true);
  });

  it('states the version that reports carry', () => {
    expect(field(field(field(schema, 'properties'), 'schemaVersion'), 'const')).toBe(
      SCHEMA_VERSION,
    );
  });

  it('takes a report with everything that the types allow', () => {
    expect(problems(FULL_REPORT)).toEqual([]);
  });

  it('names nothing that the types do not have', () => {
    expect(missing(schema, [FULL_REPORT], '')).toEqual([]);
  });

  it('lets no field be left out that the types always have, and none be added', () => {
    const optional = ['help', 'excerpt'];
    const expected = ['problems', 'remarks'].flatMap((list) =>
      optional.map((name) => `.${list}[].diagnostic: ${name} may be left out`),
    );
    expect(looseObjects(schema, '')).toEqual(expected);
  });

  it('refuses what no report says', () => {
    expect(problems({ ...FULL_REPORT, verdict: 'fine' })).not.toEqual([]);
    expect(problems({ ...FULL_REPORT, extra: 1 })).not.toEqual([]);
    expect(problems({ ...FULL_REPORT, exitCode: 3 })).not.toEqual([]);
    expect(problems({ ...FULL_REPORT, checks: undefined })).not.toEqual([]);
  });

  describe('a run on the thread', () => {
    let outcome: CheckOutcome;
    beforeAll(async () => {
      outcome = await run(bytes('../../patches/20241023-tdp-fast-forward.mbox'));
    }, 300_000);

    it('makes a report that the schema takes', () => {
      expect(problems(outcome.report)).toEqual([]);
      expect(outcome.report.candidates.length).toBeGreaterThanOrEqual(2);
      expect(outcome.report.checks.length).toBeGreaterThan(0);
      expect(outcome.report.workloads.length).toBeGreaterThan(0);
    });

    it('makes plain data: nothing is lost on the way through JSON', () => {
      expect(JSON.parse(JSON.stringify(outcome.report))).toEqual(outcome.report);
    });
  });

  it('takes the report of a refused input', async () => {
    const { report } = await run(new TextEncoder().encode('no mail at all'));
    expect(problems(report)).toEqual([]);
    expect(report.exitCode).toBe(2);
    expect(report.problems.length).toBeGreaterThan(0);
  });

  function problems(report: unknown): string[] {
    // As it is read by others: without what JSON does not carry.
    const data: unknown = JSON.parse(JSON.stringify(report));
    const validate =
      ajv.getSchema('report') ?? ajv.addSchema(schema as object, 'report').getSchema('report');
    if (validate === undefined) throw new Error('the schema does not compile');
    if (validate(data)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message }: ErrorObject) => `${instancePath} ${message ?? ''}`,
    );
  }
});

function run(input: Uint8Array): Promise<CheckOutcome> {
  const chosen = chooseTree({ tree: 'model' });
  if (!chosen.ok) throw new Error(chosen.error.message);
  const pack = defaultPack();
  return checkThread(
    {
      mails: [{ kind: 'file', file: { path: 'thread.mbox', bytes: input } }],
      reading: AS_IT_IS,
      ...chosen.value,
      pack,
      assets: assetsOf(pack),
      largeMemories: false,
      tool: { name: 'patchcheck', version: '0' },
      seed: 'schema',
      proof: null,
      sizes: {
        scenarios: 3,
        yields: 3,
        references: 1,
        repeats: 1,
        strict: 2,
        explored: 1,
        schedules: 20,
        interleaved: 1,
        searched: 20,
        steered: 0,
        budget: 100_000,
      },
      scope: { most: 20, pairs: false },
      candidates: [],
      functions: [],
      rules: { failOnCost: false, strict: false },
      accept: [],
      base: null,
      replay: (id) => `patchcheck replay ${id}`,
    },
    engine({ progress: () => undefined, cancelled: () => false, workers: 1 }),
  );
}

/** Properties of the schema, by path, that none of the values has: each list's items are looked at together. */
function missing(at: unknown, values: readonly unknown[], path: string): string[] {
  const objects = values.filter((value) => typeof value === 'object' && value !== null);
  const own = Object.entries(objectOf(field(at, 'properties'))).flatMap(([name, below]) => {
    const having = objects.filter((value) => Object.hasOwn(value, name));
    const where = `${path}.${name}`;
    return having.length === 0
      ? [where]
      : missing(
          below,
          having.map((value) => field(value, name)),
          where,
        );
  });
  const items = field(at, 'items');
  const inItems =
    items === undefined
      ? []
      : missing(
          items,
          objects.flatMap((value): unknown[] => (Array.isArray(value) ? value : [])),
          `${path}[]`,
        );
  const branches = field(at, 'anyOf');
  const inBranches = Array.isArray(branches)
    ? branches.flatMap((branch) => missing(branch, objects, path))
    : [];
  return [...own, ...inItems, ...inBranches];
}

function looseObjects(at: unknown, path: string): string[] {
  const properties = Object.entries(objectOf(field(at, 'properties')));
  const required = field(at, 'required');
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  const own = properties
    .filter(([name]) => !needed.includes(name))
    .map(([name]) => `${path}: ${name} may be left out`);
  if (properties.length > 0 && field(at, 'additionalProperties') !== false)
    own.push(`${path}: others may be added`);
  const branches = field(at, 'anyOf');
  return [
    ...own,
    ...properties.flatMap(([name, below]) => looseObjects(below, `${path}.${name}`)),
    ...(field(at, 'items') === undefined ? [] : looseObjects(field(at, 'items'), `${path}[]`)),
    ...(Array.isArray(branches) ? branches.flatMap((branch) => looseObjects(branch, path)) : []),
  ];
}

function field(value: unknown, name: string): unknown {
  return objectOf(value)[name];
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function bytes(relative: string): Uint8Array {
  return readFileSync(fileURLToPath(new URL(relative, import.meta.url)));
}

function readJson(relative: string): unknown {
  return JSON.parse(new TextDecoder().decode(bytes(relative)));
}
