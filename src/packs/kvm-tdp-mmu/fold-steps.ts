/** Steps of a run as lines: what repeats is told once, with how often and over which gfns. */
import { gfnRangeText, hex } from './text-lines.js';

/** `GFN` in `text` stands for the gfns that the step is about. */
export interface Step {
  readonly text: string;
  readonly gfns: { readonly first: bigint; readonly last: bigint } | null;
  readonly times: number;
}

export const GFN = '\0';

/** Longest block that is looked for, in folded steps. */
const MOST_BLOCK = 64;
const LEAST_REPEATS = 3;

/** `endless`: the run was stopped in its last block, which would go on. */
export function foldSteps(steps: readonly Step[], endless: boolean): string[] {
  const single = foldSingles(steps);
  const lines: string[] = [];
  for (let at = 0; at < single.length;) {
    const { size, repeats } = blockAt(single, at);
    const end = at + size * repeats;
    if (repeats === 1) {
      lines.push(stepLine(single[at]));
      at++;
      continue;
    }
    const forever = endless && single.length - end < size;
    lines.push(forever ? 'again and again:' : `${String(repeats)} times:`);
    for (let place = at; place < at + size; place++)
      lines.push(`  ${stepLine(joined(single[place], single[place + size * (repeats - 1)]))}`);
    at = forever ? single.length : end;
  }
  return lines;
}

/** Neighbours that are one step at different gfns become one. */
function foldSingles(steps: readonly Step[]): Step[] {
  const folded: Step[] = [];
  for (const step of steps) {
    const last = folded.at(-1);
    const together = last?.text === step.text ? joined(last, step) : undefined;
    if (last === undefined || together === undefined) folded.push(step);
    else folded[folded.length - 1] = { ...together, times: last.times + step.times };
  }
  return folded;
}

function blockAt(steps: readonly Step[], at: number): { size: number; repeats: number } {
  let best = { size: 1, repeats: 1 };
  for (let size = 1; size <= MOST_BLOCK && at + size < steps.length; size++) {
    let same = 0;
    while (alike(steps[at + same], steps[at + same + size])) same++;
    const repeats = Math.floor(same / size) + 1;
    if (repeats >= LEAST_REPEATS && size * repeats > best.size * best.repeats)
      best = { size, repeats };
  }
  return best;
}

function alike(a: Step | undefined, b: Step | undefined): boolean {
  return a !== undefined && b !== undefined && a.text === b.text && a.times === b.times;
}

function joined(a: Step | undefined, b: Step | undefined): Step | undefined {
  if (a?.gfns == null || b?.gfns == null) return a;
  const first = a.gfns.first < b.gfns.first ? a.gfns.first : b.gfns.first;
  const last = a.gfns.last > b.gfns.last ? a.gfns.last : b.gfns.last;
  return { ...a, gfns: { first, last } };
}

function stepLine(step: Step | undefined): string {
  if (step === undefined) return '';
  const { gfns } = step;
  const place =
    gfns === null ? '' : gfns.first === gfns.last ? hex(gfns.first) : gfnRangeText(gfns);
  const line = step.text.replace(GFN, place);
  return step.times === 1 ? line : `${line}, ${String(step.times)} times`;
}
