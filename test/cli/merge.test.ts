/** Reports that hands or faults have changed: `merge` says that they are none, and writes nothing. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ciSummary } from '../../src/report/ci-summary.js';
import { FULL_REPORT } from '../report/full-report.js';
import { runCommand } from './run-command.js';

const directory = mkdtempSync(join(tmpdir(), 'patchcheck-merge-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const WHOLE = ciSummary(FULL_REPORT.tool, [{ name: 'a.patch', report: FULL_REPORT, hunks: [] }]);

async function merge(summary: unknown) {
  const path = join(directory, 'part.json');
  const out = join(directory, 'out.sarif');
  writeFileSync(path, typeof summary === 'string' ? summary : JSON.stringify(summary));
  const ran = await runCommand('merge', path, '--format', `sarif=${out}`, '--format', 'text');
  const wrote = existsSync(out);
  rmSync(out, { force: true });
  return { ...ran, wrote };
}

/** The report with something else in one place. */
function changed(path: readonly string[], value: unknown): unknown {
  const copy = structuredClone(WHOLE) as unknown as Record<string, unknown>;
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  at[path.at(-1) ?? ''] = value;
  return copy;
}

describe('merge', () => {
  it('takes a whole report', async () => {
    expect(await merge(WHOLE)).toMatchObject({ status: 1, err: '', wrote: true });
  });

  const report = ['inputs', '0', 'report'];
  it.each([
    ['no JSON', '{'],
    ['another version', changed(['schemaVersion'], 2)],
    ['a tool without a name', changed(['tool'], {})],
    ['an input without a report', changed(report, null)],
    ['a verdict that is none', changed([...report, 'verdict'], '\x1b[2J')],
    ['a check that is none', changed([...report, 'checks'], [null])],
    ['a problem without what it is', changed([...report, 'problems'], [{}])],
    ['a report without its tree', changed([...report, 'tree'], undefined)],
    ['hunks that are none', changed(['inputs', '0', 'hunks'], [null])],
  ])('refuses %s', async (_, summary) => {
    const ran = await merge(summary);
    expect(ran).toMatchObject({ status: 2, out: '', wrote: false });
    expect(ran.err).toContain('is no report that ci --json has written');
  });
});
