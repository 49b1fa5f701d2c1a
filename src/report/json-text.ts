/** JSON that may go to a terminal: what JSON lets stand in strings and a terminal acts on, or a reader does not see, is escaped. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return `${text.replaceAll(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

/** Delete, C1 and the marks that `printable` shows; JSON itself escapes C0 and halves of pairs. */
const UNSAFE = /[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
