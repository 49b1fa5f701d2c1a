/** Which case a chunk means by a number. */
import type { Pack } from '../pack-api/pack.js';
import type { Chunk, FoundMismatch } from './campaign.js';

/** null: the chunk has no such text. */
export function givenAt(
  { given, from }: Pick<Chunk, 'given' | 'from'>,
  index: number,
): FoundMismatch['input'] {
  return given?.[index - from] ?? null;
}

/** null: a number of a proof scope under which there is no case. */
export function caseOf<Case, Trace>(
  pack: Pack<Case, Trace>,
  seed: string,
  chunk: Pick<Chunk, 'entry' | 'dimension' | 'scope' | 'given' | 'from'>,
  index: number,
): Case | null {
  const { entry, dimension, scope } = chunk;
  if (chunk.given !== undefined) {
    const text = givenAt(chunk, index);
    const parsed = text && pack.parse(text.scenario, text.schedule);
    if (parsed?.ok !== true) throw new Error('a case of our own cannot be read');
    return parsed.value;
  }
  if (scope === undefined) return pack.generate(seed, entry, dimension, index);
  const found = pack.proofScopes.find(({ name }) => name === scope);
  if (found === undefined) throw new Error(`the pack has no proof scope ${scope}`);
  return found.at(entry, index);
}
