/** Punctuators (C11 6.4.6) as the bytes of a text spell them. */
import { fixedSpellings, spellingOf } from './spellings.js';

/** Char code → the punctuator that it is alone, -1 for none. */
const single = new Int32Array(256).fill(-1);
for (const text of fixedSpellings)
  if (text.length === 1) single[text.charCodeAt(0)] = spellingOf(text);

/** Char code → the longer punctuators that it begins, the longest first. */
const longer: (readonly { bytes: readonly number[]; spelling: number }[])[] = Array.from(
  { length: 256 },
  (_, code) =>
    fixedSpellings
      .filter((text) => /^\W../.test(`${text} `) && text.length > 1 && text.charCodeAt(0) === code)
      .sort((a, b) => b.length - a.length)
      .map((text) => ({
        bytes: [...text].map((char) => char.charCodeAt(0)),
        spelling: spellingOf(text),
      })),
);

/** The longest punctuator at `pos`, whose first byte is `code`; -1 for none. */
export function punctuatorAt(bytes: Uint8Array, pos: number, code: number): number {
  const candidates = longer[code] as (typeof longer)[number];
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i] as (typeof candidates)[number];
    const wanted = candidate.bytes;
    if (
      bytes[pos + 1] === wanted[1] &&
      (wanted.length < 3 ||
        (bytes[pos + 2] === wanted[2] && (wanted.length < 4 || bytes[pos + 3] === wanted[3])))
    )
      return candidate.spelling;
  }
  return single[code] as number;
}
