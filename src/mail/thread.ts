/** Who answers whom (RFC 5322 3.6.4): the nearest ancestor that is at hand is the parent. */
import type { Message } from './message.js';

export interface Thread {
  /** In the order of the input. */
  readonly messages: readonly Message[];
  /** The mail that a mail answers; none for those that begin a thread. */
  readonly parent: ReadonlyMap<Message, Message>;
}

export function buildThread(messages: readonly Message[]): Thread {
  const byId = new Map<string, Message>();
  for (const message of messages) {
    if (message.messageId !== null && !byId.has(message.messageId))
      byId.set(message.messageId, message);
  }
  const parent = new Map<Message, Message>();
  for (const message of messages) {
    for (const id of message.answers) {
      const answered = byId.get(id);
      if (answered === undefined || descends(parent, answered, message)) continue;
      parent.set(message, answered);
      break;
    }
  }
  return { messages, parent };
}

/** Headers can name each other in a circle. */
function descends(
  parent: ReadonlyMap<Message, Message>,
  message: Message,
  ancestor: Message,
): boolean {
  for (let at: Message | undefined = message; at !== undefined; at = parent.get(at)) {
    if (at === ancestor) return true;
  }
  return false;
}

export function rootOf(thread: Thread, message: Message): Message {
  let at = message;
  for (;;) {
    const next = thread.parent.get(at);
    if (next === undefined) return at;
    at = next;
  }
}
