/**
 * Guards every function of a program (see guard-function.ts), and gives those that are called from outside a way in that
 * takes what the C function takes.
 */
import { i32, i64, local } from '../build.js';
import { successors, withTargets } from '../function-builder.js';
import type { Block, IrFunction, SiteId, Symbol, Terminator } from '../ir.js';
import { guardExpr, kept } from './guard-expression.js';
import { FunctionGuard, type GuardedProgram } from './guard-function.js';
import { enterSlot, guardInstruction, leaveSlot } from './guard-instruction.js';
import type { GuardLayout } from './layout.js';
import { allUnset } from './unset-bits.js';
import { cast } from '../build.js';

export interface GuardOptions {
  readonly layout: GuardLayout;
  exempt(site: SiteId): boolean;
}

export interface GuardedFunctions {
  readonly functions: readonly IrFunction[];
  /** For each function that is called from outside, its way in. */
  readonly entries: ReadonlyMap<Symbol, Symbol>;
}

export function guardProgram(
  functions: readonly IrFunction[],
  outer: Iterable<Symbol>,
  options: GuardOptions,
): GuardedFunctions {
  const bodies = new Map(functions.map((fn) => [fn.symbol, fn]));
  const allocating = allocatingFunctions(functions);
  const program: GuardedProgram = {
    layout: options.layout,
    signatureOf: (symbol) => bodies.get(symbol)?.signature ?? null,
    allocates: (symbol) => allocating.has(symbol),
    exempt: (site) => options.exempt(site),
  };
  const guarded = functions.map((fn) => guardFunction(fn, program, false));
  const entries = new Map<Symbol, Symbol>();
  for (const symbol of outer) {
    const fn = bodies.get(symbol);
    if (fn === undefined || entries.has(symbol)) continue;
    const entry = entryOf(fn);
    entries.set(symbol, entry.symbol);
    guarded.push(guardFunction(entry, program, true));
  }
  return { functions: guarded, entries };
}

/** Functions that allocate or free, at once or further down. */
export function allocatingFunctions(functions: readonly IrFunction[]): ReadonlySet<Symbol> {
  const callers = new Map<Symbol, Symbol[]>();
  const found = new Set<Symbol>();
  const pending: Symbol[] = [];
  for (const { symbol, blocks } of functions) {
    for (const { instructions } of blocks) {
      for (const i of instructions) {
        if (i.kind === 'allocate' || i.kind === 'free') pending.push(symbol);
        if (i.kind !== 'call' || i.target.kind !== 'direct') continue;
        const known = callers.get(i.target.symbol);
        if (known) known.push(symbol);
        else callers.set(i.target.symbol, [symbol]);
      }
    }
  }
  for (let symbol = pending.pop(); symbol !== undefined; symbol = pending.pop()) {
    if (found.has(symbol)) continue;
    found.add(symbol);
    pending.push(...(callers.get(symbol) ?? []));
  }
  return found;
}

function entryOf(fn: IrFunction): IrFunction {
  const { params, result } = fn.signature;
  const value = result === null ? null : params.length;
  return {
    symbol: `${fn.symbol}.entry`,
    signature: fn.signature,
    locals: result === null ? params : [...params, result],
    slots: [],
    blocks: [
      {
        instructions: [
          {
            kind: 'call',
            target: { kind: 'direct', symbol: fn.symbol },
            signature: fn.signature,
            args: params.map((type, id) => local(id, type)),
            result: value,
            valueUsed: false,
            site: fn.site,
          },
        ],
        end: {
          kind: 'return',
          value: value === null || result === null ? null : local(value, result),
          passesOn: false,
        },
      },
    ],
    entry: 0,
    mayFallOff: false,
    passesOn: [],
    movesStack: false,
    site: fn.site,
  };
}

function guardFunction(fn: IrFunction, program: GuardedProgram, outermost: boolean): IrFunction {
  const whole = withFreshEntry(fn);
  const g = new FunctionGuard(whole, program, outermost);
  const blocks = whole.blocks.map((block, id): Block => {
    g.out = [];
    g.forget();
    if (id === 0) prologue(g);
    for (const i of block.instructions) {
      g.lastRead = null;
      guardInstruction(g, i);
    }
    g.lastRead = null;
    const end = guardEnd(g, block.end);
    return { instructions: g.out, end };
  });
  return { ...whole, signature: g.signature, locals: g.locals, blocks };
}

/** The entry is entered once: no loop goes back to it. */
function withFreshEntry(fn: IrFunction): IrFunction {
  if (!fn.blocks.some(({ end }) => successors(end).includes(0))) return fn;
  const moved = fn.blocks.map(({ instructions, end }) => ({
    instructions,
    end: withTargets(end, (id) => id + 1),
  }));
  return { ...fn, blocks: [{ instructions: [], end: { kind: 'goto', to: 1 } }, ...moved] };
}

function prologue(g: FunctionGuard): void {
  g.fn.slots.forEach((slot, id) => {
    if (!slot.scoped) enterSlot(g, id);
    else if (slot.size > 0) g.mark({ kind: 'slot', slot: id, offset: 0 }, i32(slot.size), false);
  });
  const params = g.fn.signature.params.length;
  for (const id of g.carriers.early) {
    if (id < params) continue;
    const unset = g.unsetOfLocal(id);
    const type = g.fn.locals[id] ?? 'i32';
    if (unset !== null) g.emit({ kind: 'set', local: unset, value: allUnset(type) });
  }
}

/** Objects of the frame end with the call. */
function epilogue(g: FunctionGuard): void {
  g.fn.slots.forEach((_, id) => leaveSlot(g, id, g.fn.site));
  if (g.fn.movesStack) g.runtime('kill_allocas', [frame(), i32(g.fn.site)], null, g.fn.site);
}

const frame = () => cast('i32.wrap', 'i32', { kind: 'frame-address', type: 'i64' } as const);

function guardEnd(g: FunctionGuard, end: Terminator): Terminator {
  switch (end.kind) {
    case 'goto':
      return end;
    case 'branch': {
      const test = guardExpr(g, end.test, false);
      if (test.unset === null) return { ...end, test: test.value };
      const both = kept(g, test);
      g.needSet(both.unset, end.site ?? g.fn.site, g.causeOf(end.test), both.writer);
      return { ...end, test: both.value };
    }
    case 'table': {
      const index = kept(g, guardExpr(g, end.index, false));
      g.needSet(index.unset, end.site ?? g.fn.site, g.causeOf(end.index), index.writer);
      return { ...end, index: index.value };
    }
    case 'return': {
      if (end.value === null) {
        epilogue(g);
        return end;
      }
      const value = kept(g, guardExpr(g, end.value, !g.outermost));
      epilogue(g);
      const { resultObject, resultUnset, resultWriter } = g.layout.cells;
      if (g.outermost) {
        // whoever calls from outside looks at it
        g.needSet(value.unset, g.fn.site, null, value.writer);
        return { ...end, value: value.value };
      }
      if (end.value.type === 'i64') g.setCell(resultObject, value.object ?? i32(0));
      if (g.records) g.setCell(resultWriter, value.writer ?? i32(0));
      if (g.tracks) {
        const unset = value.unset ?? i64(0);
        g.setCell(resultUnset, unset.type === 'i32' ? cast('i64.extend_u', 'i64', unset) : unset);
      }
      return { ...end, value: value.value };
    }
    case 'fall-off':
      epilogue(g);
      g.setCell(g.layout.cells.resultObject, i32(0));
      if (g.tracks) g.setCell(g.layout.cells.resultUnset, i64(0));
      if (g.records) g.setCell(g.layout.cells.resultWriter, i32(0));
      return end;
    case 'trap':
      return end.argument === null
        ? end
        : { ...end, argument: guardExpr(g, end.argument, false).value };
  }
}
