/**
 * A patchwork page saved as text → the mails it shows. The page is no mail: it doubles the blank behind `@@ … @@` in its
 * patch, may lose the newline at its end, and gives no address and no Message-ID of the answers. What is put right or
 * made up is said.
 */
import type { Diagnostic } from '../base/diagnostic.js';
import { diagnostic } from '../base/diagnostic.js';
import type { PatchLine } from '../patch/patch-text.js';
import { withoutNewline } from '../patch/patch-text.js';
import type { Message } from './message.js';
import { parseSubject } from './subject.js';

/** `Bernhard Kauer Oct. 23, 2024, 9:18 a.m. UTC`, with ` | #2` behind it for an answer. */
const BYLINE =
  /^(.{1,200}?) ((?:Jan|Feb|March|April|May|June|July|Aug|Sept|Oct|Nov|Dec)[a-z]*\.? \d{1,2}, \d{4}, (?:\d{1,2}(?::\d\d)? [ap]\.m\.|noon|midnight) UTC)(?: \| #(\d+))?$/;

interface Section {
  readonly name: string;
  readonly date: string;
  readonly start: number;
}

export function isPatchworkPage(lines: readonly PatchLine[]): boolean {
  const head = lines.slice(0, 40).map((line) => withoutNewline(line.text).trim());
  return (
    head.some((line) => /^Message ID\s+\S+/.test(line)) &&
    head.some((line) => line === 'Headers show')
  );
}

export interface PatchworkPage {
  readonly messages: readonly Message[];
  readonly remarks: readonly Diagnostic[];
}

export function readPatchworkPage(path: string, lines: readonly PatchLine[]): PatchworkPage {
  const text = (index: number): string => withoutNewline(lines[index]?.text ?? '');
  const find = (from: number, wanted: (line: string) => boolean): number => {
    for (let i = from; i < lines.length; i++) if (wanted(text(i))) return i;
    return lines.length;
  };
  const titleAt = find(0, (line) => line !== '' && line !== 'diff mbox series');
  const title = text(titleAt).trim();
  const idAt = find(0, (line) => /^Message ID\s+\S+/.test(line));
  const messageId = /^Message ID\s+(\S+)/.exec(text(idAt))?.[1] ?? null;
  const commitAt = find(0, (line) => line === 'Commit Message');
  const patchHeading = lastIndex(lines, 'Patch', commitAt);
  const commentsAt = find(commitAt, (line) => line === 'Comments');

  const bylines: Section[] = [];
  const end = patchHeading < 0 ? lines.length : patchHeading;
  for (let i = commitAt + 1; i < end; i++) {
    const match = BYLINE.exec(text(i));
    if (match === null) continue;
    const numbered = match[3] !== undefined;
    // Only the first, and after "Comments" the numbered ones: a mail may quote such a line.
    if (bylines.length === 0 ? i < commentsAt : numbered && Number(match[3]) === bylines.length) {
      bylines.push({ name: match[1] ?? '', date: match[2] ?? '', start: i + 1 });
    }
  }
  const remarks: Diagnostic[] = [];
  const messages: Message[] = [];
  for (const [i, byline] of bylines.entries()) {
    const next = bylines[i + 1];
    const stop =
      i === 0 ? Math.min(commentsAt, end) : next === undefined ? tail(end) : next.start - 1;
    const body = lines.slice(byline.start, Math.max(byline.start, stop));
    if (i === 0) {
      const patch = patchHeading < 0 ? [] : repaired(path, lines.slice(patchHeading + 1), remarks);
      messages.push(pageMessage(path, byline, title, false, messageId, null, [...body, ...patch]));
    } else {
      messages.push(pageMessage(path, byline, title, true, null, messageId, body));
    }
  }
  return { messages, remarks };

  /** The links above the "Patch" heading are the page's. */
  function tail(stop: number): number {
    let i = stop;
    while (i > 0 && /^(diff mbox series|diff|mbox|series|)$/.test(text(i - 1).trim())) i--;
    return i;
  }
}

function lastIndex(lines: readonly PatchLine[], heading: string, from: number): number {
  for (let i = lines.length - 1; i > from; i--) {
    if (withoutNewline(lines[i]?.text ?? '') === heading) return i;
  }
  return -1;
}

function repaired(path: string, lines: readonly PatchLine[], remarks: Diagnostic[]): PatchLine[] {
  let last = lines.length;
  while (last > 0 && withoutNewline(lines[last - 1]?.text ?? '') === '') last--;
  const patch = lines.slice(0, last).map((line) => ({
    line: line.line,
    text: line.text.replace(/^(@@ -\S+ \+\S+ @@) {2}/, '$1 '),
  }));
  const end = patch[patch.length - 1];
  if (end !== undefined && !end.text.endsWith('\n')) {
    patch[patch.length - 1] = { line: end.line, text: `${end.text}\n` };
    remarks.push(
      diagnostic(
        'bad-input',
        'the page has lost the newline at the end of its patch; it was put back',
        { path, line: end.line, column: 1, sourceLine: end.text, length: 1 },
      ),
    );
  }
  return patch;
}

function pageMessage(
  path: string,
  byline: Section,
  title: string,
  reply: boolean,
  messageId: string | null,
  answers: string | null,
  body: readonly PatchLine[],
): Message {
  const subjectText = reply ? `Re: [PATCH] ${title}` : `[PATCH] ${title}`;
  return {
    path,
    line: byline.start,
    headers: [],
    messageId,
    answers: answers === null ? [] : [answers],
    from: { name: byline.name, address: '' },
    date: byline.date,
    subjectText,
    subject: parseSubject(subjectText),
    body: body.map((line) => ({ ...line, type: 'text/plain', charset: null })),
    queue: null,
  };
}
