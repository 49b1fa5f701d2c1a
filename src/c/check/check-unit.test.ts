import { describe, expect, it } from 'vitest';
import { unitOf } from './testing/unit-of.js';

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
