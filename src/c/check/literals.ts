/**
 * Integer, floating, character and string constants (C11 6.4.4, 6.4.5), as gcc reads them on x86-64.
 * Known gap: a long double constant is kept as a double.
 */
import type { CType, IntName, IntType } from '../types.js';
import { DOUBLE, FLOAT, INT, INT_TYPES, LONG_DOUBLE, UINT } from './basic-types.js';

export type NumberLiteral =
  | { readonly kind: 'int'; readonly value: bigint; readonly type: IntType }
  | { readonly kind: 'float'; readonly value: number; readonly type: CType }
  | { readonly kind: 'bad'; readonly why: string };

function bad(why: string): NumberLiteral {
  return { kind: 'bad', why };
}

const SUFFIX = /^(?:(u)(ll|l)?|(ll|l)(u)?)?$/i;

export function numberLiteral(spelling: string): NumberLiteral {
  const text = spelling.replaceAll("'", '');
  const hexFloat = /^0x[0-9a-f]*\.?[0-9a-f]*p/i.test(text);
  const decimalFloat = !/^0[xb]/i.test(text) && /[.e]/i.test(text);
  if (hexFloat || decimalFloat) return floatLiteral(text, hexFloat);
  const match = /^(0x[0-9a-f]+|0b[01]+|0[0-7]*|[1-9][0-9]*)(.*)$/i.exec(text);
  if (match === null) return bad(`'${spelling}' is no number`);
  const [, digits = '', suffix = ''] = match;
  const parts = SUFFIX.exec(suffix);
  if (parts === null || suffix.includes('lL') || suffix.includes('Ll')) {
    return bad(`invalid suffix "${suffix}" on integer constant`);
  }
  const unsigned = (parts[1] ?? parts[4]) !== undefined;
  const longs = (parts[2] ?? parts[3] ?? '').length;
  const decimal = !digits.startsWith('0');
  const value =
    decimal || /^0[xb]/i.test(digits) ? BigInt(digits) : BigInt(`0o${digits.slice(1) || '0'}`);
  const type = typeOfInteger(value, decimal, unsigned, longs);
  return type === null
    ? bad('integer constant is too large for its type')
    : { kind: 'int', value, type };
}

/** C11 6.4.4.1p5; gcc goes on to __int128 for a decimal that fits no 64-bit signed type. */
function typeOfInteger(
  value: bigint,
  decimal: boolean,
  unsigned: boolean,
  longs: number,
): IntType | null {
  const signed: readonly IntName[] = ['int', 'long', 'long long'];
  for (const name of signed.slice(longs)) {
    const { bits } = INT_TYPES[name];
    if (!unsigned && value < 1n << BigInt(bits - 1)) return INT_TYPES[name];
    if ((unsigned || !decimal) && value < 1n << BigInt(bits)) {
      const name2: Readonly<Record<string, IntName>> = {
        int: 'unsigned int',
        long: 'unsigned long',
        'long long': 'unsigned long long',
      };
      return INT_TYPES[name2[name] ?? 'unsigned long'];
    }
  }
  if (value < 1n << 64n && decimal) return INT_TYPES.__int128;
  return null;
}

function floatLiteral(text: string, hex: boolean): NumberLiteral {
  const pattern = hex
    ? /^0x([0-9a-f]*)\.?([0-9a-f]*)p([+-]?\d+)([a-z0-9]*)$/i
    : /^((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([a-z][a-z0-9]*)?$/i;
  const match = pattern.exec(text);
  if (match === null) return bad(`'${text}' is no floating constant`);
  const suffix = ((hex ? match[4] : match[2]) ?? '').toLowerCase();
  let type: CType;
  if (suffix === '' || suffix === 'f64' || suffix === 'f32x' || suffix === 'd') type = DOUBLE;
  else if (suffix === 'f' || suffix === 'f32') type = FLOAT;
  else if (suffix === 'l' || suffix === 'f64x' || suffix === 'w') type = LONG_DOUBLE;
  else return bad(`invalid suffix "${suffix}" on floating constant`);
  let value: number;
  if (hex) {
    const digits = `${match[1] ?? ''}${match[2] ?? ''}`;
    if (digits === '') return bad('no digits in hexadecimal floating constant');
    value = scaled(BigInt(`0x${digits}`), Number(match[3]) - 4 * (match[2] ?? '').length);
  } else {
    value = Number(match[1]);
  }
  // Rounding twice (to double, then to float) can differ from rounding once only on halfway cases of 29 bits.
  if (type === FLOAT) value = Math.fround(value);
  return { kind: 'float', value, type };
}

/** mantissa × 2^exponent, rounded once to nearest even. */
function scaled(mantissa: bigint, exponent: number): number {
  let m = mantissa;
  let e = exponent;
  let sticky = false;
  while (m >= 1n << 64n) {
    sticky ||= (m & 1n) === 1n;
    m >>= 1n;
    e += 1;
  }
  if (sticky) m |= 1n;
  const value = Number(m);
  if (e > 1100) return value === 0 ? 0 : Infinity;
  if (e < -1200) return 0;
  return e < -1000
    ? value * 2 ** -1000 * 2 ** (e + 1000)
    : e > 1000
      ? value * 2 ** 1000 * 2 ** (e - 1000)
      : value * 2 ** e;
}

/** GNU: `2i`, `1.5fj`. */
export function isImaginary(spelling: string): boolean {
  const real = spelling.replace(/[ij]/i, '');
  return real !== spelling && numberLiteral(real).kind !== 'bad';
}

export type Prefix = '' | 'L' | 'u' | 'U' | 'u8';

export interface CharacterOptions {
  readonly char: IntType;
  readonly wchar: IntType;
}

const SIMPLE: Readonly<Record<string, number>> = {
  n: 10,
  t: 9,
  r: 13,
  a: 7,
  b: 8,
  f: 12,
  v: 11,
  e: 27,
  E: 27,
  '\\': 92,
  "'": 39,
  '"': 34,
  '?': 63,
};

/** One element of a literal: a code unit written as an escape, or a character of the source. */
type Unit = { readonly escape: number } | { readonly codePoint: number };

function unitsOf(body: string): readonly Unit[] | string {
  const units: Unit[] = [];
  for (let i = 0; i < body.length;) {
    const c = body[i] ?? '';
    if (c !== '\\') {
      const codePoint = body.codePointAt(i) ?? 0;
      units.push({ codePoint });
      i += codePoint > 0xffff ? 2 : 1;
      continue;
    }
    const rest = body.slice(i + 1);
    const octal = /^[0-7]{1,3}/.exec(rest);
    const hex = /^x([0-9a-fA-F]+)/.exec(rest);
    const universal = /^u([0-9a-fA-F]{4})|^U([0-9a-fA-F]{8})/.exec(rest);
    const simple = SIMPLE[rest[0] ?? ''];
    if (octal !== null) {
      units.push({ escape: parseInt(octal[0], 8) });
      i += 1 + octal[0].length;
    } else if (hex !== null) {
      units.push({ escape: Number(BigInt(`0x${hex[1] ?? '0'}`) & 0xffff_ffffn) });
      i += 1 + hex[0].length;
    } else if (universal !== null) {
      units.push({ codePoint: parseInt(universal[1] ?? universal[2] ?? '0', 16) });
      i += 1 + universal[0].length;
    } else if (simple !== undefined) {
      units.push({ escape: simple });
      i += 2;
    } else if (rest === '') {
      return 'a backslash ends the literal';
    } else {
      // gcc warns of an unknown escape sequence and takes the character.
      units.push({ codePoint: rest.codePointAt(0) ?? 0 });
      i += 2;
    }
  }
  return units;
}

function split(spelling: string, quote: string): readonly [Prefix, string] | null {
  const match = /^(u8|[LuU]?)(['"])/.exec(spelling);
  if (match === null || match[2] !== quote || !spelling.endsWith(quote)) return null;
  return [(match[1] ?? '') as Prefix, spelling.slice(match[0].length, -1)];
}

function elementType(prefix: Prefix, options: CharacterOptions): IntType {
  switch (prefix) {
    case '':
    case 'u8':
      return options.char;
    case 'L':
      return options.wchar;
    case 'u':
      return INT_TYPES['unsigned short'];
    case 'U':
      return UINT;
  }
}

function encode(units: readonly Unit[], bits: number): number[] {
  const out: number[] = [];
  const mask = bits === 32 ? 0xffff_ffff : (1 << bits) - 1;
  for (const unit of units) {
    if ('escape' in unit) {
      out.push((unit.escape & mask) >>> 0);
    } else if (bits === 8) {
      out.push(...new TextEncoder().encode(String.fromCodePoint(unit.codePoint)));
    } else if (bits === 16 && unit.codePoint > 0xffff) {
      const pair = String.fromCodePoint(unit.codePoint);
      out.push(pair.charCodeAt(0), pair.charCodeAt(1));
    } else {
      out.push(unit.codePoint);
    }
  }
  return out;
}

export function characterLiteral(spelling: string, options: CharacterOptions): NumberLiteral {
  const parts = split(spelling, "'");
  if (parts === null) return bad(`${spelling} is no character constant`);
  const [prefix, body] = parts;
  const units = unitsOf(body);
  if (typeof units === 'string') return bad(units);
  const element = elementType(prefix, options);
  const codes = encode(units, element.bits);
  if (codes.length === 0) return bad('empty character constant');
  if (prefix !== '') {
    const last = BigInt(codes[codes.length - 1] ?? 0);
    const value = element.signed ? BigInt.asIntN(element.bits, last) : last;
    return { kind: 'int', value, type: prefix === 'u8' ? options.char : element };
  }
  if (codes.length === 1) {
    const code = BigInt(codes[0] ?? 0);
    return { kind: 'int', value: element.signed ? BigInt.asIntN(8, code) : code, type: INT };
  }
  // Several characters: gcc shifts each one in from the right, the last four count.
  let value = 0n;
  for (const code of codes) value = (value << 8n) | BigInt(code);
  return { kind: 'int', value: BigInt.asIntN(32, value), type: INT };
}

export interface StringLiteral {
  readonly element: IntType;
  /** Little endian, terminating null included. */
  readonly bytes: Uint8Array;
}

/** GNU C has C++'s raw strings: nothing in them is an escape. */
const RAW = /^(u8|[LuU]?)R"([^()\\\s]*)\(([^]*)\)\2"$/;

function charactersOf(body: string): readonly Unit[] {
  return Array.from(body, (character) => ({ codePoint: character.codePointAt(0) ?? 0 }));
}

/** Adjacent literals are one (C11 5.1.1.2p1.6); a prefix on one of them counts for all (6.4.5p5). */
export function stringLiteral(
  parts: readonly string[],
  options: CharacterOptions,
): StringLiteral | string {
  let prefix: Prefix = '';
  const bodies: (readonly Unit[])[] = [];
  for (const spelling of parts) {
    const raw = RAW.exec(spelling);
    const pieces = raw === null ? split(spelling, '"') : ([raw[1] ?? '', raw[3] ?? ''] as const);
    if (pieces === null) return `${spelling} is no string literal`;
    if (pieces[0] !== '') {
      if (prefix !== '' && prefix !== pieces[0])
        return 'unsupported non-standard concatenation of string literals';
      prefix = pieces[0] as Prefix;
    }
    const units = raw === null ? unitsOf(pieces[1]) : charactersOf(pieces[1]);
    if (typeof units === 'string') return units;
    bodies.push(units);
  }
  const element = elementType(prefix, options);
  const codes = [...encode(bodies.flat(), element.bits), 0];
  const width = element.bits / 8;
  const bytes = new Uint8Array(codes.length * width);
  codes.forEach((code, i) => {
    for (let b = 0; b < width; b++) bytes[i * width + b] = (code >>> (8 * b)) & 0xff;
  });
  return { element, bytes };
}
