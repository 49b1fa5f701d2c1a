/** Which functions may come to give way, and which calls. */
import type { Instruction, IrFunction, Signature, Symbol } from '../../ir/ir.js';

export type Call = Extract<Instruction, { kind: 'call' }>;

export interface GivingWay {
  readonly functions: ReadonlySet<Symbol>;
  readonly mayGiveWay: (call: Call) => boolean;
}

/** `table`: functions whose address is taken; a call through a pointer may be of any that has its signature. */
export function whoGivesWay(
  functions: readonly IrFunction[],
  table: readonly Symbol[],
  gives: (symbol: Symbol) => boolean,
): GivingWay {
  const signatures = new Map(functions.map((fn) => [fn.symbol, keyOf(fn.signature)]));
  const found = new Set(functions.map(({ symbol }) => symbol).filter(gives));
  let pointedTo = new Set<string>();
  const mayGiveWay = ({ target, signature }: Call): boolean => {
    if (target.kind === 'direct') return found.has(target.symbol);
    return target.kind === 'indirect' && pointedTo.has(keyOf(signature));
  };
  for (let before = -1; before !== found.size;) {
    before = found.size;
    const inTable = table.filter((symbol) => found.has(symbol));
    pointedTo = new Set(inTable.map((symbol) => signatures.get(symbol) ?? ''));
    for (const fn of functions)
      if (!found.has(fn.symbol) && callsOf(fn).some(mayGiveWay)) found.add(fn.symbol);
  }
  return { functions: found, mayGiveWay };
}

function callsOf({ blocks }: IrFunction): Call[] {
  return blocks.flatMap(({ instructions }) =>
    instructions.filter((instruction) => instruction.kind === 'call'),
  );
}

const keyOf = ({ params, result }: Signature): string => `${params.join()}>${result ?? ''}`;
