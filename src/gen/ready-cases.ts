/**
 * Cases made ahead of the campaign that runs them. While versions are compiled, which is one thread's work, the others have nothing
 * to do; what a case is depends on no version.
 */
import type { Pack, RawRun } from '../pack-api/pack.js';
import { referenceCasesOf, type CampaignOptions, type Chunk } from './campaign.js';
import { caseOf } from './case-of.js';

/** What running a case takes; the case itself is made again where somebody looks at it closely. */
export interface ReadyCase {
  /** As `Pack.encode` gives them. */
  readonly words: BigUint64Array;
  /** What the references do; null where they do not cover the case, or were not asked. */
  readonly referred: RawRun | null;
}

/** Words that may lie ready in one thread. */
const MOST_WORDS = 16 << 20;
/** Cases between two looks at whether something better is to be done. */
const SLICE = 20;

export class ReadyCases {
  private readonly chunks = new Map<string, readonly ReadyCase[]>();
  private kept = 0;

  constructor(private readonly options: CampaignOptions) {}

  /** Makes the cases of one chunk after the other until `enough`, which is asked after each slice. */
  async make<Case, Trace>(
    pack: Pack<Case, Trace>,
    chunks: Iterable<Chunk>,
    enough: () => Promise<boolean>,
  ): Promise<void> {
    for (const chunk of chunks) {
      if (!canBeReady(chunk)) continue;
      const cases: ReadyCase[] = [];
      for (let at = 0; at < chunk.count; at++) {
        if (at % SLICE === 0 && (await enough())) return;
        const ready = readyCase(pack, chunk, chunk.from + at, this.options);
        cases.push(ready);
        this.kept += ready.words.length + (ready.referred?.words.length ?? 0);
      }
      this.chunks.set(keyOf(chunk), cases);
      if (this.kept > MOST_WORDS) return;
    }
  }

  /** Those of a chunk, once; null where they were not made. */
  take(chunk: Chunk, { seed, referenceCases }: CampaignOptions): readonly ReadyCase[] | null {
    const known = this.options;
    if (seed !== known.seed || referenceCases !== known.referenceCases || !canBeReady(chunk))
      return null;
    const key = keyOf(chunk);
    const cases = this.chunks.get(key) ?? null;
    this.chunks.delete(key);
    return cases;
  }
}

/** Cases of proof scopes cost nothing to make, explored ones come with their schedules, and the few strict ones are made twice. */
function canBeReady({ scope, exploring, strict, searching, given }: Chunk): boolean {
  if (strict === true || searching === true) return false;
  return scope === undefined && exploring === undefined && given === undefined;
}

function readyCase<Case, Trace>(
  pack: Pack<Case, Trace>,
  chunk: Chunk,
  index: number,
  options: CampaignOptions,
): ReadyCase {
  const input = caseOf(pack, options.seed, chunk, index);
  if (input === null) throw new Error('only proof scopes have numbers without a case');
  return {
    words: pack.encode(input),
    referred: index < referenceCasesOf(chunk, options) ? pack.refer(input) : null,
  };
}

function keyOf({ entry, dimension, from, count }: Chunk): string {
  return [entry, dimension, from, count].join('\0');
}
