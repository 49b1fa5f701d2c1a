/**
 * Whatever people have in hand → mails. A file is recognised by its content: an mbox, packed or not, one mail, a saved
 * patchwork page, or a diff without any mail around it.
 */
import { gunzipSync } from 'node:zlib';
import type { Diagnostic } from '../base/diagnostic.js';
import { diagnostic } from '../base/diagnostic.js';
import { bytesToText, splitLines } from '../patch/byte-text.js';
import { startsFileDiff } from '../patch/parse-diff.js';
import type { PatchLine } from '../patch/patch-text.js';
import { placeOf } from '../patch/patch-text.js';
import { isSeparator, mailLines, splitMbox } from './mbox.js';
import type { MboxOptions } from './mbox.js';
import type { Message } from './message.js';
import { diffAlone, readMessage } from './message.js';
import { isPatchworkPage, readPatchworkPage } from './patchwork-page.js';

export interface MailFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export type MailInput =
  /** Recognised by its content. */
  | { readonly kind: 'file'; readonly file: MailFile }
  /** A maildir, or mails saved one by one: their order says nothing. */
  | { readonly kind: 'mails'; readonly files: readonly MailFile[] }
  /** A directory as git format-patch writes it, or a quilt series: one series, in this order. */
  | { readonly kind: 'queue'; readonly path: string; readonly files: readonly MailFile[] };

export interface MailRead {
  readonly messages: readonly Message[];
  /** What could not be read. */
  readonly diagnostics: readonly Diagnostic[];
  /** What was put right on reading, and may be said. */
  readonly remarks: readonly Diagnostic[];
}

/** Unpacked; a bound against bombs. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Every line is kept with its place. */
const MAX_LINES = 2_000_000;

export function readMails(
  inputs: readonly MailInput[],
  options: MboxOptions = { mboxrd: false },
): MailRead {
  const messages: Message[] = [];
  const diagnostics: Diagnostic[] = [];
  const remarks: Diagnostic[] = [];
  const take = (file: MailFile, queue: string | null, mail = false): void => {
    const read = readFile(file, options, mail);
    for (const message of read.messages) messages.push({ ...message, queue });
    diagnostics.push(...read.diagnostics);
    remarks.push(...read.remarks);
  };
  for (const input of inputs) {
    switch (input.kind) {
      case 'file':
        take(input.file, null);
        break;
      case 'mails':
        for (const file of input.files) take(file, null, true);
        break;
      case 'queue':
        for (const file of input.files) take(file, input.path);
        break;
    }
  }
  return { messages, diagnostics, remarks };
}

function failure(found: Diagnostic): MailRead {
  return { messages: [], diagnostics: [found], remarks: [] };
}

/** `mail`: what is neither an mbox nor a page is one mail, whatever it looks like. */
function readFile(file: MailFile, options: MboxOptions, mail: boolean): MailRead {
  const { path } = file;
  let bytes = file.bytes;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      bytes = gunzipSync(bytes, { maxOutputLength: MAX_BYTES });
    } catch {
      return failure(
        diagnostic('bad-input', `${path} is packed with gzip, and cannot be unpacked`, null),
      );
    }
  }
  if (bytes.byteLength > MAX_BYTES) {
    return failure(diagnostic('limit', `${path} is larger than ${MAX_BYTES} bytes`, null));
  }
  const text = bytesToText(bytes);
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  if (count > MAX_LINES) {
    return failure(diagnostic('limit', `${path} has more than ${MAX_LINES} lines`, null));
  }
  const lines = mailLines(text);
  const first = lines.find((line) => line.text.trim() !== '');
  if (first === undefined) return failure(diagnostic('bad-input', `${path} is empty`, null));
  if (isSeparator(first.text)) {
    const mails = splitMbox(path, text, options);
    if (!mails.ok) return failure(mails.error);
    return { messages: mails.value.map(readMessage), diagnostics: [], remarks: [] };
  }
  if (isPatchworkPage(lines)) return { diagnostics: [], ...readPatchworkPage(path, lines) };
  if (mail || beginsLikeMail(lines)) {
    const start = lines.indexOf(first);
    const raw = { path, line: first.line, lines: lines.slice(start) };
    return { messages: [readMessage(raw)], diagnostics: [], remarks: [] };
  }
  const raw = rawLines(text);
  if (raw.some((_, i) => startsFileDiff({ path, lines: raw }, i) !== null)) {
    return { messages: [diffAlone(path, raw)], diagnostics: [], remarks: [] };
  }
  return failure(
    diagnostic(
      'bad-input',
      `${path} is neither a mail nor a diff`,
      placeOf({ path, lines }, first),
      [],
      'an mbox, a mail, a saved patchwork page or a unified diff can be read',
    ),
  );
}

/** Fields from the first line on, and one among them that mails have. DEP-3 headers of quilt patches count as well. */
function beginsLikeMail(lines: readonly PatchLine[]): boolean {
  for (const { text } of lines.slice(0, 200)) {
    if (text.trim() === '') {
      if (text === '' || lines[0]?.text === text) continue;
      return false;
    }
    if (/^(from|subject|date|message-id|received|return-path|description|author):/i.test(text))
      return true;
    if (!/^(?:[!-9;-~]*:|[ \t])/.test(text)) return false;
  }
  return false;
}

/** A diff that no mail program has touched keeps its line ends, unless all of it has been made CRLF, headers included. */
function rawLines(text: string): PatchLine[] {
  const lines = splitLines(text);
  const dos = lines.every((line) => line.endsWith('\r\n') || !line.endsWith('\n'));
  return dos ? mailLines(text) : lines.map((line, i) => ({ text: line, line: i + 1 }));
}
