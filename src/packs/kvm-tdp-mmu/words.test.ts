import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENTRY_POINTS, entryPoint, kernelNames } from './entry-points.js';
import { parametersMacro } from './features.js';
import { COND_RESCHED_SCOPE, REMOVED_PT_SCOPE } from './scopes.js';
import * as words from './words.js';

const c = (name: string): string =>
  readFileSync(join(import.meta.dirname, 'c/include/pc', name), 'utf8');

/** Numbers of #define lines; a sum or product of known names is worked out. */
function definitions(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const [, name = '', value = ''] of text.matchAll(/^#define (PC_\w+) ([^/\n]+)/gm)) {
    const expression = value
      .trim()
      .replace(/ULL$/, 'n')
      .replace(/PC_\w+/g, (each) => String(found.get(each)));
    if (!/^[\d\s()+*n]+$|^0x[\da-f]+n$/.test(expression)) continue;
    const terms = expression.replace(/[()n]/g, '').split('+');
    const sum = terms.reduce(
      (total, term) => total + term.split('*').reduce((product, f) => product * Number(f), 1),
      0,
    );
    found.set(name, sum);
  }
  return found;
}

describe('the words that C and TypeScript exchange', () => {
  const defined = definitions(c('pc.h') + c('words.h') + c('scopes.h'));
  const groups: Record<string, Readonly<Record<string, number | bigint>>> = {
    PC_IN_: words.IN,
    PC_OUT_: words.OUT,
    PC_CONFIG_: words.CONFIG,
    PC_ROOT_: words.ROOT,
    PC_TABLE_: words.TABLE,
    PC_ENTRY_: words.ENTRY,
    PC_LEAF_: words.LEAF,
    PC_ACTION_: words.ACTION,
    PC_PLACE_: words.PLACE,
    PC_OPTION_: words.OPTION,
    PC_HELD_: words.HELD,
    PC_STATUS_: words.STATUS,
    PC_TRAP_: words.TRAP,
    PC_EVENT_: words.EVENT,
    PC_RESULT_: words.RESULT,
    PC_FINAL_: words.FINAL,
    PC_ODD_: words.ODD,
    PC_COUNTER_: words.COUNTER,
  };

  it.each(Object.entries(groups))('%s… have the same numbers', (prefix, group) => {
    for (const [name, value] of Object.entries(group)) {
      if (prefix + name === 'PC_IN_MAGIC' || prefix + name === 'PC_OUT_MAGIC') continue;
      expect(defined.get(prefix + name), prefix + name).toBe(Number(value));
    }
  });

  it('buffers and scopes have the same sizes and numbers', () => {
    expect(defined.get('PC_IN_WORDS')).toBe(words.IN_WORDS);
    expect(defined.get('PC_OUT_WORDS')).toBe(words.OUT_WORDS);
    expect(defined.get('PC_COST_WORDS')).toBe(words.COST_WORDS);
    expect(defined.get('PC_MAX_CALLS')).toBe(words.MAX_CALLS);
    expect(defined.get('PC_ENTRY_POINT_MAP')).toBe(entryPoint('kvm_tdp_mmu_map')?.number);
    expect(defined.get('PC_SCOPE_COND_RESCHED')).toBe(COND_RESCHED_SCOPE);
    expect(defined.get('PC_SCOPE_REMOVED_PT')).toBe(REMOVED_PT_SCOPE);
    expect(c('words.h')).toContain(`0x${words.MAGIC.toString(16)}ULL`);
  });

  it('every entry point has its shim under its number, for the parameters that it names', () => {
    const text = c('harness/entries.c');
    for (const entry of ENTRY_POINTS) {
      const { name, number, shim, parameters } = entry;
      const known = kernelNames(entry).flatMap((each) =>
        parameters.map((count) => `${parametersMacro(each)} == ${String(count)}`),
      );
      const dispatch = `#if ${known.join(' || ')}\n\tcase ${String(number)}:\n\t\t${shim}();`;
      expect(text, name).toContain(dispatch);
      for (const condition of known) {
        expect(text, name).toMatch(new RegExp(`#(el)?if ${condition}\\n[^#]*void ${shim}\\(`));
      }
    }
  });
});
