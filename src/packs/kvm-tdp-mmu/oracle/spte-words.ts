/** What the text of an SPTE says, as far as the oracles ask. */
export interface SpteWords {
  readonly kind: 'none' | 'leaf' | 'table';
  readonly words: ReadonlySet<string>;
  readonly pfn: string;
  readonly writable: boolean;
}

export function spteWords(text: string): SpteWords {
  const words = text.split(' ');
  if (words[0] === '->') return { kind: 'table', words: new Set(words), pfn: '', writable: true };
  if (words[0] !== 'leaf') return { kind: 'none', words: new Set(words), pfn: '', writable: false };
  return {
    kind: 'leaf',
    words: new Set(words),
    pfn: words[2] ?? '',
    writable: words[3]?.[1] === 'W',
  };
}

/** Can another CPU change the leaf without mmu_lock (spte_has_volatile_bits)? `adBits`: what SPTEs of this host usually have. */
export function isVolatileLeaf(text: string, adBits: boolean): boolean {
  const spte = spteWords(text);
  if (spte.kind !== 'leaf') return false;
  if (spte.words.has('tracked')) return true;
  if (spte.words.has('mmu-w') && !spte.writable) return true;
  const hasBits = spte.words.has('ad-on') || spte.words.has('wp-only') || adBits;
  if (!hasBits || spte.words.has('ad-off')) return false;
  return !spte.words.has('A') || (spte.writable && !spte.words.has('D'));
}

/**
 * May vCPUs keep using a translation that the new value no longer allows? Then TLBs owe a flush. Ageing owes none: a missed
 * access is worth less than the flush. Splitting owes none: it translates alike.
 */
export function owesFlush(from: string, to: string): boolean {
  const [before, after] = [spteWords(from), spteWords(to)];
  switch (before.kind) {
    case 'none':
      return false;
    case 'table':
      return from !== to;
    case 'leaf':
      if (after.kind === 'none') return true;
      if (after.kind === 'table') return false;
      return (
        before.pfn !== after.pfn ||
        (before.writable && !after.writable) ||
        lost('mmu-w', before, after) ||
        lost('D', before, after)
      );
  }
}

function lost(word: string, before: SpteWords, after: SpteWords): boolean {
  return before.words.has(word) && !after.words.has(word);
}
