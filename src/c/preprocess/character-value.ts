/** The value of a character constant in #if (C11 6.4.4.4, 6.10.1p4), with gcc's multi-character constants. */

export interface CharacterValue {
  readonly value: bigint;
  readonly unsigned: boolean;
}

/** Null where the constant is none (empty, a bad escape). */
export function characterValue(text: string): CharacterValue | null {
  const quote = text.indexOf("'");
  const prefix = text.slice(0, quote);
  const units = codeUnits(text.slice(quote + 1, -1), prefix);
  if (units === null || units.length === 0) return null;
  if (prefix === '') {
    // Bytes fill an int from the left; a single one is a (signed) char.
    if (units.length === 1)
      return { value: BigInt.asIntN(8, BigInt(units[0] ?? 0)), unsigned: false };
    let value = 0n;
    for (const unit of units) value = (value << 8n) | BigInt(unit & 0xff);
    return { value: BigInt.asIntN(32, value), unsigned: false };
  }
  const last = BigInt(units[units.length - 1] ?? 0);
  // wchar_t is int, char16_t and char32_t are unsigned.
  return prefix === 'L'
    ? { value: BigInt.asIntN(32, last), unsigned: false }
    : { value: last, unsigned: true };
}

const simple: ReadonlyMap<string, number> = new Map([
  ['n', 10],
  ['t', 9],
  ['r', 13],
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['v', 11],
  ['e', 27],
  ['E', 27],
  ['\\', 92],
  ["'", 39],
  ['"', 34],
  ['?', 63],
]);

function codeUnits(body: string, prefix: string): number[] | null {
  const units: number[] = [];
  const encode = (codePoint: number): void => {
    if (prefix === '') units.push(...new TextEncoder().encode(String.fromCodePoint(codePoint)));
    else units.push(codePoint);
  };
  let at = 0;
  while (at < body.length) {
    const codePoint = body.codePointAt(at) ?? 0;
    if (codePoint !== 92) {
      encode(codePoint);
      at += codePoint > 0xffff ? 2 : 1;
      continue;
    }
    const escape = body.charAt(at + 1);
    const known = simple.get(escape);
    const numeric = /^(?:x[0-9a-fA-F]+|[0-7]{1,3}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/.exec(
      body.slice(at + 1),
    )?.[0];
    if (known !== undefined) {
      units.push(known);
      at += 2;
    } else if (numeric === undefined) {
      // An unknown escape is its character (gcc warns).
      if (escape === '' || escape === 'x' || escape === 'u' || escape === 'U') return null;
      encode(body.codePointAt(at + 1) ?? 0);
      at += 2;
    } else {
      at += 1 + numeric.length;
      if (/^[uU]/.test(numeric)) encode(parseInt(numeric.slice(1), 16));
      else if (numeric.startsWith('x')) units.push(Number(BigInt(`0${numeric}`) & 0xffffffffn));
      else units.push(parseInt(numeric, 8));
    }
  }
  return units;
}
