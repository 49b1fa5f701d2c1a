import { describe, expect, it } from 'vitest';
import { indexUnit } from '../parse/index-unit.js';
import { plainTokens } from '../parse/testing/plain-tokens.js';
import type { TypedUnit } from '../typed.js';
import { checkUnit, type CheckOptions } from './check-unit.js';

function unitOf(text: string, options: Partial<CheckOptions> = {}): TypedUnit {
  const index = indexUnit('test.c', plainTokens(text));
  if (!index.ok) throw new Error(index.error.message);
  return checkUnit(index.value, options);
}

describe('checkUnit', () => {
  it('types a function', () => {
    const unit = unitOf(`
      typedef unsigned long long u64;
      struct list { struct list *next; int n; };
      static inline int sum(struct list *l) { int s = 0; while (l) { s += l->n; l = l->next; } return s; }
      int first(void) { struct list b = { 0, 2 }, a = { .next = &b, .n = 1 }; return sum(&a); }
    `);
    const sum = unit.function('sum');
    expect(sum.ok).toBe(true);
    const f = unit.function('first');
    if (!f.ok) throw new Error(JSON.stringify(f.error));
    expect(f.value.ref.linkage).toBe('external');
  });
});
