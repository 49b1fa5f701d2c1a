/**
 * The text of a mail: parts one after the other, transfer encodings taken off, flowed lines joined; each line knows
 * where in the file it stands. Bytes stay bytes (a patch is not to be re-encoded). As `git mailinfo` does it, which
 * takes every part for text; `type` says what a part calls itself.
 */
import type { PatchLine } from '../patch/patch-text.js';
import { bytesToText, splitLines, textToBytes } from '../patch/byte-text.js';
import type { Header } from './headers.js';
import { attribute, readHeaders } from './headers.js';

export interface BodyLine extends PatchLine {
  /** The part's media type, lower case: `text/plain`. */
  readonly type: string;
  /** What the part says of its characters, for whoever shows them; null: nothing. */
  readonly charset: string | null;
}

/** git gives up at the fifth nested boundary. */
const MAX_NESTING = 4;

/** A paragraph this long is no text. */
const MAX_FLOWED = 65536;

type Encoding = 'none' | 'quoted-printable' | 'base64';

interface PartState {
  encoding: Encoding;
  type: string;
  charset: string | null;
  /** Characters of two bytes: the text of the whole part is put together before it is cut into lines. git has no patch there. */
  wide: 'utf-16le' | 'utf-16be' | null;
  flowed: boolean;
  /** Whether the blank that marks a soft line break goes too. */
  deleteSpace: boolean;
}

export function decodeBody(
  lines: readonly PatchLine[],
  start: number,
  headers: readonly Header[],
): BodyLine[] {
  const out: BodyLine[] = [];
  const boundaries: string[] = [];
  const part: PartState = {
    encoding: 'none',
    type: 'text/plain',
    charset: null,
    wide: null,
    flowed: false,
    deleteSpace: false,
  };
  /** A line that goes on in the next encoded line or after a soft break. */
  let pending: Pending | null = null;
  let index = start;
  let tooDeep = false;

  const enter = (fields: readonly Header[]): void => {
    for (const field of fields) {
      if (field.name === 'content-type') {
        const type = field.value;
        part.type = (/^[^;\s]*/.exec(type)?.[0] ?? '').toLowerCase();
        part.charset = attribute(type, 'charset')?.toLowerCase() ?? null;
        part.wide = wideCharset(part.charset);
        part.flowed = part.wide === null && attribute(type, 'format')?.toLowerCase() === 'flowed';
        part.deleteSpace = attribute(type, 'delsp')?.toLowerCase() === 'yes';
        const boundary = attribute(type, 'boundary');
        if (boundary === null) continue;
        if (boundaries.length === MAX_NESTING) tooDeep = true;
        else boundaries.push(`--${boundary}`);
      } else if (field.name === 'content-transfer-encoding') {
        const encoding = field.value.toLowerCase();
        part.encoding = encoding.includes('base64')
          ? 'base64'
          : encoding.includes('quoted-printable')
            ? 'quoted-printable'
            : 'none';
      }
    }
  };
  /** The bytes of a part with wide characters, and where they begin. */
  let wideText: Pending | null = null;
  const emit = (text: string, line: number): void => {
    if (part.wide === null) out.push({ text, line, type: part.type, charset: part.charset });
    else wideText = join(wideText, text, line);
  };
  const flush = (): void => {
    if (pending !== null) emit(pending.text, pending.line);
    pending = null;
  };
  const endPart = (): void => {
    flush();
    if (part.wide === null) return;
    const { text, line }: Pending = wideText ?? { text: '', line: 0 };
    const lines = splitLines(fromWide(text, part.wide));
    wideText = null;
    part.wide = null;
    for (const each of lines) emit(each.replace(/\r\n$/, '\n'), line);
  };
  const atBoundary = (text: string): boolean => {
    const boundary = boundaries[boundaries.length - 1];
    return boundary !== undefined && text.startsWith(boundary);
  };
  const skipToBoundary = (): boolean => {
    while (index < lines.length && !atBoundary(lines[index]?.text ?? '')) index++;
    return index < lines.length;
  };
  /** Takes boundary lines and the headers behind them; false when the mail is over. */
  const passBoundary = (): boolean => {
    for (let ended = 0; ; ended++) {
      const boundary = boundaries[boundaries.length - 1] ?? '';
      const line = lines[index];
      if (line === undefined) return false;
      if (!line.text.startsWith(`${boundary}--`)) break;
      boundaries.pop();
      // An empty line stands for the end of a part, one for several that end together.
      if (ended === 0) emit('\n', line.line);
      if (boundaries.length === 0 || !skipToBoundary()) return false;
    }
    part.encoding = 'none';
    part.type = 'text/plain';
    part.charset = null;
    const block = readHeaders(lines, index + 1);
    // Whatever line ends the headers of a part is taken for the empty one.
    index = block.endsEmpty ? block.next : block.next + 1;
    enter(block.headers);
    return index < lines.length;
  };
  /** One decoded line, whole or the last piece of one. */
  const flow = (text: string, line: number): void => {
    if (!part.flowed) {
      emit(text, line);
      return;
    }
    const content = text.replace(/\r?\n$/, '');
    if (content === '-- ') {
      flush();
      emit(text, line);
      return;
    }
    const unstuffed = text.startsWith(' ') ? text.slice(1) : text;
    const length = content.length - (unstuffed === text ? 0 : 1);
    const before: Pending = pending ?? { text: '', line };
    if (
      length > 0 &&
      unstuffed.charAt(length - 1) === ' ' &&
      before.text.length + length < MAX_FLOWED
    ) {
      const kept = unstuffed.slice(0, part.deleteSpace ? length - 1 : length);
      pending = { text: before.text + kept, line: before.line };
      return;
    }
    pending = null;
    emit(before.text + unstuffed, before.line);
  };

  enter(headers);
  if (boundaries.length > 0 && !skipToBoundary()) return out;
  while (index < lines.length && !tooDeep) {
    if (atBoundary(lines[index]?.text ?? '')) {
      endPart();
      // The line behind a part's headers is text for git, even when it is a boundary.
      if (!passBoundary()) break;
    }
    const line = lines[index];
    if (line === undefined) break;
    index++;
    switch (part.encoding) {
      case 'none':
        flow(line.text, line.line);
        break;
      case 'quoted-printable':
      case 'base64': {
        const before: Pending | null = pending;
        pending = null;
        const text =
          part.encoding === 'base64' ? decodeBase64(line.text) : decodeQuotedPrintable(line.text);
        // Pieces are put together only where a line ends: a soft line break at each would cost time squared.
        if (text === '') pending = before;
        splitLines(text).forEach((piece, i) => {
          const whole = i === 0 ? join(before, piece, line.line) : { text: piece, line: line.line };
          if (piece.endsWith('\n')) flow(whole.text, whole.line);
          else pending = i === 0 ? whole : join(pending, piece, line.line);
        });
        break;
      }
    }
  }
  endPart();
  return out;
}

function wideCharset(charset: string | null): PartState['wide'] {
  if (charset === null || !/^(?:utf-?16|ucs-?2)/.test(charset)) return null;
  return charset.endsWith('be') ? 'utf-16be' : 'utf-16le';
}

/** As UTF-8, held as bytes. A byte order mark says more than the name. */
function fromWide(text: string, charset: 'utf-16le' | 'utf-16be'): string {
  const big =
    text.startsWith('\xfe\xff') || (charset === 'utf-16be' && !text.startsWith('\xff\xfe'));
  const decoded = new TextDecoder(big ? 'utf-16be' : 'utf-16le').decode(textToBytes(text));
  return bytesToText(new TextEncoder().encode(decoded));
}

interface Pending {
  readonly text: string;
  readonly line: number;
}

function join(before: Pending | null, text: string, line: number): Pending {
  return before === null ? { text, line } : { text: before.text + text, line: before.line };
}

export function decodeQuotedPrintable(line: string): string {
  return untilNul(line)
    .replace(/=\n$|=$/, '')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

export function decodeBase64(line: string): string {
  return Buffer.from(untilNul(line).replace(/[^A-Za-z0-9+/]/g, ''), 'base64').toString('latin1');
}

/** git's decoders stop at a NUL. */
function untilNul(text: string): string {
  const nul = text.indexOf('\0');
  return nul < 0 ? text : text.slice(0, nul);
}
