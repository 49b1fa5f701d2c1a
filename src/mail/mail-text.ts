/** A mail's text, cut where `git mailinfo` cuts it: what is said, and the patch. */
import type { BodyLine } from './body.js';

export interface MailText {
  readonly message: readonly BodyLine[];
  /** From the first `---`, `diff -` or `Index: ` on; empty when there is none. */
  readonly patch: readonly BodyLine[];
}

export function beginsPatch(line: string): boolean {
  return (
    line.startsWith('diff -') ||
    line.startsWith('Index: ') ||
    /^---[^\S\n]*\n/.test(line) ||
    // A soft line break can leave a line without its newline: it ends here, too.
    /^--- (?:\S|$)/.test(line)
  );
}

export function splitText(body: readonly BodyLine[]): MailText {
  const start = body.findIndex((line) => beginsPatch(line.text));
  if (start < 0) return { message: body, patch: [] };
  return { message: body.slice(0, start), patch: body.slice(start) };
}
