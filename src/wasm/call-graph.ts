/** Which functions can come back to themselves: only their calls can go on for ever, so only they cost fuel. */
import type { IrFunction, Symbol } from '../ir/ir.js';

function calleesOf({ blocks }: IrFunction, table: readonly Symbol[]): Set<Symbol> {
  const to = new Set<Symbol>();
  for (const { instructions } of blocks)
    for (const instruction of instructions) {
      if (instruction.kind !== 'call') continue;
      if (instruction.target.kind === 'direct') to.add(instruction.target.symbol);
      if (instruction.target.kind === 'indirect') table.forEach((symbol) => to.add(symbol));
    }
  return to;
}

/** `bounded`: plain names of functions that whoever wrote them keeps from nesting without end; calls from them are left out. */
export function recursiveFunctions(
  functions: readonly IrFunction[],
  table: readonly Symbol[],
  bounded: ReadonlySet<string> = new Set(),
): ReadonlySet<Symbol> {
  const calls = new Map<Symbol, ReadonlySet<Symbol>>();
  for (const fn of functions) {
    calls.set(fn.symbol, bounded.has(plainName(fn.symbol)) ? new Set() : calleesOf(fn, table));
  }
  return cyclic(calls);
}

/** Static functions carry the number of their unit behind an @. */
export function plainName(symbol: Symbol): string {
  return symbol.replace(/@.*$/, '');
}

/** Members of strongly connected components with a cycle (Tarjan). */
function cyclic(calls: ReadonlyMap<Symbol, ReadonlySet<Symbol>>): ReadonlySet<Symbol> {
  const index = new Map<Symbol, number>();
  const low = new Map<Symbol, number>();
  const open: Symbol[] = [];
  const isOpen = new Set<Symbol>();
  const found = new Set<Symbol>();
  const begin = (symbol: Symbol): { symbol: Symbol; next: Iterator<Symbol> } => {
    index.set(symbol, index.size);
    low.set(symbol, index.size - 1);
    open.push(symbol);
    isOpen.add(symbol);
    return { symbol, next: (calls.get(symbol) ?? new Set<Symbol>()).values() };
  };
  const lower = (symbol: Symbol, to: number): void => {
    low.set(symbol, Math.min(low.get(symbol) ?? to, to));
  };
  for (const root of calls.keys()) {
    if (index.has(root)) continue;
    const work = [begin(root)];
    for (let top = work[work.length - 1]; top !== undefined; top = work[work.length - 1]) {
      const step = top.next.next();
      if (step.done !== true) {
        const to = step.value;
        if (to === top.symbol) found.add(to);
        if (!index.has(to)) work.push(begin(to));
        else if (isOpen.has(to)) lower(top.symbol, index.get(to) ?? 0);
        continue;
      }
      work.pop();
      const parent = work[work.length - 1];
      if (parent !== undefined) lower(parent.symbol, low.get(top.symbol) ?? 0);
      if (low.get(top.symbol) !== index.get(top.symbol)) continue;
      const component: Symbol[] = [];
      for (let symbol = open.pop(); symbol !== undefined; symbol = open.pop()) {
        isOpen.delete(symbol);
        component.push(symbol);
        if (symbol === top.symbol) break;
      }
      if (component.length > 1) component.forEach((symbol) => found.add(symbol));
    }
  }
  return found;
}
