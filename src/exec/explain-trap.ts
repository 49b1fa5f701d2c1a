/** What a strict module knows of a trap besides its name: the object, how the access lies to it, and where it began and ended. */
import {
  ADDRESS_BASE,
  DEAD,
  FUNCTION_BASE,
  NEVER_WRITTEN,
  OBJECT_KINDS,
  type ObjectTables,
  type TrapName,
  type TrapSite,
} from './program.js';

/** An earlier event that led to the trap. */
export interface Cause {
  /** `allocated here`, `freed here`, … */
  readonly what: string;
  readonly site: TrapSite | null;
}

export interface Explanation {
  /** How the access lies to the object, for people; empty: nothing is known. */
  readonly detail: string;
  /** Innermost first, then who called. */
  readonly causes: readonly Cause[];
}

export const UNEXPLAINED: Explanation = { detail: '', causes: [] };

interface Trap {
  readonly name: TrapName;
  readonly argument: bigint;
}

const ENTRY = 32;

export function explainTrap(
  view: DataView,
  tables: ObjectTables,
  sites: readonly TrapSite[],
  trap: Trap,
): Explanation {
  const writer = BY_VALUE.has(trap.name) ? view.getUint32(tables.trapWriter, true) : 0;
  const rest =
    trap.name === 'bad-call'
      ? wrongType(view, tables, sites, trap)
      : objectAndHistory(view, tables, sites, trap);
  if (writer === 0) return rest;
  if (writer !== NEVER_WRITTEN) {
    const last = { what: 'the value was last written here', site: sites[writer - 1] ?? null };
    return { ...rest, causes: [last, ...rest.causes] };
  }
  const never = 'the value was read where nobody has written';
  return { ...rest, detail: rest.detail === '' ? never : `${rest.detail}; ${never}` };
}

/** What was called, and as what. */
function wrongType(
  view: DataView,
  tables: ObjectTables,
  sites: readonly TrapSite[],
  { argument }: Trap,
): Explanation {
  const called = tables.functions[Number((argument - FUNCTION_BASE) / 16n) - 1];
  const wanted = tables.types[view.getUint32(tables.trapType, true) - 1];
  if (called?.type == null || wanted === undefined) return UNEXPLAINED;
  return {
    detail: `'${called.name}' is ${called.type}, called as ${wanted}`,
    causes: [{ what: 'defined here', site: sites[called.site] ?? null }],
  };
}

/** Traps that a value leads to, which came from somewhere. */
const BY_VALUE: ReadonlySet<TrapName> = new Set<TrapName>([
  'out-of-bounds',
  'null-pointer',
  'use-after-free',
  'use-after-scope',
  'index-out-of-range',
  'misaligned',
  'division-by-zero',
  'division-overflow',
  'bad-shift',
  'bad-call',
  'uninitialised',
  'signed-overflow',
  'invalid-value',
  'invalid-free',
  'double-free',
]);

function objectAndHistory(
  view: DataView,
  tables: ObjectTables,
  sites: readonly TrapSite[],
  trap: Trap,
): Explanation {
  const word = (at: number): number => view.getUint32(at, true);
  const causes: Cause[] = [];
  const site = (number: number): TrapSite | null => sites[number - 1] ?? null;
  const early = word(tables.trapObject + 8);
  if (early !== 0) causes.push({ what: 'it came from here', site: site(early) });
  const object = objectOf(view, tables, trap);
  if (object === null) return { detail: lostIn(trap), causes };
  const history = tables.table + 2 * tables.tableBytes + object;
  const kind = word(tables.table + object + 28);
  const base = word(history);
  const size = word(history + 4);
  const global = object < tables.firstDynamic ? tables.globals[object / ENTRY - 1] : undefined;
  const name = global === undefined ? '' : ` '${global.name}'`;
  const what = `${KIND_NAMES[kind & 15] ?? 'an object'}${name} of ${size} bytes`;
  const far = trap.argument - ADDRESS_BASE - BigInt(base);
  const bytes = word(tables.trapObject + 4);
  const access = trap.name === 'uninitialised' || bytes === 0 ? '' : `${bytes} bytes `;
  const detail = `${access}${distance(far, size)} ${what}`;
  if ((kind & DEAD.freed) !== 0) {
    causes.push({ what: 'freed here', site: site(word(history + 20)) });
    if (word(history + 24) !== 0)
      causes.push({ what: 'called from here', site: site(word(history + 24)) });
  }
  if ((kind & DEAD.left) !== 0)
    causes.push({ what: 'its scope ended here', site: site(word(history + 20)) });
  if (global !== undefined) {
    const place = global.place;
    causes.push({
      what: 'declared here',
      site: place === null ? null : { function: '', place },
    });
    return { detail, causes };
  }
  const born = (kind & 15) === OBJECT_KINDS.heap ? 'allocated here' : 'declared here';
  causes.push({ what: born, site: site(word(history + 8)) });
  for (const up of [12, 16]) {
    const caller = word(history + up);
    if (caller !== 0) causes.push({ what: 'called from here', site: site(caller) });
  }
  return { detail, causes };
}

const KIND_NAMES: Readonly<Record<number, string>> = {
  [OBJECT_KINDS.global]: 'the object',
  [OBJECT_KINDS.stack]: 'a local object',
  [OBJECT_KINDS.heap]: 'an allocated object',
};

function distance(far: bigint, size: number): string {
  if (far < 0n) return `${-far} bytes before`;
  if (far >= BigInt(size)) return `${far - BigInt(size)} bytes behind`;
  return `at byte ${far} of`;
}

function lostIn(trap: Trap): string {
  return trap.name === 'out-of-bounds' || trap.name === 'null-pointer'
    ? `no object lives at 0x${trap.argument.toString(16)}`
    : '';
}

/** The number of the object that the trap is about; of unset bits: the one that they were read from. */
function objectOf(view: DataView, tables: ObjectTables, trap: Trap): number | null {
  const known = view.getUint32(tables.trapObject, true);
  if (known !== 0) return known % tables.tableBytes;
  if (trap.name !== 'uninitialised' || trap.argument === 0n) return null;
  const at = Number(BigInt.asUintN(64, trap.argument - ADDRESS_BASE));
  for (let id = tables.firstDynamic; id < tables.tableBytes; id += ENTRY) {
    const history = tables.table + 2 * tables.tableBytes + id;
    const kind = view.getUint32(tables.table + id + 28, true);
    if (kind === 0 || kind >= DEAD.freed) continue;
    const base = view.getUint32(history, true);
    if (at >= base && at < base + view.getUint32(history + 4, true)) return id;
  }
  return null;
}
