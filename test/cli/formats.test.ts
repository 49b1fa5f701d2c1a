/**
 * One real run in every format, each read by what reads it; then the same patch on a tree where its lines have moved: fingerprints stay,
 * lines follow. What a report points at is looked up in the files.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/report.js';
import { parseKtap } from '../report/parse-ktap.js';
import { readJunit } from '../report/read-junit.js';
import { editMail, MMU } from './model-patch.js';
import { runCommand } from './run-command.js';

const directory = mkdtempSync(join(tmpdir(), 'patchcheck-formats-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const TDP_MMU = `${MMU}/tdp_mmu.c`;
const NEW_LINE = '? shadow_dirty_mask : PT_WRITABLE_MASK;';
const MOVED_BY = 7;
const FORMATS = ['json', 'junit', 'ktap', 'sarif', 'terse', 'mail', 'b4'] as const;
type Outputs = Readonly<Record<(typeof FORMATS)[number], string>>;

interface SarifResult {
  readonly ruleId: string;
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number };
    };
  }[];
}

async function outputs(name: string, tree: string, mbox: string): Promise<Outputs> {
  const path = (format: string): string => join(directory, `${name}.${format}`);
  const ran = await runCommand(
    'apply',
    mbox,
    '--tree',
    tree,
    '--scenarios',
    '8',
    '--function',
    'clear_dirty_gfn_range',
    '--format',
    'text',
    ...FORMATS.flatMap((format) => ['--format', `${format}=${path(format)}`]),
  );
  expect(ran.status).toBe(1);
  return Object.fromEntries(
    FORMATS.map((format) => [format, readFileSync(path(format), 'utf8')]),
  ) as Outputs;
}

function differing(text: string): SarifResult[] {
  const log = JSON.parse(text) as { runs: { results: SarifResult[] }[] };
  return (log.runs[0]?.results ?? []).filter(({ ruleId }) => ruleId === 'behaviour-differs');
}

function placeOf({ locations }: SarifResult): { path: string; line: number } {
  const place = locations[0]?.physicalLocation;
  return { path: place?.artifactLocation.uri ?? '', line: place?.region.startLine ?? 0 };
}

describe('a patch that differs', () => {
  const mbox = join(directory, 'in.mbox');
  const tree = join(directory, 'linux');
  const moved = join(directory, 'moved');
  let here: Outputs;
  let there: Outputs;
  let patched: string[];

  beforeAll(async () => {
    writeFileSync(mbox, editMail(TDP_MMU, '? PT_WRITABLE_MASK : shadow_dirty_mask;', NEW_LINE));
    for (const to of [tree, moved])
      cpSync(resolve(import.meta.dirname, '../../fixtures/linux'), to, { recursive: true });
    const text = readFileSync(join(tree, TDP_MMU), 'utf8');
    writeFileSync(join(moved, TDP_MMU), '/* one more */\n'.repeat(MOVED_BY) + text);
    patched = text.replace('? PT_WRITABLE_MASK : shadow_dirty_mask;', NEW_LINE).split('\n');
    here = await outputs('here', tree, mbox);
    there = await outputs('there', moved, mbox);
  }, 600_000);

  it('is told with its line, in every format that has lines', () => {
    const wanted = patched.findIndex((line) => line.includes(NEW_LINE)) + 1;
    const results = differing(here.sarif);
    expect(results.length).toBeGreaterThan(0);
    for (const result of results) expect(placeOf(result)).toEqual({ path: TDP_MMU, line: wanted });
    const lines = here.terse.trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^[^:]+:\d+: (?:ERROR|WARNING):[A-Z_]+: \S.*$/);
    const errors = lines.filter((line) => line.includes(': ERROR:BEHAVIOUR_DIFFERS: '));
    expect(errors.length).toBe(results.length);
    for (const line of errors) expect(line.startsWith(`${TDP_MMU}:${wanted}: `)).toBe(true);
    const failed = readJunit(here.junit).filter(({ status }) => status === 'failed');
    expect(failed.length).toBe(results.length);
    for (const { file, output } of failed) {
      expect(file).toBe(TDP_MMU);
      expect(output).toContain(`at ${TDP_MMU}:${wanted}`);
    }
    const [input] = parseKtap(here.ktap);
    expect(input?.ok).toBe(false);
    expect(input?.subtests.filter(({ ok }) => !ok).length).toBe(results.length);
  });

  it('keeps its fingerprints where the lines have moved, and its lines follow', () => {
    const [before, after] = [differing(here.sarif), differing(there.sarif)];
    expect(after.map(({ partialFingerprints }) => partialFingerprints)).toEqual(
      before.map(({ partialFingerprints }) => partialFingerprints),
    );
    expect(after.map((each) => placeOf(each).line)).toEqual(
      before.map((each) => placeOf(each).line + MOVED_BY),
    );
    expect((JSON.parse(there.json) as Report).candidates[0]?.apply.status).toBe('offset');
  });

  it('has a reply with the hunk, in 72 columns, and one command, which finds it again', async () => {
    const [headers = '', ...parts] = here.mail.split('\n\n');
    const body = parts.join('\n\n');
    expect(headers.split('\n').slice(0, 3)).toEqual([
      'To: A U Thor <author@example.org>',
      'Subject: Re: [PATCH] KVM: x86/mmu: One thing',
      'In-Reply-To: <one@example.org>',
    ]);
    for (const line of body.split('\n')) expect(line.length, line).toBeLessThanOrEqual(72);
    const quoted = body.split('\n').filter((line) => line.startsWith('> '));
    expect(quoted[0]).toBe(`> +++ b/${TDP_MMU}`);
    const changed = (sign: string): string =>
      quoted
        .filter((line) => line.startsWith(`> ${sign} `))
        .map((line) => line.slice(3).trim())
        .join(' ');
    expect(changed('-')).toContain('? PT_WRITABLE_MASK : shadow_dirty_mask;');
    expect(changed('+')).toContain(NEW_LINE);
    const [, command = ''] = /^Reproduce with:\n((?: {2}.*\n)+)/m.exec(body) ?? [];
    const words = command.replaceAll('\\\n', ' ').trim().split(/\s+/);
    expect(words.slice(0, 2)).toEqual(['patchcheck', 'apply']);
    const again = await runCommand(...words.slice(1), '--scenarios', '8', '--quiet');
    expect([again.status, again.err]).toEqual([1, '']);
  }, 300_000);

  it('fails a check of b4', () => {
    expect(JSON.parse(here.b4)).toMatchObject([{ tool: 'patchcheck', status: 'fail', url: '' }]);
  });
});
