/**
 * C types, resolved (C11 6.2.5), LP64. Qualifiers that matter to execution (`volatile`) and to typing (`const`, for
 * `_Generic`, typeof) ride on every type. Compare with `c/check`'s `compatible`, never with `===`, except for records.
 */
export type CType = {
  readonly const?: true;
  readonly volatile?: true;
  /** Alignment in bytes that a typedef asked for (`typedef u64 __attribute__((aligned(4))) compat_u64`). */
  readonly align?: number;
} & (
  | { readonly kind: 'void' }
  | { readonly kind: 'bool' }
  | IntType
  | { readonly kind: 'float'; readonly bits: 32 | 64 | 80 }
  | EnumType
  | { readonly kind: 'pointer'; readonly to: CType }
  | ArrayType
  | FunctionType
  | { readonly kind: 'record'; readonly record: RecordType }
  | { readonly kind: 'va-list' }
  | { readonly kind: 'complex'; readonly bits: 32 | 64 | 80 }
);

export type IntName =
  | 'char'
  | 'signed char'
  | 'unsigned char'
  | 'short'
  | 'unsigned short'
  | 'int'
  | 'unsigned int'
  | 'long'
  | 'unsigned long'
  | 'long long'
  | 'unsigned long long'
  | '__int128'
  | 'unsigned __int128';

export interface IntType {
  readonly kind: 'int';
  readonly name: IntName;
  readonly bits: 8 | 16 | 32 | 64 | 128;
  readonly signed: boolean;
  /**
   * gcc's type of a bit-field wider than int (`u64 x : 40`): values fit in so many bits. `check` puts the
   * truncation after each operation, so whoever generates code may ignore this and compute in `bits`.
   */
  readonly width?: number;
}

export interface EnumType {
  readonly kind: 'enum';
  readonly tag: string | null;
  /** Identity of the enum. */
  readonly id: object;
  /** The integer type it is compatible with (gcc: unsigned int, int, or a 64-bit type where values need it). */
  readonly base: IntType;
}

export interface ArrayType {
  readonly kind: 'array';
  readonly of: CType;
  /** Elements; null: incomplete (`[]`, flexible); 'variable': a VLA. */
  readonly length: number | null | 'variable';
  /** For a VLA: what `check` knows about its length (identity only, nobody else's business). */
  readonly extent?: object;
}

export interface FunctionType {
  readonly kind: 'function';
  readonly returns: CType;
  readonly params: readonly CType[];
  readonly variadic: boolean;
  readonly prototyped: boolean;
}

/** One per struct or union definition; identity is the type. */
export interface RecordType {
  readonly union: boolean;
  readonly tag: string | null;
  /** null while incomplete. Computed on first use: a struct that is only pointed to costs nothing. */
  readonly layout: RecordLayout | null;
}

export interface RecordLayout {
  readonly size: number; // bytes
  readonly align: number; // bytes
  readonly fields: readonly RecordField[];
}

export interface RecordField {
  /** null: anonymous struct or union (its fields are found through it). */
  readonly name: string | null;
  readonly type: CType;
  /** Byte offset in the record; for a bit-field, of the byte that holds its first bit. */
  readonly offset: number;
  /** Width and offset from the record's start in bits, for a bit-field. */
  readonly bits: BitPlacement | null;
  /** Alignment of the member where `packed` or `aligned` makes it other than its type's. */
  readonly align?: number;
  /** Names of the attributes it was declared with, for `__builtin_has_attribute`. */
  readonly attributes?: readonly string[];
}

export interface BitPlacement {
  readonly offset: number;
  readonly width: number;
  /**
   * The bytes to access, from the record's start: inside the record and inside the run of neighbouring bit-fields.
   * 1, 2, 4 or 8 where that is possible; 3, 5, 6, 7, 9 happen in packed records (access them byte by byte).
   */
  readonly unitOffset: number;
  readonly unitBytes: number;
}
