/**
 * Which patch mails make up a series: `[PATCH v2 1/3]` to `3/3` of one thread and sender, or, where mails name no thread
 * (git format-patch, b4 am), that follow each other. A mail without numbers is a series of its own, unless a queue or
 * git format-patch has put several in order.
 */
import type { Message } from './message.js';
import type { Thread } from './thread.js';

export interface Series {
  readonly revision: number;
  /** How many patches it says it has; null where they carry no numbers: then all count, in order. */
  readonly total: number | null;
  readonly cover: Message | null;
  /** By number; several where one was sent twice. */
  readonly patches: ReadonlyMap<number, readonly Message[]>;
  /** The first mail of the thread that it stands in. */
  readonly root: Message;
}

interface Group {
  readonly first: Message;
  readonly root: Message;
  readonly members: Message[];
  readonly numbers: Set<number>;
  readonly total: number | null;
  last: number;
}

/** Stops when there are more than `most`. */
export function groupSeries(thread: Thread, mails: readonly Message[], most: number): Series[] {
  const position = new Map(thread.messages.map((message, index) => [message, index]));
  const groups: Group[] = [];
  for (const message of mails) {
    const index = position.get(message) ?? 0;
    const root = thread.root.get(message) ?? message;
    const group = groups.findLast((each) => belongs(each, message, root, index, thread));
    const number = message.subject.part?.number;
    if (group === undefined) {
      if (groups.length > most) break;
      const total = message.queue === null ? (message.subject.part?.total ?? null) : null;
      const numbers = new Set(number === undefined ? [] : [number]);
      groups.push({ first: message, root, members: [message], numbers, total, last: index });
    } else {
      group.members.push(message);
      if (number !== undefined) group.numbers.add(number);
      group.last = index;
    }
  }
  return groups.map(seriesOf);
}

function belongs(
  group: Group,
  message: Message,
  root: Message,
  index: number,
  thread: Thread,
): boolean {
  const { first } = group;
  if (message.queue !== null || first.queue !== null) return message.queue === first.queue;
  const a = first.subject;
  const b = message.subject;
  if (a.revision !== b.revision || a.resent !== b.resent) return false;
  const follows = group.last === index - 1;
  if (a.part === null || b.part === null) {
    // git format-patch gives no Message-ID: these are commits in order. Anything else without numbers stands alone.
    const unsent = first.messageId === null && message.messageId === null;
    const named = first.subjectText !== '' && message.subjectText !== '';
    return a.part === null && b.part === null && unsent && named && follows;
  }
  if (a.part.total !== b.part.total || b.part.total === 1) return false;
  const number = b.part.number;
  const taken = group.numbers.has(number);
  const sameSender = first.from.address.toLowerCase() === message.from.address.toLowerCase();
  if (root === group.root) return sameSender || !taken;
  const unlinked = !thread.parent.has(message) && !thread.parent.has(first);
  return unlinked && !taken && (sameSender || follows);
}

function seriesOf(group: Group): Series {
  const { members, first } = group;
  const revision = members.reduce((most, member) => Math.max(most, member.subject.revision), 1);
  const patches = new Map<number, Message[]>();
  let cover: Message | null = null;
  members.forEach((member, i) => {
    const number = group.total === null ? i + 1 : (member.subject.part?.number ?? 1);
    if (number === 0) {
      cover ??= member;
      return;
    }
    const known = patches.get(number);
    if (known === undefined) patches.set(number, [member]);
    else known.push(member);
  });
  if (first.queue !== null) return queueSeries(group, revision);
  return { revision, total: group.total, cover, patches, root: group.root };
}

/** A directory may hold the cover letter, which is no patch; what holds no diff otherwise is a mistake, told later. */
function queueSeries(group: Group, revision: number): Series {
  const cover = group.members.find((member) => member.subject.part?.number === 0) ?? null;
  const rest = group.members.filter((member) => member !== cover);
  const patches = new Map(rest.map((member, i) => [i + 1, [member]]));
  return { revision, total: null, cover, patches, root: group.root };
}
