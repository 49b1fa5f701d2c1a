import { describe, expect, it } from 'vitest';
import { generatedEntries } from './generate/calls.js';
import { generateCase } from './generate/case.js';
import { drawCase, WIDTH } from './draw.js';
import { runReferences } from './reference/run.js';
import { parseScenario } from './scenario-text.js';
import type { Trace } from './trace.js';

const options = { scopes: new Set<string>(), fuel: 1e6 };

describe('drawing a witness', () => {
  it('shows tables as a tree and both traces side by side', () => {
    const parsed = parseScenario(
      `configuration ept maxphyaddr 48 ad-bits suppress-ve
slot address-space 0 gfns 0x0..0x7ff max-level 2
root level 4 references 1
  [0] table
    [0] table
      [0] table
        [3..4] leaf pfn 0x100003 RWX A D mmu-w host-w
      [2] leaf pfn 0x100400 RW- mmu-w host-w
root level 4 smm invalid references 1
call kvm_tdp_mmu_zap_leafs start 0x0 end 0x600 flush 0
`,
      'test',
    );
    if (!parsed.ok) throw new Error(parsed.error.message);
    const old = runReferences(parsed.value, { rules: [] }, options);
    if (old === null) throw new Error('no reference');
    const now: Trace = {
      ...old,
      events: old.events.filter((e) => e.kind !== 'spte' || !e.at.endsWith('[4]')),
      final: [...old.final, 'r0[0][0][0][4] leaf pfn 0x100004 RWX A D mmu-w host-w'],
    };
    const lines = drawCase(parsed.value, { rules: [] }, old, now, ['original', 'candidate']);
    expect('\n' + lines.join('\n') + '\n').toMatchInlineSnapshot(`
      "
      EPT, 48 address bits, A/D bits
      slot 0: gfns 0x0..0x7ff, pages up to 2M
      r0: 4 levels
      \`-- [0] table  (gfns 0x0..0x7ffffff)
          \`-- [0] table  (gfns 0x0..0x3ffff)
              |-- [0] table  (gfns 0x0..0x1ff)
              |   \`-- [3..4] leaf pfn 0x100003 RWX A D mmu-w host-w  (gfns 0x3..0x4)
              \`-- [2] leaf pfn 0x100400 RW- mmu-w host-w  (gfns 0x400..0x5ff)
      r1: 4 levels, invalid, SMM, empty
      call kvm_tdp_mmu_zap_leafs start 0 end 0x600 flush 0

      original                                           candidate
      -------------------------------------------------+-------------------------------------------------
      ... 2 equal ...
      pages at level 1: -1                               pages at level 1: -1
      pfn 0x100003 is dirty                              pfn 0x100003 is dirty
      pfn 0x100003 is accessed                           pfn 0x100003 is accessed
      r0[0][0][0][4]: leaf pfn 0x100004 RWX A D mmu-w  <
        host-w => 0
      pages at level 1: -1                               pages at level 1: -1
      pfn 0x100004 is dirty                              pfn 0x100004 is dirty
      pfn 0x100004 is accessed                           pfn 0x100004 is accessed
      ... 3 equal ...
      final state                                        final state
      ... 4 equal ...
      root r1 level 4 invalid smm references 1           root r1 level 4 invalid smm references 1
      pages at level 1: -2                               pages at level 1: -2
      pages at level 2: -1                               pages at level 2: -1
                                                       > r0[0][0][0][4] leaf pfn 0x100004 RWX A D mmu-w
                                                           host-w
      "
    `);
  });

  it('stays within its width', () => {
    for (const entry of generatedEntries) {
      for (let index = 0; index < 4; index++) {
        const found = generateCase({ seed: 'draw', entry, dimension: 'yield', index, scopes: [] });
        const { scenario, schedule } = found;
        const trace = runReferences(scenario, schedule, options);
        if (trace === null) continue;
        const other = { ...trace, events: trace.events.slice(1), final: trace.final.slice(1) };
        for (const line of drawCase(scenario, schedule, trace, other, ['original', 'candidate'])) {
          expect(line.length, line).toBeLessThanOrEqual(WIDTH);
        }
      }
    }
  });
});
