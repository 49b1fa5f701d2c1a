/** Universal character names (C11 6.4.3). */

/** The name at `pos`, where a backslash stands; null where it is none. */
export function universalNameAt(
  text: string,
  pos: number,
): { codePoint: number; length: number } | null {
  const letter = text.charAt(pos + 1);
  const digits = letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
  if (digits === 0) return null;
  const hex = text.slice(pos + 2, pos + 2 + digits);
  if (hex.length !== digits || !/^[0-9A-Fa-f]+$/.test(hex)) return null;
  const codePoint = parseInt(hex, 16);
  return codePoint > 0x10ffff ? null : { codePoint, length: digits + 2 };
}
