/** Two runs step by step, side by side; bounded, with the first place marked where they part. */
import { heading, sideBySide, WIDTH } from './draw.js';
import { alignLines } from './side-by-side.js';

/** Of each side. */
const MOST_LINES = 500;

export function drawSteps(
  before: readonly string[],
  after: readonly string[],
  names: readonly [string, string],
): string[] {
  const width = Math.floor((WIDTH - 3) / 2);
  const lines = heading(names, width);
  let parted = false;
  for (const { left, mark, right } of alignLines(bounded(before), bounded(after))) {
    if (mark !== ' ' && !parted) {
      lines.push('--- the first difference '.padEnd(2 * width + 3, '-'));
      parted = true;
    }
    lines.push(...sideBySide(left ?? '', mark, right ?? '', width));
  }
  if (!parted) lines.push('both sides take the same steps');
  return lines.map((line) => line.trimEnd());
}

/** The end is kept: it says how the run ended. */
function bounded(lines: readonly string[]): readonly string[] {
  if (lines.length <= MOST_LINES) return lines;
  const half = MOST_LINES / 2;
  const left = String(lines.length - MOST_LINES);
  return [...lines.slice(0, half), `... ${left} lines left out ...`, ...lines.slice(-half)];
}
