/**
 * Types and constants by name, as packs write them: `struct kvm_mmu_page`, `gfn_t`, `u64 *`, `unsigned long`, `PG_LEVEL_4K`,
 * `sizeof(struct kvm)`. Only what has no declarator beyond stars is read.
 */
import type { CType } from '../types.js';
import {
  INT_TYPES,
  BOOL,
  DOUBLE,
  FLOAT,
  VOID,
  pointerTo,
  qualified,
  UINT,
  isInteger,
} from './basic-types.js';
import { alignOf, sizeOf } from './layout.js';
import { numberLiteral } from './literals.js';
import { requireComplete } from './records.js';
import type { UnitState } from './unit-state.js';

const SPELLINGS: Readonly<Record<string, CType>> = {
  unsigned: UINT,
  'long int': INT_TYPES.long,
  'unsigned short int': INT_TYPES['unsigned short'],
  'unsigned long int': INT_TYPES['unsigned long'],
  'unsigned long long int': INT_TYPES['unsigned long long'],
  'long long int': INT_TYPES['long long'],
  'long unsigned int': INT_TYPES['unsigned long'],
  void: VOID,
  _Bool: BOOL,
  bool: BOOL,
  float: FLOAT,
  double: DOUBLE,
  ...INT_TYPES,
};

export function typeFromText(state: UnitState, text: string): CType {
  const match =
    /^\s*((?:const\s+|volatile\s+)*)(.*?)((?:\s*\*\s*(?:const\b|volatile\b)?)*)\s*$/s.exec(text);
  if (match === null) throw state.missing(`'${text}' is no type`);
  const [, qualifiers = '', base = '', stars = ''] = match;
  let type = qualified(
    named(state, base.trim(), text),
    qualifiers.includes('const'),
    qualifiers.includes('volatile'),
  );
  for (const star of stars.match(/\*\s*(const|volatile)?/g) ?? []) {
    type = qualified(pointerTo(type), star.includes('const'), star.includes('volatile'));
  }
  return type;
}

function named(state: UnitState, name: string, text: string): CType {
  const span = { first: 0, last: 0 };
  const tag = /^(struct|union|enum)\s+(\w+)$/.exec(name);
  if (tag !== null) {
    const kind = tag[1] as 'struct' | 'union' | 'enum';
    const found = state.tag(kind, tag[2] ?? '', span);
    if (!state.index.tags.has(`${kind} ${tag[2] ?? ''}`))
      throw state.missing(`there is no '${name}' in ${state.index.path}`);
    return found.kind === 'enum' ? found.type : { kind: 'record', record: found.record };
  }
  if (/^\w+$/.test(name)) {
    const entity = state.ordinary(name, null);
    if (entity?.kind === 'typedef') return entity.type;
  }
  if (name === 'char') return state.char;
  const words = name.replace(/\s+/g, ' ');
  const known = Object.hasOwn(SPELLINGS, words) ? SPELLINGS[words] : undefined;
  if (known === undefined) throw state.missing(`there is no type '${text}' in ${state.index.path}`);
  return known;
}

export function constantFromText(state: UnitState, text: string): bigint {
  const name = text.trim();
  const size = /^(sizeof|_Alignof|__alignof__)\s*\((.*)\)$/s.exec(name);
  if (size !== null) {
    const type = typeFromText(state, size[2] ?? '');
    requireComplete(state.file, type, { first: 0, last: 0 });
    return BigInt(size[1] === 'sizeof' ? (sizeOf(type) ?? 0) : alignOf(type));
  }
  if (/^[A-Za-z_]\w*$/.test(name)) {
    const entity = state.ordinary(name, null);
    if (entity?.kind === 'enumerator') return entity.value;
    const global = entity?.kind === 'global' ? entity.global : null;
    if (global !== null && isInteger(global.type))
      throw state.missing(`'${name}' is an object, not a constant`);
    throw state.missing(`there is no constant '${name}' in ${state.index.path}`);
  }
  const negative = name.startsWith('-');
  const literal = numberLiteral(negative ? name.slice(1).trim() : name);
  if (literal.kind !== 'int') throw state.missing(`'${text}' is no integer constant`);
  return negative ? -literal.value : literal.value;
}
