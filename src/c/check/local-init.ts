/** Initialisers of automatic objects: stores in order, after a zeroing where the list does not cover the object (C11 6.7.9p21). */
import type { Span } from '../ast.js';
import type { Expr, InitStep, LValue } from '../typed.js';
import type { CType } from '../types.js';
import { LONG } from './basic-types.js';
import { hasEffects, intConstant, makeAddress, makePointerAdd } from './build.js';
import type { Context } from './entities.js';
import { fieldAt, type Aggregate, type InitNode } from './init-tree.js';
import { sizeOf } from './layout.js';
import { fieldPlace } from './member.js';
import { newTemporary } from './operands.js';

/** Beyond this a range designator of an automatic array is a loop, which we do not write. */
const MAX_STEPS = 65_536;

export function localInit(context: Context, object: LValue, node: InitNode): readonly InitStep[] {
  const writer = new Writer(context);
  if (node.kind !== 'value' && !covers(node, object.type))
    writer.steps.push({ kind: 'zero', to: object });
  writer.write(object, node);
  return writer.steps;
}

/** Does the tree give every byte a value (padding apart)? */
function covers(node: InitNode, type: CType): boolean {
  switch (node.kind) {
    case 'value':
      return true;
    case 'string':
      return node.bytes.length === sizeOf(type);
    case 'aggregate': {
      if (type.kind === 'array') {
        let next = 0;
        for (const part of node.parts) {
          if (part.first !== next || part.overrides || !covers(part.node, type.of)) return false;
          next = part.last + 1;
        }
        return next === type.length;
      }
      if (type.kind !== 'record') return false;
      const fields = type.record.layout?.fields ?? [];
      const parts = new Set(node.parts.map((part) => part.first));
      if (fields.some((field) => field.bits !== null)) return false; // neighbours share bytes
      if (type.record.union) {
        return (
          node.parts.every((part) => {
            const field = fields[part.first];
            return (
              field !== undefined &&
              sizeOf(field.type) === sizeOf(type) &&
              covers(part.node, field.type)
            );
          }) && node.parts.length > 0
        );
      }
      if (parts.size !== fields.length) return false;
      return node.parts.every((part) => {
        const field = fields[part.first];
        return field !== undefined && !part.overrides && covers(part.node, field.type);
      });
    }
  }
}

class Writer {
  readonly steps: InitStep[] = [];
  constructor(private readonly context: Context) {}

  write(to: LValue, node: InitNode): void {
    if (this.steps.length > MAX_STEPS)
      this.context.unit.reject(node.span, 'initializer has too many parts', 'limit');
    switch (node.kind) {
      case 'value':
        this.steps.push({ kind: 'store', to, value: node.expr });
        return;
      case 'string':
        this.steps.push({ kind: 'bytes', to, bytes: node.bytes });
        return;
      case 'aggregate':
        this.parts(to, node);
        return;
    }
  }

  private parts(to: LValue, node: Aggregate): void {
    const { type } = node;
    for (const part of node.parts) {
      if (type.kind === 'array') {
        const shared = part.last > part.first ? this.evaluatedOnce(part.node) : part.node;
        for (let i = part.first; i <= part.last; i++)
          this.part(elementPlace(to, type.of, i, node.span), shared, part.overrides);
        continue;
      }
      const field = fieldAt(type, part.first);
      if (field === null) continue;
      this.part(
        fieldPlace(to, { field, base: 0, type: field.type }, part.node.span),
        part.node,
        part.overrides,
      );
    }
  }

  private part(to: LValue, node: InitNode, overrides: boolean): void {
    if (overrides && node.kind !== 'value') this.steps.push({ kind: 'zero', to });
    this.write(to, node);
  }

  /** A range designator's value is evaluated once (gcc 6.29). */
  private evaluatedOnce(node: InitNode): InitNode {
    if (node.kind !== 'value' || !hasEffects(node.expr)) return node;
    const { type, span } = node;
    const local = newTemporary(this.context, type, span);
    const place: LValue = { kind: 'local', local, type, span };
    this.steps.push({ kind: 'store', to: place, value: node.expr });
    const expr: Expr = { kind: 'load', from: place, type, span };
    return { ...node, expr };
  }
}

/** `array[i]`, `i` known. */
function elementPlace(array: LValue, element: CType, index: number, span: Span): LValue {
  const base = makeAddress(array, element, span);
  const pointer = makePointerAdd(
    base,
    intConstant(BigInt(index), LONG, span),
    sizeOf(element) ?? 0,
    span,
  );
  return { kind: 'deref', pointer, type: element, span };
}
