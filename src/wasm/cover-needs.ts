/**
 * What a cover site waits for: the outcomes of conditions that decide whether it is executed (control dependence: Ferrante, Ottenstein
 * and Warren, "The Program Dependence Graph and Its Use in Optimization"). Conditions that are not watched are passed over to those that
 * decide about them.
 */
import type { CoverSite } from '../exec/program.js';
import { successors } from '../ir/function-builder.js';
import type { Block, BlockId } from '../ir/ir.js';
import { analyse } from './graph.js';

/** The end of the function, in the graph of all edges turned round; block b is node b + 1. */
const END = 0;

/** Writes into `sites` what those in the blocks of one function need. */
export function noteNeeds(sites: CoverSite[], blocks: readonly Block[]): void {
  const needs = neededOutcomes(blocks, (at) => sites[at]?.branch != null);
  for (const [at, own] of needs) {
    const site = sites[at];
    if (site !== undefined) sites[at] = { ...site, needs: own };
  }
}

/**
 * By site: any of these outcomes, themselves sites, leads to it; none: it is executed whenever the function is called. `isOutcome`: of a
 * site in this function.
 */
function neededOutcomes(
  blocks: readonly Block[],
  isOutcome: (site: number) => boolean,
): ReadonlyMap<number, readonly number[]> {
  const edges = controllingEdges(blocks);
  const outcomes = blocks.map(({ instructions: [first] }) =>
    first?.kind === 'cover' && isOutcome(first.site) ? first.site : null,
  );
  const needs = new Map<number, readonly number[]>();
  blocks.forEach(({ instructions }, block) => {
    const own = outcomes[block] ?? null;
    for (const instruction of instructions) {
      if (instruction.kind !== 'cover') continue;
      const { site } = instruction;
      const found = new Set<number>();
      collect(block, site === own ? own : null, found, new Set());
      needs.set(site, [...found]);
    }
  });
  return needs;

  function collect(
    block: BlockId,
    except: number | null,
    found: Set<number>,
    seen: Set<BlockId>,
  ): void {
    if (seen.has(block)) return;
    seen.add(block);
    for (const { from, to } of edges[block] ?? []) {
      const outcome = outcomes[to] ?? null;
      if (outcome === null || outcome === except) collect(from, except, found, seen);
      else found.add(outcome);
    }
  }
}

interface Edge {
  readonly from: BlockId;
  readonly to: BlockId;
}

/** Of each block: the edges that, once taken, lead to it in any case, from blocks that can do without it. */
function controllingEdges(blocks: readonly Block[]): Edge[][] {
  const next = blocks.map((block) => [...new Set(successors(block.end))]);
  const behind = postdominators(next);
  const found: Edge[][] = blocks.map(() => []);
  next.forEach((out, from) => {
    if (out.length < 2) return;
    const meet = behind[from + 1] ?? END;
    for (const to of out) {
      for (let node = to + 1; node !== meet && node !== END;) {
        found[node - 1]?.push({ from, to });
        const up = behind[node] ?? END;
        if (up === node) break;
        node = up;
      }
    }
  });
  return found;
}

/** Of each node the next one that every way to the end goes through. */
function postdominators(next: readonly (readonly BlockId[])[]): readonly number[] {
  const ends = next.flatMap((out, block) => (out.length === 0 ? [block] : []));
  const reaching = new Set(ends);
  const before = next.map((): BlockId[] => []);
  next.forEach((out, from) => {
    for (const to of out) before[to]?.push(from);
  });
  const queue = [...ends];
  const spread = (): void => {
    for (let block = queue.pop(); block !== undefined; block = queue.pop()) {
      for (const from of before[block] ?? []) {
        if (reaching.has(from)) continue;
        reaching.add(from);
        queue.push(from);
      }
    }
  };
  spread();
  // a loop without end ends somewhere, for this
  next.forEach((_, block) => {
    if (reaching.has(block)) return;
    ends.push(block);
    reaching.add(block);
    queue.push(block);
    spread();
  });
  const turned = [ends.map((block) => block + 1), ...before.map((from) => from.map((b) => b + 1))];
  return analyse(turned).dominator;
}
