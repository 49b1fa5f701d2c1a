/** One mail, read. */
import type { Diagnostic } from '../base/diagnostic.js';
import type { Result } from '../base/result.js';
import { ok } from '../base/result.js';
import { bytesToText } from '../patch/byte-text.js';
import type { PatchLine } from '../patch/patch-text.js';
import type { BodyLine } from './body.js';
import { decodeBody } from './body.js';
import type { Header, Mailbox } from './headers.js';
import { decoded, headerValue, mailboxOf, messageIds, readHeaders } from './headers.js';
import type { RawMail } from './mbox.js';
import { splitMbox } from './mbox.js';
import type { Subject } from './subject.js';
import { parseSubject } from './subject.js';

export interface Message {
  /** Its file, and the line of that on which it begins. */
  readonly path: string;
  readonly line: number;
  readonly headers: readonly Header[];
  readonly messageId: string | null;
  /** The mail it answers, then that one's ancestors; nearest first. */
  readonly answers: readonly string[];
  readonly from: Mailbox;
  readonly date: string | null;
  /** Decoded, whole. */
  readonly subjectText: string;
  readonly subject: Subject;
  readonly body: readonly BodyLine[];
  /** The directory or quilt series that gives the order of its patches; null for mail. */
  readonly queue: string | null;
}

export function readMessage(mail: RawMail): Message {
  const block = readHeaders(mail.lines, 0);
  // The last of several counts, as for git.
  const value = (name: string): string | null => headerValue(block.headers, name);
  const subjectText = decoded(value('subject') ?? '');
  const references = messageIds(value('references')).reverse();
  const inReplyTo = messageIds(value('in-reply-to'));
  return {
    path: mail.path,
    line: mail.line,
    headers: block.headers,
    messageId: messageIds(value('message-id'))[0] ?? null,
    answers: [...new Set([...inReplyTo, ...references])],
    from: mailboxOf(value('from') ?? ''),
    date: value('date'),
    subjectText,
    subject: parseSubject(subjectText),
    body: decodeBody(mail.lines, block.next, block.headers),
    queue: null,
  };
}

export function parseMbox(bytes: Uint8Array, path: string): Result<readonly Message[], Diagnostic> {
  const mails = splitMbox(path, bytesToText(bytes));
  return mails.ok ? ok(mails.value.map(readMessage)) : mails;
}

/** A diff with no mail around it. */
export function diffAlone(path: string, lines: readonly PatchLine[]): Message {
  return {
    path,
    line: 1,
    headers: [],
    messageId: null,
    answers: [],
    from: { name: '', address: '' },
    date: null,
    subjectText: '',
    subject: parseSubject(''),
    body: lines.map((line) => ({ ...line, type: 'text/plain', charset: null })),
    queue: null,
  };
}
