/**
 * Where locals die that live within one block only. Inspectable modules clear them there: a stale temporary would make two
 * equal states look different. Known gap: a local that lives in several blocks is not followed, and keeps its last value.
 */
import type { Block, LocalId } from '../ir/ir.js';
import { assigned } from './available-checks.js';

export interface DeadLocals {
  /** By block, by instruction: locals that nobody reads behind it. */
  readonly after: readonly (readonly (readonly LocalId[])[])[];
  /** Locals whose last reader is the end of a block: dead at the start of every block. */
  readonly atStart: readonly LocalId[];
}

export function deadLocals(blocks: readonly Block[]): DeadLocals {
  const home = new Map<LocalId, number | null>();
  const firstUse = new Map<LocalId, 'set' | 'read'>();
  const note = (local: LocalId, block: number, use: 'set' | 'read'): void => {
    const known = home.get(local);
    home.set(local, known === undefined || known === block ? block : null);
    if (!firstUse.has(local)) firstUse.set(local, use);
  };
  const last = new Map<LocalId, number>();
  blocks.forEach((block, at) => {
    block.instructions.forEach((instruction, index) => {
      for (const local of readLocals(instruction)) {
        note(local, at, 'read');
        last.set(local, index);
      }
      const set = assigned(instruction);
      if (set !== null) {
        note(set, at, 'set');
        last.set(set, index);
      }
    });
    for (const local of readLocals(block.end)) {
      note(local, at, 'read');
      last.set(local, block.instructions.length);
    }
  });
  const after = blocks.map((block) => block.instructions.map((): LocalId[] => []));
  const atStart: LocalId[] = [];
  for (const [local, block] of home) {
    if (block === null || firstUse.get(local) !== 'set') continue;
    const index = last.get(local) ?? 0;
    const list = after[block]?.[index];
    if (list === undefined) atStart.push(local);
    else list.push(local);
  }
  return { after, atStart };
}

/** IR is plain data, so reads are found by looking at all of it. */
function readLocals(node: unknown): LocalId[] {
  const found: LocalId[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      value.forEach(visit);
      return;
    }
    if ('kind' in value && value.kind === 'local' && 'id' in value && typeof value.id === 'number')
      found.push(value.id);
    if ('kind' in value && value.kind === 'restore-stack' && 'from' in value)
      found.push(Number(value.from));
    Object.values(value).forEach(visit);
  };
  visit(node);
  return found;
}
