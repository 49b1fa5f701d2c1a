/**
 * Text as bytes. A patch must reach the tree byte for byte (blob ids are verified), whatever its charset, so mail
 * bodies, diffs and files are held as strings with one character per byte (Latin-1), and decoded only to be shown.
 */

export function bytesToText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

export function textToBytes(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** What a person should see: UTF-8 where it is UTF-8, else Latin-1 as it stands. What is no bytes has been decoded already. */
export function textToShow(text: string): string {
  if (/^[\x00-\x7f]*$/.test(text) || /[^\x00-\xff]/.test(text)) return text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(textToBytes(text));
  } catch {
    return text;
  }
}

/** Lines with their newline; the last may lack it. */
export function splitLines(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline + 1;
    lines.push(text.slice(start, end));
    start = end;
  }
  return lines;
}
