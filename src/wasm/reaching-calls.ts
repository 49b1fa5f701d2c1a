/** Which functions may come to one of a set, and which calls. */
import type { Instruction, IrFunction, Symbol } from '../ir/ir.js';
import { signatureKey } from '../ir/signature-key.js';

export type Call = Extract<Instruction, { kind: 'call' }>;

export interface Reaching {
  /** Those of the set, and all that may call them. */
  readonly functions: ReadonlySet<Symbol>;
  readonly mayReach: (call: Call) => boolean;
}

/** `table`: functions whose address is taken; a call through a pointer may be of any that has its signature. */
export function whoReaches(
  functions: readonly IrFunction[],
  table: readonly Symbol[],
  ends: Iterable<Symbol>,
): Reaching {
  const calls = functions.map((fn) => ({ fn, calls: callsOf(fn) }));
  const signatures = new Map(functions.map((fn) => [fn.symbol, signatureKey(fn.signature)]));
  const found = new Set(ends);
  let pointedTo = new Set<string>();
  const mayReach = ({ target, signature }: Call): boolean => {
    if (target.kind === 'direct') return found.has(target.symbol);
    return target.kind === 'indirect' && pointedTo.has(signatureKey(signature));
  };
  for (let before = -1; before !== found.size;) {
    before = found.size;
    const inTable = table.filter((symbol) => found.has(symbol));
    pointedTo = new Set(inTable.map((symbol) => signatures.get(symbol) ?? ''));
    for (const { fn, calls: own } of calls)
      if (!found.has(fn.symbol) && own.some(mayReach)) found.add(fn.symbol);
  }
  return { functions: found, mayReach };
}

function callsOf({ blocks }: IrFunction): Call[] {
  return blocks.flatMap(({ instructions }) =>
    instructions.filter((instruction) => instruction.kind === 'call'),
  );
}
