/** Finds the struct, union and enum specifiers inside a type as written, without giving any of it meaning. */
import type { TypeSyntax } from '../ast.js';

type RecordSyntax = TypeSyntax & { readonly kind: 'record' };
type EnumSyntax = TypeSyntax & { readonly kind: 'enum' };

/** Specifiers nested in one another stay within what the parser accepts, so recursion is bounded by it. */
function visit(
  type: TypeSyntax,
  found: (type: RecordSyntax | EnumSyntax) => void,
  seen: Set<TypeSyntax>,
): void {
  if (seen.has(type)) return;
  seen.add(type);
  switch (type.kind) {
    case 'record':
      found(type);
      for (const member of type.members ?? []) {
        if (member.kind === 'field') visit(member.type, found, seen);
      }
      return;
    case 'enum':
      found(type);
      return;
    case 'pointer':
      visit(type.to, found, seen);
      return;
    case 'array':
      visit(type.of, found, seen);
      return;
    case 'function':
      visit(type.returns, found, seen);
      for (const param of type.params) visit(param.type, found, seen);
      return;
    case 'typeof-type':
      visit(type.type, found, seen);
      return;
    case 'typeof-expr':
    case 'basic':
    case 'typedef-name':
    case 'auto':
    case 'va-list':
      return;
  }
}

export function recordsIn(type: TypeSyntax): readonly RecordSyntax[] {
  const records: RecordSyntax[] = [];
  visit(
    type,
    (t) => {
      if (t.kind === 'record') records.push(t);
    },
    new Set(),
  );
  return records;
}

export function enumsIn(type: TypeSyntax): readonly EnumSyntax[] {
  const enums: EnumSyntax[] = [];
  visit(
    type,
    (t) => {
      if (t.kind === 'enum') enums.push(t);
    },
    new Set(),
  );
  return enums;
}
