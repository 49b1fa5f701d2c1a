/** Character classes of the C source character set (C11 5.2.1), as tables over the bytes of a `FileText`. */
const IDENTIFIER_START = 1;
const IDENTIFIER_PART = 2;
const BLANK = 4;
const PLAIN = 8;

const table = new Uint8Array(256);
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code);
  if (/[A-Za-z_$]/.test(char)) table[code] = IDENTIFIER_START | IDENTIFIER_PART;
  else if (/[0-9]/.test(char)) table[code] = IDENTIFIER_PART;
  else if (/[ \t\v\f\0]/.test(char)) table[code] = BLANK;
  if (!/[\n"'#/\\%\x7f]/.test(char)) table[code] = (table[code] ?? 0) | PLAIN;
}

export const isIdentifierStart = (code: number): boolean =>
  ((table[code] as number) & IDENTIFIER_START) !== 0;
export const isIdentifierPart = (code: number): boolean =>
  ((table[code] as number) & IDENTIFIER_PART) !== 0;
/** White space within a line; NUL counts, as gcc has it. */
export const isBlank = (code: number): boolean => ((table[code] as number) & BLANK) !== 0;
export const isDigit = (code: number): boolean => code >= 48 && code <= 57;
/** Nothing but letters and digits: what an identifier may go on with. */
export function isIdentifierTail(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127 || !isIdentifierPart(code)) return false;
  }
  return true;
}
/** Part of ordinary tokens alone: no newline, no literal, comment, splice or `#` can begin with it. */
export const isPlain = (code: number): boolean => ((table[code] as number) & PLAIN) !== 0;

/** Code points beyond ASCII that C11 D.1 allows in identifiers. */
const extendedRanges: readonly (readonly [number, number])[] = [
  [0xa8, 0xa8],
  [0xaa, 0xaa],
  [0xad, 0xad],
  [0xaf, 0xaf],
  [0xb2, 0xb5],
  [0xb7, 0xba],
  [0xbc, 0xbe],
  [0xc0, 0xd6],
  [0xd8, 0xf6],
  [0xf8, 0x167f],
  [0x1681, 0x180d],
  [0x180f, 0x1fff],
  [0x200b, 0x200d],
  [0x202a, 0x202e],
  [0x203f, 0x2040],
  [0x2054, 0x2054],
  [0x2060, 0x218f],
  [0x2460, 0x24ff],
  [0x2776, 0x2793],
  [0x2c00, 0x2dff],
  [0x2e80, 0x2fff],
  [0x3004, 0x3007],
  [0x3021, 0x302f],
  [0x3031, 0xd7ff],
  [0xf900, 0xfd3d],
  [0xfd40, 0xfdcf],
  [0xfdf0, 0xfe44],
  [0xfe47, 0xfffd],
];

/** C11 D.2: not as the first character. */
const extendedNotFirst: readonly (readonly [number, number])[] = [
  [0x300, 0x36f],
  [0x1dc0, 0x1dff],
  [0x20d0, 0x20ff],
  [0xfe20, 0xfe2f],
];

const within = (ranges: readonly (readonly [number, number])[], code: number): boolean =>
  ranges.some(([low, high]) => code >= low && code <= high);

export function isExtendedIdentifier(codePoint: number, first: boolean): boolean {
  if (codePoint < 0x80) return false;
  const allowed =
    within(extendedRanges, codePoint) ||
    (codePoint >= 0x10000 && codePoint < 0xf0000 && (codePoint & 0xffff) <= 0xfffd);
  return allowed && !(first && within(extendedNotFirst, codePoint));
}
