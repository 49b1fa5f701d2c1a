/** Types, attributes and declarators, AST → C. */
import type { Attribute, Enumerator, Member, Param, Qualifiers, TypeSyntax } from '../../ast.js';
import { printExpression, printStaticAssert } from './print-expression.js';

/** Declarator attributes in the order that gcc wants: `asm("name")` first. */
export function printAttributes(attributes: readonly Attribute[]): string {
  const names = attributes.filter(({ name }) => name === 'asm');
  const others = attributes.filter(({ name }) => name !== 'asm');
  return [...names, ...others].map((attribute) => ` ${printAttribute(attribute)}`).join('');
}

function printAttribute({ name, args, type }: Attribute): string {
  const list = args.map(printExpression);
  switch (name) {
    case 'asm':
      return `asm(${list.join(' ')})`;
    case 'seg_gs':
    case 'seg_fs':
      return `__${name}`;
    case '_Alignas':
      // Among specifiers only; as an attribute it may stand anywhere.
      return `__attribute__((aligned(${type === null ? list.join() : `_Alignof(${printTypeName(type)})`})))`;
    default:
      return `__attribute__((${name}${list.length === 0 ? '' : `(${list.join(', ')})`}))`;
  }
}

export function printQualifiers(q: Qualifiers): string {
  let text = '';
  if (q.const) text += 'const ';
  if (q.volatile) text += 'volatile ';
  if (q.restrict) text += 'restrict ';
  if (q.atomic) text += '_Atomic ';
  return text;
}

/** What a declaration says before its declarators. */
export function printSpecifier(type: TypeSyntax): string {
  const isPragma = ({ name }: Attribute): boolean => name === 'pragma_pack';
  const isSpace = ({ name }: Attribute): boolean => name.startsWith('seg_');
  const spaces = printAttributes(type.attributes.filter(isSpace));
  const others = printAttributes(
    type.attributes.filter((attribute) => !isSpace(attribute) && !isPragma(attribute)),
  );
  return `${printQualifiers(type.qualifiers)}${printShape(type, others)}${spaces}`;
}

/** At the heart of pointers, arrays and functions: what the specifiers said. */
export function specifierOf(type: TypeSyntax): TypeSyntax {
  for (;;) {
    if (type.kind === 'pointer') type = type.to;
    else if (type.kind === 'array') type = type.of;
    else if (type.kind === 'function') type = type.returns;
    else return type;
  }
}

function printShape(type: TypeSyntax, attributes: string): string {
  switch (type.kind) {
    case 'basic':
      return type.words + attributes;
    case 'typedef-name':
      return type.name + attributes;
    case 'typeof-expr':
      return `typeof(${printExpression(type.expr)})${attributes}`;
    case 'typeof-type':
      return `typeof(${printTypeName(type.type)})${attributes}`;
    case 'auto':
      return `__auto_type${attributes}`;
    case 'va-list':
      return `__builtin_va_list${attributes}`;
    case 'record': {
      const word = type.union ? 'union' : 'struct';
      if (type.members === null) return `${word}${attributes} ${type.tag ?? ''}`;
      return `${word} ${type.tag ?? ''} {${printPragmas(type)}\n${printMembers(type.members)}}${attributes}`;
    }
    case 'enum':
      if (type.enumerators === null) return `enum${attributes} ${type.tag ?? ''}`;
      return `enum ${type.tag ?? ''} { ${type.enumerators.map(printEnumerator).join(', ')} }${attributes}`;
    case 'pointer':
    case 'array':
    case 'function':
      return printTypeName(type) + attributes;
  }
}

function printPragmas({ attributes }: TypeSyntax): string {
  const pack = attributes.find(({ name }) => name === 'pragma_pack')?.args[0];
  return pack === undefined ? '' : `\n#pragma pack(${printExpression(pack)})`;
}

function printEnumerator({ name, value, attributes }: Enumerator): string {
  const tail = value === null ? '' : ` = ${printExpression(value)}`;
  return name + printAttributes(attributes) + tail;
}

/** Members that share a specifier are printed together: it may define a type. */
function printMembers(members: readonly Member[]): string {
  let text = '';
  let open: TypeSyntax | null = null;
  for (const member of members) {
    if (member.kind === 'static-assert') {
      if (open !== null) text += ';\n';
      open = null;
      text += `${printStaticAssert(member.decl)}\n`;
      continue;
    }
    const base = specifierOf(member.type);
    const bits = member.bits === null ? '' : ` : ${printExpression(member.bits)}`;
    const declarator =
      printDeclarator(member.type, member.name ?? '') + bits + printAttributes(member.attributes);
    if (base === open) text += `, ${declarator}`;
    else {
      if (open !== null) text += ';\n';
      text += `${printSpecifier(base)} ${declarator}`;
      open = base;
    }
  }
  return open === null ? text : `${text};\n`;
}

export function printTypeName(type: TypeSyntax): string {
  return `${printSpecifier(specifierOf(type))} ${printDeclarator(type, '')}`.trimEnd();
}

/** Everything of a type but its specifier, around a name. */
export function printDeclarator(type: TypeSyntax, name: string): string {
  for (;;) {
    switch (type.kind) {
      case 'pointer': {
        const attributes = printAttributes(type.attributes);
        name = `*${printQualifiers(type.qualifiers)}${attributes.trimStart()} ${name}`.trimEnd();
        if (type.to.kind === 'array' || type.to.kind === 'function') name = `(${name})`;
        type = type.to;
        continue;
      }
      case 'array': {
        const promise = type.attributes.some((attribute) => attribute.name === 'static');
        const size = type.size === null ? '' : printExpression(type.size);
        name += `[${promise ? 'static ' : ''}${printQualifiers(type.qualifiers)}${size}]`;
        type = type.of;
        continue;
      }
      case 'function':
        name += `(${printParameters(type)})`;
        type = type.returns;
        continue;
      case 'basic':
      case 'typedef-name':
      case 'typeof-expr':
      case 'typeof-type':
      case 'auto':
      case 'va-list':
      case 'record':
      case 'enum':
        return name;
    }
  }
}

function printParameters({
  params,
  variadic,
  oldStyle,
}: Extract<TypeSyntax, { kind: 'function' }>): string {
  if (oldStyle) return params.map(({ name }) => name).join(', ');
  const list = params.map(printParameter);
  if (variadic) list.push('...');
  return list.length === 0 ? 'void' : list.join(', ');
}

export function printParameter({ name, type, attributes }: Param): string {
  const declarator = printDeclarator(type, name ?? '');
  return `${printSpecifier(specifierOf(type))} ${declarator}${printAttributes(attributes)}`;
}
