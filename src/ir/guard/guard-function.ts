/**
 * One function with its pointers guarded. Beside a local that holds a pointer stands one with the number of the object that
 * the pointer was derived from (after SoftBound: S. Nagarakatte et al., PLDI 2009); where unset bits are tracked, beside
 * every local one with the bits that nobody gave a value. Both travel as further parameters of calls, and in cells for
 * results. Memory has them in planes of its own.
 */
import { binary, cast, i32, i64, int, local } from '../build.js';
import type {
  Address,
  Expr,
  Instruction,
  IrFunction,
  LocalId,
  Signature,
  SiteId,
  SlotId,
  Symbol,
  ValueType,
} from '../ir.js';
import { allExpressions, carriersOf, eachPart, type Carriers } from './carriers.js';
import type { GuardLayout } from './layout.js';
import { anyUnset, bitsOf, type Unset } from './unset-bits.js';

/** What a function needs to know of the rest of the program. */
export interface GuardedProgram {
  readonly layout: GuardLayout;
  /** Signature of a function before it was guarded. */
  signatureOf(symbol: Symbol): Signature | null;
  /** It allocates or frees, at once or further down: who calls it is of interest. */
  allocates(symbol: Symbol): boolean;
  /** Code that the kernel exempts from KASAN: its accesses are checked to lie in the memory, no more. */
  exempt(site: SiteId): boolean;
}

export function guardedSignature(signature: Signature, layout: GuardLayout): Signature {
  const objects = signature.params.filter((type) => type === 'i64').map(() => 'i32' as const);
  const unset = layout.unset === null ? [] : signature.params.map(bitsOf);
  const writers = layout.records ? signature.params.map(() => 'i32' as const) : [];
  return {
    params: [...signature.params, ...objects, ...unset, ...writers],
    result: signature.result,
  };
}

/** A place that was checked: its Wasm offset is `base + offset`. */
interface Checked {
  readonly local: LocalId;
  readonly low: number;
  readonly high: number;
}

export class FunctionGuard {
  readonly locals: ValueType[];
  readonly carriers: Carriers;
  out: Instruction[] = [];
  /** Slots whose address is a value somewhere: objects of their own. */
  readonly escaping: ReadonlySet<SlotId>;
  private readonly shift: number;
  private readonly objects = new Map<LocalId, LocalId>();
  private readonly unsets = new Map<LocalId, LocalId>();
  private readonly writers = new Map<LocalId, LocalId>();
  private readonly slotObjects = new Map<SlotId, LocalId>();
  private readonly causes: ReadonlyMap<LocalId, SiteId>;
  /** Where the last load that may have unset bits was made from: its C address. */
  lastRead: Expr | null = null;
  /** By pointer local: what was checked on the way here and is still alive. */
  checked = new Map<LocalId, Checked>();

  constructor(
    readonly fn: IrFunction,
    readonly program: GuardedProgram,
    /** Called from outside: takes and gives what the C function does, no more. */
    readonly outermost: boolean,
  ) {
    const before = fn.signature.params.length;
    const signature = outermost ? fn.signature : guardedSignature(fn.signature, program.layout);
    this.shift = signature.params.length - before;
    this.locals = [...signature.params, ...fn.locals.slice(before)];
    this.carriers = carriersOf(fn, program.layout.unset !== null);
    this.escaping = escapingSlots(fn);
    this.causes = this.tracks ? causesOf(fn) : new Map();
    if (!outermost) this.takeParameters(before);
  }

  private takeParameters(count: number): void {
    let next = count;
    this.fn.signature.params.forEach((type, id) => {
      if (type !== 'i64') return;
      if (this.carriers.objects.has(id)) this.objects.set(id, next);
      next++;
    });
    for (const [has, shadows] of [
      [this.tracks, this.unsets],
      [this.records, this.writers],
    ] as const) {
      if (!has) continue;
      this.fn.signature.params.forEach((_, id) => {
        shadows.set(id, next);
        next++;
      });
    }
  }

  get signature(): Signature {
    return this.outermost ? this.fn.signature : guardedSignature(this.fn.signature, this.layout);
  }

  get layout(): GuardLayout {
    return this.program.layout;
  }

  get tracks(): boolean {
    return this.layout.unset !== null;
  }

  get records(): boolean {
    return this.layout.records;
  }

  newLocal(type: ValueType): LocalId {
    this.locals.push(type);
    return this.locals.length - 1;
  }

  emit(i: Instruction): void {
    this.out.push(i);
  }

  /** The value, computed once, as something that may be written several times. */
  keep(e: Expr): Expr {
    switch (e.kind) {
      case 'int':
      case 'float':
      case 'local':
      case 'slot-address':
      case 'global-address':
      case 'function-address':
        return e;
      default: {
        const id = this.newLocal(e.type);
        this.emit({ kind: 'set', local: id, value: e });
        return local(id, e.type);
      }
    }
  }

  /** The number of a local of the function as it was. */
  renamed(id: LocalId): LocalId {
    return id < this.fn.signature.params.length ? id : id + this.shift;
  }

  objectOfLocal(id: LocalId): LocalId | null {
    if (!this.carriers.objects.has(id)) return null;
    if (this.outermost && id < this.fn.signature.params.length) return null;
    return remembered(this.objects, id, () => this.newLocal('i32'));
  }

  unsetOfLocal(id: LocalId): LocalId | null {
    if (!this.carriers.unset.has(id)) return null;
    if (this.outermost && id < this.fn.signature.params.length) return null;
    return remembered(this.unsets, id, () => this.newLocal(bitsOf(this.fn.locals[id] ?? 'i32')));
  }

  /** Holds the write that the local's value came from. */
  writerOfLocal(id: LocalId): LocalId | null {
    if (!this.records) return null;
    if (this.outermost && id < this.fn.signature.params.length) return null;
    return remembered(this.writers, id, () => this.newLocal('i32'));
  }

  objectOfSlot(slot: SlotId): LocalId {
    return remembered(this.slotObjects, slot, () => this.newLocal('i32'));
  }

  /* ---------- memory ---------- */

  runtime(name: string, args: readonly Expr[], result: LocalId | null, site: SiteId): void {
    const type = result === null ? null : (this.locals[result] ?? null);
    this.emit({
      kind: 'call',
      target: { kind: 'runtime', name },
      signature: { params: args.map((arg) => arg.type), result: type },
      args,
      result,
      valueUsed: true,
      site,
    });
  }

  /** The pointer, known to lead to `size` bytes of its object. */
  guard(
    pointer: Expr,
    offset: number,
    size: number,
    object: Expr | null,
    writer: Expr | null,
    site: SiteId,
  ): Extract<Address, { kind: 'raw' }> {
    const key = pointer.kind === 'local' ? pointer.id : null;
    const before = key === null ? undefined : this.checked.get(key);
    if (before !== undefined && before.low <= offset && offset + size <= before.high)
      return { kind: 'raw', base: local(before.local, 'i32'), offset };
    // the guard gives the address of `pointer` itself, so that other offsets can use it
    const result = this.newLocal('i32');
    this.blame(writer);
    this.emit({
      kind: 'guard',
      result,
      pointer,
      offset,
      size,
      object: object ?? i32(0),
      site,
    });
    if (key !== null) {
      // what lies between two accessible places of one object is accessible
      this.checked.set(key, {
        local: result,
        low: Math.min(before?.low ?? offset, offset),
        high: Math.max(before?.high ?? offset, offset + size),
      });
    }
    return { kind: 'raw', base: local(result, 'i32'), offset };
  }

  /** Anything may have been freed or have left its scope. */
  forget(): void {
    this.checked.clear();
  }

  /** Stops the run where bits that matter have no value. */
  needSet(unset: Unset, site: SiteId, cause: SiteId | null, writer: Expr | null): void {
    if (unset === null) return;
    this.blame(writer);
    this.emit({
      kind: 'trap-if',
      test: anyUnset(unset),
      trap: 'uninitialised',
      argument: this.lastRead,
      site,
      ...(cause !== null && { cause }),
    });
  }

  /** A trap that may come next is by a value that came from this write. */
  blame(writer: Expr | null): void {
    if (this.records) this.setCell(this.layout.cells.trapWriter, writer ?? i32(0));
  }

  /** Where a local of the expression was declared without a value, or read from memory. */
  causeOf(e: Expr): SiteId | null {
    let found: SiteId | null = null;
    eachPart(e, (part) => {
      if (part.kind === 'local') found ??= this.causes.get(part.id) ?? null;
    });
    return found;
  }

  /** The place in the plane of unset bits. */
  unsetPlace(address: Address): Address | null {
    const distance = this.layout.unset;
    if (distance === null || address.kind === 'pointer') return null;
    return { ...address, offset: address.offset + distance };
  }

  /** The place in the plane of pointers; null: a pointer at an odd place is not followed. */
  pointerPlace(address: Address): Address | null {
    const distance = this.layout.pointers;
    switch (address.kind) {
      case 'pointer':
        return null;
      case 'slot':
      case 'global':
        return address.offset % 8 === 0 ? { ...address, offset: address.offset + distance } : null;
      case 'raw': {
        const whole = binary('add', 'i32', address.base, i32(address.offset));
        return { kind: 'raw', base: binary('and', 'i32', whole, i32(-8)), offset: distance };
      }
    }
  }

  offsetOf(address: Address): Expr {
    switch (address.kind) {
      case 'raw':
        return binary('add', 'i32', address.base, i32(address.offset));
      case 'slot':
        return cast('i32.wrap', 'i32', {
          kind: 'slot-address',
          type: 'i64',
          slot: address.slot,
          offset: address.offset,
        });
      case 'global':
        return cast('i32.wrap', 'i32', {
          kind: 'global-address',
          type: 'i64',
          symbol: address.symbol,
          offset: address.offset,
        });
      case 'pointer':
        return cast('i32.wrap', 'i32', binary('add', 'i64', address.pointer, i64(address.offset)));
    }
  }

  /** Bytes at a place that have, or have not, a value. */
  mark(address: Address, size: Expr, isSet: boolean): void {
    if (!this.tracks) return;
    this.runtime('mark', [this.offsetOf(address), size, i32(isSet ? 0 : 255)], null, 0);
  }

  /** Pointers and unset bits go with the bytes. */
  copied(to: Address, from: Address, size: Expr): void {
    this.runtime('copied', [this.offsetOf(to), this.offsetOf(from), size], null, 0);
  }

  cell(at: number, type: 'i32' | 'i64'): Expr {
    return {
      kind: 'load',
      type,
      bytes: type === 'i32' ? 4 : 8,
      signed: false,
      address: { kind: 'raw', base: i32(at), offset: 0 },
    };
  }

  setCell(at: number, value: Expr): void {
    this.emit({
      kind: 'store',
      address: { kind: 'raw', base: i32(at), offset: 0 },
      bytes: value.type === 'i32' ? 4 : 8,
      value,
    });
  }

  zeroOf(type: ValueType): Expr {
    return int(bitsOf(type), 0);
  }
}

function remembered<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function causesOf(fn: IrFunction): ReadonlyMap<LocalId, SiteId> {
  const found = new Map<LocalId, SiteId>();
  for (const { instructions } of fn.blocks) {
    for (const i of instructions) {
      if (i.kind === 'undefine') found.set(i.local, i.site);
      if (i.kind !== 'set' || found.has(i.local)) continue;
      eachPart(i.value, (part) => {
        if (part.kind === 'load' && part.address.kind === 'pointer')
          found.set(i.local, part.address.site);
      });
    }
  }
  return found;
}

function escapingSlots(fn: IrFunction): ReadonlySet<SlotId> {
  const found = new Set<SlotId>();
  allExpressions(fn, (part) => {
    if (part.kind === 'slot-address') found.add(part.slot);
  });
  return found;
}
