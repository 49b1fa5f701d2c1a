/** Files, edits to them, and edits that somebody else has made in the meantime: for tests of applying. */
import fc from 'fast-check';

/** Few different lines, so that hunks match in several places. */
const lineText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'c', '', '\t}', '\treturn 0;') },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 40 }).map((n) => `line ${n}`) },
);

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: readonly string[];
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(60),
  remove: fc.nat(4),
  insert: fc.array(lineText, { maxLength: 4 }),
});

export interface Case {
  readonly base: readonly string[];
  readonly patch: readonly Edit[];
  readonly drift: readonly Edit[];
  readonly newlineAtEnd: readonly [boolean, boolean, boolean];
}

export const driftedFile: fc.Arbitrary<Case> = fc.record({
  base: fc.array(lineText, { maxLength: 45 }),
  patch: fc.array(edit, { minLength: 1, maxLength: 4 }),
  drift: fc.array(edit, { maxLength: 3 }),
  newlineAtEnd: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
});

export function edited(lines: readonly string[], edits: readonly Edit[]): string[] {
  const out = [...lines];
  for (const { at, remove, insert } of edits) {
    out.splice(Math.min(at, out.length), remove, ...insert);
  }
  return out;
}

export function fileText(lines: readonly string[], newline: boolean): string {
  return lines.join('\n') + (newline && lines.length > 0 ? '\n' : '');
}
