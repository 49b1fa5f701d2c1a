/** Header fields of a mail (RFC 5322) and of its parts (RFC 2045), unfolded; encoded words (RFC 2047) decoded on demand. */
import { addressParser, decodeWords } from 'postal-mime';
import type { PatchLine } from '../patch/patch-text.js';
import { textToShow } from '../patch/byte-text.js';

export interface Header {
  /** Lower case. */
  readonly name: string;
  /** As it stands, unfolded; one character per byte. */
  readonly value: string;
  readonly line: number;
}

export interface HeaderBlock {
  readonly headers: readonly Header[];
  /** Index of the first line of the body. */
  readonly next: number;
  /** An empty line stands between, as it should. */
  readonly endsEmpty: boolean;
}

export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

const FIELD = /^([!-9;-~]*):(.*)$/s;

/** Reads fields until an empty line, which it takes, or a line that is no field, which it leaves. */
export function readHeaders(lines: readonly PatchLine[], start: number): HeaderBlock {
  const headers: { name: string; value: string; line: number }[] = [];
  let index = start;
  for (; index < lines.length; index++) {
    const line = lines[index];
    if (line === undefined) break;
    const text = line.text.trimEnd();
    const last = headers[headers.length - 1];
    if (/^[ \t]/.test(line.text) && last !== undefined) {
      // Also a line of blanks alone continues the field.
      last.value += ` ${text.slice(1)}`;
      continue;
    }
    if (text === '') return { headers, next: index + 1, endsEmpty: true };
    if (/^>?From /.test(text)) continue;
    const field = FIELD.exec(text);
    if (field === null) break;
    headers.push({
      name: (field[1] ?? '').toLowerCase(),
      value: (field[2] ?? '').trim(),
      line: line.line,
    });
  }
  return { headers, next: index, endsEmpty: false };
}

export function headerValue(headers: readonly Header[], name: string): string | null {
  return headers.findLast((header) => header.name === name)?.value ?? null;
}

/** Longer ones say nothing to people, and cost time. */
const MAX_SHOWN = 4096;

/** What a person reads: encoded words decoded, raw bytes taken as UTF-8 where they are. */
export function decoded(value: string): string {
  return decodeWords(textToShow(value.slice(0, MAX_SHOWN)))
    .replace(/\s+/g, ' ')
    .trim();
}

export function mailboxOf(value: string): Mailbox {
  const first = addressParser(textToShow(value.slice(0, MAX_SHOWN)), { flatten: true })[0];
  const address = first?.address ?? '';
  return { name: decoded(first?.name ?? ''), address };
}

/** Message-IDs in angle brackets, without them. */
export function messageIds(value: string | null): string[] {
  return [...(value ?? '').matchAll(/<([^<>\s]+)>/g)].map((match) => match[1] ?? '');
}

/** A parameter such as `boundary=`, found wherever it stands in the field, as git does; null where there is none. */
export function attribute(value: string, name: string): string | null {
  const start = value.toLowerCase().indexOf(`${name}=`);
  if (start < 0) return null;
  const rest = value.slice(start + name.length + 1);
  return rest.startsWith('"')
    ? (/^[^"]*/.exec(rest.slice(1))?.[0] ?? '')
    : (/^[^; \t]*/.exec(rest)?.[0] ?? '');
}
