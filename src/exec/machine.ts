/**
 * Runs a compiled program. One machine serves any number of runs: `reset` brings back the memory of the start at the cost
 * of what a run touched. What a run does is a value, never an exception.
 */
import {
  ADDRESS_BASE,
  BEGIN,
  SWITCH,
  TICK,
  TRAPS,
  type Program,
  type Signature,
  type TrapName,
  type TrapSite,
} from './program.js';
import { explainTrap, UNEXPLAINED, type Explanation } from './explain-trap.js';

/** All that running needs: plain data, to be handed to a worker thread. */
export type ProgramImage = Omit<Program, 'units'>;

export function programImage(program: Program): ProgramImage {
  const image: ProgramImage & { units?: unknown } = { ...program };
  delete image.units;
  return image;
}

export type Outcome =
  /** Integers by the C type's sign; pointers unsigned. null: void. */
  | { readonly kind: 'returned'; readonly value: bigint | number | null }
  | {
      readonly kind: 'trap';
      readonly name: Exclude<TrapName, 'out-of-fuel'>;
      /** null where WebAssembly itself stopped the run (its own stack). */
      readonly site: TrapSite | null;
      /** An address, a shift count or the code of a model. */
      readonly argument: bigint;
      /** What strict modules know besides. */
      readonly explanation: Explanation;
    }
  | { readonly kind: 'out-of-fuel'; readonly site: TrapSite | null };

// Node has it; the types that are installed do not say so
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports?: object,
  ) => {
    readonly exports: Readonly<Record<string, unknown>>;
  };
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly RuntimeError: new () => Error;
};

type Callable = (...args: (bigint | number)[]) => bigint | number | undefined;

/** An access below this was meant for a member of what null points to. */
const NULL_BYTES = 0x1_0000n;

export class Machine {
  readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly functions: ReadonlyMap<string, { call: Callable; signature: Signature }>;
  private readonly data: Uint8Array;
  private readonly begin: (() => void) | null;
  private readonly notes: Uint8Array;
  /** Inspectable modules ask here wherever fuel is spent; what it throws ends the run and comes out of `call`. */
  onTick: ((place: number) => void) | null = null;
  /** Suspendable modules ask here wherever a run gives way. */
  onSwitch: (() => void) | null = null;

  constructor(readonly image: ProgramImage) {
    const module = new WebAssembly.Module(new Uint8Array(image.wasm));
    const { exports } = new WebAssembly.Instance(module, {
      machine: {
        [TICK]: (place: number) => this.onTick?.(place),
        [SWITCH]: () => this.onSwitch?.(),
      },
    });
    const { memory } = exports;
    if (!(memory instanceof WebAssembly.Memory)) throw new Error('the module exports no memory');
    this.bytes = new Uint8Array(memory.buffer);
    this.view = new DataView(memory.buffer);
    this.functions = new Map(
      [...image.exports].map(([name, signature]) => {
        const call = exports[name];
        if (typeof call !== 'function') throw new Error(`the module does not export ${name}`);
        return [name, { call: call as Callable, signature }];
      }),
    );
    for (const { offset, bytes } of image.image) this.bytes.set(bytes, offset);
    const { start, end } = image.memory.data;
    this.data = this.bytes.slice(start, end);
    const begin = exports[BEGIN];
    this.begin = typeof begin === 'function' ? (begin as () => void) : null;
    const { objects } = image.memory;
    this.notes =
      objects === null
        ? this.data.subarray(0, 0)
        : this.bytes.slice(start + objects.pointers, end + objects.pointers);
    this.prepare();
  }

  /** An empty stack and no trap, for a call on memory as it is. */
  prepare(): void {
    const { memory } = this.image;
    this.view.setUint32(memory.stackPointer, memory.stack.end, true);
    this.view.setUint32(memory.trap, 0, true);
    this.begin?.();
  }

  /** What strict modules note beside the data, from one offset to another, as it was at the start. */
  resetNotes(from: number, to: number): void {
    const { data, objects } = this.image.memory;
    if (objects === null) return;
    this.bytes.set(
      this.notes.subarray(from - data.start, to - data.start),
      from + objects.pointers,
    );
    if (objects.unset !== null) this.bytes.fill(0, from + objects.unset, to + objects.unset);
  }

  /**
   * The state of the start: initialised data, and zeros in the first `heapUsed` bytes of the heap. The stack needs nothing:
   * frames are cleared when they are entered.
   */
  reset(heapUsed: number): void {
    const { memory } = this.image;
    this.bytes.set(this.data, memory.data.start);
    this.bytes.fill(0, memory.heap.start, memory.heap.start + heapUsed);
    this.resetNotes(memory.data.start, memory.data.end);
    this.prepare();
  }

  /** Calls an exported function. Missing arguments are zero. */
  call(name: string, args: readonly (bigint | number)[] = [], fuel = this.image.fuel): Outcome {
    const { memory } = this.image;
    this.view.setBigInt64(memory.fuel, fuel, true);
    this.view.setUint32(memory.trap, 0, true);
    if (memory.objects !== null) {
      for (const at of [0, 4, 8]) this.view.setUint32(memory.objects.trapObject + at, 0, true);
      this.view.setUint32(memory.objects.trapType, 0, true);
    }
    return this.goOn(name, args);
  }

  /** Calls an exported function with the fuel that is left. */
  goOn(name: string, args: readonly (bigint | number)[] = []): Outcome {
    const target = this.functions.get(name);
    if (target === undefined) throw new Error(`${name} is not exported`);
    const { signature } = target;
    const passed = signature.params.map((type, at) => passedAs(type, args[at] ?? 0));
    try {
      const value = target.call(...passed);
      return { kind: 'returned', value: returnedAs(signature, value) };
    } catch (error) {
      return this.stopped(error);
    }
  }

  private stopped(error: unknown): Outcome {
    const { memory, trapSites } = this.image;
    const number = this.view.getUint32(memory.trap, true);
    const name = TRAPS[number - 1];
    if (name !== undefined && error instanceof WebAssembly.RuntimeError) {
      const site = trapSites[this.view.getUint32(memory.trap + 4, true)] ?? null;
      if (name === 'out-of-fuel') return { kind: 'out-of-fuel', site };
      return this.trapped(name, site, this.view.getBigUint64(memory.trap + 8, true));
    }
    if (error instanceof RangeError) {
      return this.trapped('stack-overflow', null, 0n);
    }
    if (error instanceof WebAssembly.RuntimeError) {
      // a guarded pointer whose low half wraps around: see ir/guard
      return this.trapped('out-of-bounds', null, 0n);
    }
    throw error;
  }

  private trapped(
    found: Exclude<TrapName, 'out-of-fuel'>,
    site: TrapSite | null,
    argument: bigint,
  ): Outcome {
    const { memory, trapSites } = this.image;
    const name = found === 'out-of-bounds' && argument < NULL_BYTES ? 'null-pointer' : found;
    const explanation =
      memory.objects === null
        ? UNEXPLAINED
        : explainTrap(this.view, memory.objects, trapSites, { name, argument });
    return { kind: 'trap', name, site, argument, explanation };
  }

  /* ---------- memory ---------- */

  /** C address of an exported object. */
  address(global: string): bigint {
    const at = this.image.globals.get(global);
    if (at === undefined) throw new Error(`${global} is not exported`);
    return at;
  }

  /** Index into `bytes` of a C address; throws where there is no memory. */
  offset(address: bigint, size = 1): number {
    const at = BigInt.asUintN(64, address - ADDRESS_BASE);
    if (at + BigInt(size) > BigInt(this.image.memory.heap.end)) {
      throw new Error(`no memory at 0x${address.toString(16)}`);
    }
    return Number(at);
  }

  read(address: bigint, size: number): Uint8Array {
    const at = this.offset(address, size);
    return this.bytes.slice(at, at + size);
  }

  write(address: bigint, bytes: Uint8Array): void {
    this.bytes.set(bytes, this.offset(address, bytes.length));
  }

  readU64(address: bigint): bigint {
    return this.view.getBigUint64(this.offset(address, 8), true);
  }

  writeU64(address: bigint, value: bigint): void {
    this.view.setBigUint64(this.offset(address, 8), BigInt.asUintN(64, value), true);
  }

  readU32(address: bigint): number {
    return this.view.getUint32(this.offset(address, 4), true);
  }

  writeU32(address: bigint, value: number): void {
    this.view.setUint32(this.offset(address, 4), value, true);
  }

  /** `count` 64-bit words at an address, as a view of the memory itself: valid until the next run. */
  words(address: bigint, count: number): BigUint64Array {
    return new BigUint64Array(this.bytes.buffer, this.offset(address, 8 * count), count);
  }

  /** A copy of the text at a C address, up to its NUL. */
  text(address: bigint, limit = 4096): string {
    const at = this.offset(address);
    const end = this.bytes.indexOf(0, at);
    return Buffer.from(
      this.bytes.subarray(at, Math.min(end < 0 ? at : end, at + limit)),
    ).toString();
  }

  /** Wasm offset of the lowest byte of the stack that is in use. */
  get stackPointer(): number {
    return this.view.getUint32(this.image.memory.stackPointer, true);
  }

  set stackPointer(offset: number) {
    this.view.setUint32(this.image.memory.stackPointer, offset, true);
  }

  /** Suspendable modules: 0, LEAVING or RETURNING. */
  get suspension(): number {
    return this.view.getUint32(this.image.memory.suspension, true);
  }

  set suspension(state: number) {
    this.view.setUint32(this.image.memory.suspension, state, true);
  }

  /** Fuel that the last run left. */
  get fuelLeft(): bigint {
    return this.view.getBigInt64(this.image.memory.fuel, true);
  }

  /* ---------- coverage ---------- */

  /** One byte per cover site, 1 where it ran since the last `clearCoverage`. */
  coverage(): Uint8Array {
    const start = this.image.memory.coverage;
    return this.bytes.slice(start, start + this.image.coverSites.length);
  }

  clearCoverage(): void {
    const start = this.image.memory.coverage;
    this.bytes.fill(0, start, start + this.image.coverSites.length);
  }
}

function passedAs(type: Signature['params'][number], value: bigint | number): bigint | number {
  switch (type) {
    case 'i64':
      return BigInt.asIntN(64, BigInt(value));
    case 'i32':
      return Number(BigInt.asIntN(32, BigInt(value)));
    case 'f32':
    case 'f64':
      return Number(value);
  }
}

function returnedAs(
  signature: Signature,
  value: bigint | number | undefined,
): bigint | number | null {
  switch (signature.result) {
    case null:
      return null;
    case 'i64':
      return signature.unsigned ? BigInt.asUintN(64, BigInt(value ?? 0)) : BigInt(value ?? 0);
    case 'i32':
      return signature.unsigned ? BigInt.asUintN(32, BigInt(value ?? 0)) : BigInt(value ?? 0);
    case 'f32':
    case 'f64':
      return Number(value ?? 0);
  }
}
