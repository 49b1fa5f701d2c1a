/** Initialisers of objects with static storage duration: bytes and relocations (C11 6.7.9p4, p10). */
import type { Initializer, Span } from '../ast.js';
import type { Expr, FunctionRef, Global, LValue, StaticInit } from '../typed.js';
import type { CType } from '../types.js';
import { LONG, representation } from './basic-types.js';
import { intConstant, makeAddress, makePointerAdd } from './build.js';
import { staticValue } from './constant-address.js';
import type { Context, GlobalState } from './entities.js';
import { floatBytes } from './float-bytes.js';
import { completedBy, fieldAt, lengthOf, type Aggregate, type InitNode } from './init-tree.js';
import { initTree } from './initialiser.js';
import { sizeOf } from './layout.js';
import { requireComplete } from './records.js';

interface Relocation {
  readonly offset: number;
  readonly target: Global | FunctionRef;
  readonly addend: bigint;
}

/** Biggest object whose bytes we build: a range designator writes them one by one. */
const MAX_BYTES = 1 << 24;

/** Checks the initialiser, gives an array its length, and leaves the bytes in `global.init`. */
export function checkStaticInit(context: Context, global: GlobalState, init: Initializer): void {
  const node = initTree(context, global.type, init);
  global.type = completedBy(global.type, node);
  global.init = staticBytes(context, global.type, node, init.span, global);
}

export function staticBytes(
  context: Context,
  type: CType,
  node: InitNode,
  span: Span,
  global: GlobalState | null = null,
): StaticInit {
  requireComplete(context, type, span);
  const size = (sizeOf(type) ?? 0) + flexibleBytes(type, node);
  if (size > MAX_BYTES) context.unit.reject(span, 'object is too large', 'limit');
  const image = new Image(context, size, global);
  image.write(node, 0);
  return { bytes: image.bytes, relocations: image.relocations };
}

/** Bytes by which a flexible array member's initialiser outgrows the record. */
function flexibleBytes(type: CType, node: InitNode): number {
  if (type.kind !== 'record' || node.kind !== 'aggregate') return 0;
  const last = node.parts.reduce((most, part) => Math.max(most, part.first), -1);
  const field = fieldAt(type, last);
  const part = node.parts.find((p) => p.first === last);
  if (field === null || field.bits !== null || part === undefined) return 0;
  const size = sizeOf(type) ?? 0;
  if (field.type.kind === 'array' && field.type.length === null) {
    return Math.max(0, field.offset + lengthOf(part.node) * (sizeOf(field.type.of) ?? 0) - size);
  }
  return Math.max(
    0,
    field.offset + (sizeOf(field.type) ?? 0) + flexibleBytes(field.type, part.node) - size,
  );
}

function holdsLabel(expr: Expr): boolean {
  switch (expr.kind) {
    case 'label-address':
      return true;
    case 'convert':
      return holdsLabel(expr.operand);
    case 'arith':
    case 'pointer-difference':
      return holdsLabel(expr.left) || holdsLabel(expr.right);
    case 'pointer-add':
      return holdsLabel(expr.pointer);
    default:
      return false;
  }
}

class Image {
  readonly bytes: Uint8Array;
  readonly relocations: Relocation[] = [];

  constructor(
    private readonly context: Context,
    size: number,
    private readonly global: GlobalState | null,
  ) {
    this.bytes = new Uint8Array(size);
  }

  write(node: InitNode, offset: number): void {
    switch (node.kind) {
      case 'string':
        this.bytes.set(node.bytes.subarray(0, Math.max(0, this.bytes.length - offset)), offset);
        return;
      case 'value':
        this.value(node, offset);
        return;
      case 'aggregate':
        this.aggregate(node, offset);
        return;
    }
  }

  private clear(offset: number, size: number): void {
    this.bytes.fill(0, offset, offset + size);
    for (let i = this.relocations.length - 1; i >= 0; i--) {
      const at = this.relocations[i]?.offset ?? -1;
      if (at >= offset && at < offset + size) this.relocations.splice(i, 1);
    }
  }

  private aggregate(node: Aggregate, offset: number): void {
    const { type } = node;
    if (type.kind === 'array') {
      const size = sizeOf(type.of) ?? 0;
      for (const part of node.parts) {
        for (let i = part.first; i <= part.last; i++) {
          if (part.overrides) this.clear(offset + i * size, size);
          this.write(part.node, offset + i * size);
        }
      }
      return;
    }
    for (const part of node.parts) {
      const field = fieldAt(type, part.first);
      if (field === null) continue;
      if (field.bits !== null) {
        if (part.node.kind === 'value')
          this.bits(part.node, offset * 8 + field.bits.offset, field.bits.width);
        continue;
      }
      if (part.overrides) this.clear(offset + field.offset, sizeOf(field.type) ?? 0);
      this.write(part.node, offset + field.offset);
    }
  }

  private value(node: InitNode & { readonly kind: 'value' }, offset: number): void {
    const { unit } = this.context;
    if (node.type.kind === 'record') {
      this.copy(node, offset);
      return;
    }
    const value = staticValue(this.context, node.expr);
    const size = sizeOf(node.type) ?? 0;
    if (value === null) {
      if (this.storedOnEntry(node, offset)) return;
      unit.reject(node.span, 'initializer element is not constant');
    }
    this.clear(offset, size);
    switch (value?.kind) {
      case 'address':
        this.relocations.push({ offset, target: value.target, addend: value.addend });
        return;
      case 'float': {
        const bits = node.type.kind === 'float' ? node.type.bits : 64;
        this.bytes.set(floatBytes(value.value, bits), offset);
        return;
      }
      case 'int':
        if (node.type.kind === 'float')
          this.bytes.set(floatBytes(Number(value.value), node.type.bits), offset);
        else
          for (let i = 0; i < size; i++)
            this.bytes[offset + i] = Number((value.value >> BigInt(8 * i)) & 0xffn);
        return;
      case undefined:
        return;
    }
  }

  /** `static void *table[] = { &&a, &&b - &&c }`: no other function can use it, so each entry of this one may set it. */
  private storedOnEntry(node: InitNode & { readonly kind: 'value' }, offset: number): boolean {
    const { fn } = this.context;
    if (this.global === null || fn === null || !holdsLabel(node.expr)) return false;
    const { type, span } = node;
    this.global.readonly = false;
    const object: LValue = { kind: 'global', global: this.global, type: this.global.type, span };
    const base = makeAddress(object, type, span);
    const pointer = makePointerAdd(base, intConstant(BigInt(offset), LONG, span), 1, span);
    const to: LValue = { kind: 'deref', pointer, type, span };
    fn.entryStores.push({
      kind: 'expression',
      expr: { kind: 'assign', to, value: node.expr, type, span },
      span,
    });
    return true;
  }

  /** A record value: only the bytes of another constant object can be meant (a const object, a compound literal). */
  private copy(node: InitNode & { readonly kind: 'value' }, offset: number): void {
    const { unit } = this.context;
    const { expr } = node;
    const source =
      expr.kind === 'load' && expr.from.kind === 'global'
        ? (expr.from.global as GlobalState)
        : null;
    if (source === null) return unit.reject(node.span, 'initializer element is not constant');
    unit.finish(source);
    const init = source.init;
    if (init === null && !source.defined)
      return unit.reject(node.span, 'initializer element is not constant');
    const size = sizeOf(node.type) ?? 0;
    this.clear(offset, size);
    if (init === null) return;
    this.bytes.set(init.bytes.subarray(0, size), offset);
    for (const r of init.relocations) this.relocations.push({ ...r, offset: r.offset + offset });
  }

  private bits(node: InitNode & { readonly kind: 'value' }, position: number, width: number): void {
    const value = staticValue(this.context, node.expr);
    const base = representation(node.type);
    if (value?.kind !== 'int' || base === null)
      return this.context.unit.reject(node.span, 'initializer element is not constant');
    for (let i = 0; i < width; i++) {
      const at = position + i;
      const byte = Math.floor(at / 8);
      const mask = 1 << (at % 8);
      const on = ((value.value >> BigInt(i)) & 1n) === 1n;
      this.bytes[byte] = ((this.bytes[byte] ?? 0) & ~mask) | (on ? mask : 0);
    }
  }
}
