/** The memory frame of one function: where slots, and in inspectable modules locals, lie above the frame pointer. */
import { isStrict, type ModuleKind } from '../exec/program.js';
import type { IrFunction, Slot, ValueType } from '../ir/ir.js';

/** Bytes around objects on the stack that no object owns, in strict modules. */
export const RED_ZONE = 16;

export interface FrameLayout {
  readonly size: number;
  readonly align: number;
  readonly slots: readonly number[];
  /** Inspectable modules: where each local lives. */
  readonly locals: readonly number[] | null;
  /** Inspectable modules: where the id of the current call site is kept. */
  readonly callSite: number | null;
  /** What is zeroed on entry. */
  readonly zeroed: { readonly start: number; readonly end: number };
}

const up = (value: number, to: number): number => Math.ceil(value / to) * to;

export function layFrame(fn: IrFunction, kind: ModuleKind): FrameLayout {
  const slots = new Array<number>(fn.slots.length).fill(0);
  const gap = isStrict(kind) ? RED_ZONE : 0;
  let at = 0;
  let align = 16;
  let callSite: number | null = null;
  if (kind === 'inspectable') {
    callSite = 0;
    at = 8;
  }
  const put = (slot: Slot, index: number): void => {
    at = up(at + (slot.declared ? gap : 0), isStrict(kind) ? Math.max(8, slot.align) : slot.align);
    slots[index] = at;
    at += slot.size;
    align = Math.max(align, slot.align);
  };
  const declaredStart = at;
  fn.slots.forEach((slot, index) => {
    if (slot.declared) put(slot, index);
  });
  let zeroedEnd = at;
  at = up(at + (at > declaredStart ? gap : 0), 8);
  fn.slots.forEach((slot, index) => {
    if (!slot.declared) put(slot, index);
  });
  let locals: number[] | null = null;
  if (kind === 'inspectable') {
    at = up(at, 8);
    locals = fn.locals.map((type) => {
      const bytes = bytesOf(type);
      at = up(at, bytes);
      const here = at;
      at += bytes;
      return here;
    });
    zeroedEnd = at; // equal states must be equal bytes
  }
  return {
    size: up(at, align),
    align,
    slots,
    locals,
    callSite,
    zeroed: { start: declaredStart, end: zeroedEnd },
  };
}

export function bytesOf(type: ValueType): 4 | 8 {
  return type === 'i32' || type === 'f32' ? 4 : 8;
}
