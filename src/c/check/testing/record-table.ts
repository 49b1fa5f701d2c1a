/**
 * For the test of kernel layouts: every struct and union that a unit defines, with a C spelling that gcc knows it by. Named ones and
 * typedefs by their names; what has no name by the member, object or element that has its type.
 */
import type { CType, RecordField, RecordType } from '../../types.js';
import type { TypedUnit } from '../../typed.js';
import type { UnitIndex } from '../../unit-index.js';

export interface FoundRecord {
  readonly spelling: string;
  readonly type: CType;
  readonly record: RecordType;
}

export interface FoundMember {
  readonly name: string;
  /** Bytes from the record's start, through anonymous members. */
  readonly base: number;
  readonly field: RecordField;
}

export function recordsOf(index: UnitIndex, unit: TypedUnit): readonly FoundRecord[] {
  const found = new Map<RecordType, FoundRecord>();
  const visit = (type: CType, spelling: string): void => {
    if (type.kind !== 'record') return;
    const { record } = type;
    if (found.has(record)) return;
    if (record.layout === null) return; // never defined
    found.set(record, { spelling, type: { kind: 'record', record }, record });
    for (const { name, field } of membersOf(record)) {
      const inside = nameless(field.type, `((${spelling} *)0)->${name}`);
      if (inside !== null) visit(inside.type, `__typeof__(${inside.expression})`);
    }
  };
  for (const tag of index.tags.keys()) {
    const type = unit.type(tag);
    if (!type.ok) throw new Error(`${tag}: ${type.error.message}`);
    visit(type.value, tag);
  }
  for (const name of index.ordinary.keys()) {
    const type = unit.type(name);
    if (type.ok) {
      const inside = nameless(type.value, `*(${name} *)0`);
      if (inside?.direct === true) visit(inside.type, name);
      else if (inside !== null) visit(inside.type, `__typeof__(${inside.expression})`);
    } else if (unit.definesGlobal(name)) {
      const global = unit.global(name);
      const inside = global.ok ? nameless(global.value.type, name) : null;
      if (inside !== null) visit(inside.type, `__typeof__(${inside.expression})`);
    }
  }
  return [...found.values()];
}

/** A struct without a tag in the type, and the expression that has it; null: whoever names the tag names the type. */
function nameless(
  type: CType,
  expression: string,
): { readonly type: CType; readonly expression: string; readonly direct: boolean } | null {
  let direct = true;
  for (;;) {
    if (type.kind === 'array') {
      type = type.of;
      expression = `(${expression})[0]`;
    } else if (type.kind === 'pointer') {
      type = type.to;
      expression = `*(${expression})`;
    } else break;
    direct = false;
  }
  return type.kind === 'record' && type.record.tag === null ? { type, expression, direct } : null;
}

/** The members that the record's own name reaches: those of its anonymous structs and unions too. */
export function membersOf(record: RecordType, base = 0): readonly FoundMember[] {
  return (record.layout?.fields ?? []).flatMap((field): readonly FoundMember[] => {
    if (field.name !== null) return [{ name: field.name, base, field }];
    return field.type.kind === 'record' ? membersOf(field.type.record, base + field.offset) : [];
  });
}
