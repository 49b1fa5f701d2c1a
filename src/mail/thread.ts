/** Who answers whom (RFC 5322 3.6.4): the nearest ancestor that is at hand is the parent. */
import type { Message } from './message.js';

export interface Thread {
  /** In the order of the input. */
  readonly messages: readonly Message[];
  /** The mail that a mail answers; none for those that begin a thread. */
  readonly parent: ReadonlyMap<Message, Message>;
  /** The mail at the top, for every mail; a mail that answers none is its own. */
  readonly root: ReadonlyMap<Message, Message>;
}

export function buildThread(messages: readonly Message[]): Thread {
  const byId = new Map<string, Message>();
  for (const message of messages) {
    if (message.messageId !== null && !byId.has(message.messageId))
      byId.set(message.messageId, message);
  }
  const parent = new Map<Message, Message>();
  // Shortcuts upwards, so that long threads do not cost time squared.
  const up = new Map<Message, Message>();
  const rootOf = (message: Message): Message => {
    let top = message;
    for (let next = up.get(top); next !== undefined; next = up.get(top)) top = next;
    for (let at = message; at !== top;) {
      const next = up.get(at) ?? top;
      up.set(at, top);
      at = next;
    }
    return top;
  };
  for (const message of messages) {
    for (const id of message.answers) {
      const answered = byId.get(id);
      // Headers can name each other in a circle.
      if (answered === undefined || rootOf(answered) === message) continue;
      parent.set(message, answered);
      up.set(message, answered);
      break;
    }
  }
  return { messages, parent, root: new Map(messages.map((each) => [each, rootOf(each)])) };
}
