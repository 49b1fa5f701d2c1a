/** Notes in the final state say what only wrong code comes to: something leaked, held, or linked though freed. A few are facts. */
export const isNote = (line: string): boolean => line.startsWith('note ');

const FACTS = [/^note MMIO SPTEs created/, /NX huge page disallowed$/];

export const isFact = (line: string): boolean => FACTS.some((fact) => fact.test(line));

const TABLE = /\b(?:r|made|unused)\d+(?:\[\d+\])*/g;

/** Without the names of tables: which one it happens to depends on the order of allocation. */
export function plainNote(line: string): string {
  return line.replaceAll(TABLE, '*');
}
