/** For a hunk that does not apply: the place in the file that comes closest, so that the message can show the difference. */
import type { ImageLine } from './locate-hunk.js';

export interface NearestMatch {
  /** Line of the file, from 1, at which the hunk's first old line would stand. */
  readonly line: number;
  readonly matching: number;
  readonly total: number;
  /** The first line that differs: where, what stands there (null: the file has ended) and what the patch expects. */
  readonly differsAt: number;
  readonly found: string | null;
  readonly expected: string;
  /** Index into the hunk's old lines of the one that differs. */
  readonly oldIndex: number;
}

/** A line that stands in more places than this (an empty one, a brace) says nothing about where. */
const MAX_PLACES = 500;
/** Only the places with the most such lines are looked at closely. */
const MAX_LOOKED_AT = 50;

export function nearestMatch(
  image: readonly ImageLine[],
  wanted: readonly string[],
  from: number,
): NearestMatch | null {
  const places = new Map<string, number[]>();
  const asked = new Set(wanted);
  image.forEach((line, index) => {
    if (!asked.has(line.text)) return;
    const known = places.get(line.text);
    if (known === undefined) places.set(line.text, [index]);
    else if (known.length <= MAX_PLACES) known.push(index);
  });
  const votes = new Map<number, number>();
  wanted.forEach((text, i) => {
    const known = places.get(text);
    if (known === undefined || known.length > MAX_PLACES) return;
    for (const place of known) votes.set(place - i, (votes.get(place - i) ?? 0) + 1);
  });
  let best: number | null = null;
  let bestCount = 0;
  const starts = [...votes].filter(([start]) => start >= 0).sort((a, b) => b[1] - a[1]);
  for (const [start] of starts.slice(0, MAX_LOOKED_AT)) {
    const count = wanted.filter((text, i) => image[start + i]?.text === text).length;
    const closer = best !== null && Math.abs(start - from) < Math.abs(best - from);
    if (count > bestCount || (count === bestCount && closer)) {
      best = start;
      bestCount = count;
    }
  }
  if (best === null) return null;
  const start = best;
  const oldIndex = wanted.findIndex((text, i) => image[start + i]?.text !== text);
  const expected = wanted[oldIndex];
  // Everything matches, and yet it was refused: the anchors or an earlier hunk stand against it.
  if (expected === undefined) {
    return {
      line: start + 1,
      matching: bestCount,
      total: wanted.length,
      differsAt: start + 1,
      found: image[start]?.text ?? null,
      expected: wanted[0] ?? '',
      oldIndex: -1,
    };
  }
  return {
    line: start + 1,
    matching: bestCount,
    total: wanted.length,
    differsAt: start + oldIndex + 1,
    found: image[start + oldIndex]?.text ?? null,
    expected,
    oldIndex,
  };
}
