/** What only strict machines see: a patch that introduces it is told so, with a witness that replays. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Report } from '../../src/report/report.js';
import { editMail, MMU } from './model-patch.js';
import { runCommand } from './run-command.js';

const directory = mkdtempSync(join(tmpdir(), 'patchcheck-strict-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const TDP_MMU = `${MMU}/tdp_mmu.c`;
const TIME = 240_000;

it(
  'a local that a patch leaves without a value',
  async () => {
    const path = join(directory, 'in.mbox');
    writeFileSync(
      path,
      editMail(
        TDP_MMU,
        'shadow_dirty_mask;\n\tbool changed = false;\n\tstruct tdp_iter iter;',
        'shadow_dirty_mask;\n\tstruct tdp_iter iter;\n\tbool changed;',
      ),
    );
    const witnesses = join(directory, 'w');
    const options = ['--scenarios', '10', '--function', 'clear_dirty_gfn_range'];
    const ran = await runCommand(
      'apply',
      path,
      ...options,
      '--json',
      '-',
      '--witness-dir',
      witnesses,
    );
    const report = JSON.parse(ran.out) as Report;
    const found = report.checks.filter((check) => check.verdict === 'differs');
    expect(new Set(found.map((check) => check.dimension))).toEqual(new Set(['safety']));
    expect(found.every((check) => check.strictScenarios > 0)).toBe(true);
    expect(report.witnesses[0]?.mismatch).toContain('uninitialised');
    // through its caller the value decides a branch of the tree; called by itself, the harness looks at its result
    const through = report.witnesses.find((each) => each.entryPoint !== 'clear_dirty_gfn_range');
    const drawing = through?.drawing.join('\n') ?? '';
    expect(drawing).toContain(`${TDP_MMU}:`);
    expect(drawing).toContain('if (clear_dirty_gfn_range(');
    expect(drawing).toContain('^');
    const stored = readdirSync(witnesses);
    expect(readFileSync(join(witnesses, stored[0] ?? ''), 'utf8')).toContain('machine: strict');
    const again = await runCommand('replay', join(witnesses, stored[0] ?? ''));
    expect(again.out).toContain('reproduced:');
    expect(again.status).toBe(1);
  },
  TIME,
);

it(
  'a pointer that a patch makes null, with the place where it was last written',
  async () => {
    const path = join(directory, 'null.mbox');
    const iterator = `${MMU}/tdp_iter.c`;
    writeFileSync(path, editMail(iterator, '(tdp_ptep_t)root->spt;', '(tdp_ptep_t)NULL;'));
    const options = ['--scenarios', '5', '--function', 'clear_dirty_gfn_range', '--json', '-'];
    const report = JSON.parse((await runCommand('apply', path, ...options)).out) as Report;
    const drawings = report.witnesses
      .filter((each) => each.dimension === 'safety')
      .map(({ drawing }) => drawing);
    expect(drawings.length).toBeGreaterThan(0);
    for (const drawing of drawings) {
      const said = drawing.indexOf('the value was last written here in tdp_iter_refresh_sptep');
      expect(drawing[said + 1]).toContain(`${iterator}:16:`);
      expect(drawing[said + 2]).toContain('iter->sptep = &table[');
    }
  },
  TIME,
);
