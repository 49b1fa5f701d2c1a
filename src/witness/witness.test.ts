import { describe, expect, it } from 'vitest';
import { parseWitness, printWitness, type Witness } from './witness.js';

const witness: Witness = {
  tool: 'patchcheck 0.1.0',
  pack: 'kvm-tdp-mmu',
  tree: 'model',
  configuration: 'built-in',
  blobs: new Map([['a/b.c', '0123456789012345678901234567890123456789']]),
  candidate: { id: 'someone', diffs: ['diff --git a/a/b.c b/a/b.c\n@@ -1 +1 @@\n-x\n+y\n'] },
  against: { id: 'original', diffs: [] },
  entry: 'f',
  dimension: 'sequential',
  seed: '1',
  strict: true,
  mismatch: 'the result is 1, was 0',
  scenario: 'root 0\n  entry 3: leaf\n',
  schedule: '',
};

describe('witness text', () => {
  it('comes back as it went', () => {
    expect(parseWitness('w', printWitness(witness))).toEqual({ ok: true, value: witness });
  });
  it('keeps a mail from writing lines of its own', () => {
    const text = printWitness({ ...witness, mismatch: 'a\nentry: g' });
    const back = parseWitness('w', text);
    expect(back.ok && back.value.entry).toBe('f');
  });
  it.each([
    ['', 'this is no patchcheck witness of format 1'],
    [printWitness(witness).replace('entry: f\n', ''), 'the line `entry: …` is missing'],
    [
      printWitness(witness).replace('[scenario]\n', ''),
      'a line before the sections is not `name: value`',
    ],
    [printWitness(witness).replace('entry: f', 'entry: f\nentry: g'), '`entry` stands twice'],
  ])('says what is wrong with a damaged one', (text, message) => {
    const back = parseWitness('w', text);
    expect(back.ok ? '' : back.error.message).toBe(message);
  });
});
