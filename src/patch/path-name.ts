/**
 * File names in diff headers: git's C-style quoting, tab and date endings, the `a/` `b/` prefix, and names that no
 * patch may touch. Source: git-apply(1), the behaviour of git 2.39.
 */

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
};

export interface Unquoted {
  readonly name: string;
  /** How many characters of the input it took, both quotes included. */
  readonly length: number;
}

/** `"a/tab\there"` → its name; null when the quoting is broken. */
export function unquote(text: string): Unquoted | null {
  if (!text.startsWith('"')) return null;
  let name = '';
  for (let i = 1; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '"') return { name, length: i + 1 };
    if (c !== '\\') {
      name += c;
      continue;
    }
    i++;
    const octal = /^[0-3][0-7]{2}/.exec(text.slice(i, i + 3));
    if (octal) {
      name += String.fromCharCode(parseInt(octal[0], 8));
      i += 2;
      continue;
    }
    const escape = ESCAPES[text.charAt(i)];
    if (escape === undefined) return null;
    name += escape;
  }
  return null;
}

/** Takes one leading component off; null when there is none. Several slashes in a row count as one. */
export function stripOne(name: string): string | null {
  const match = /^[^/]*\/+(.+)$/s.exec(name);
  return match?.[1] ?? null;
}

export function isDevNull(name: string): boolean {
  return /^\/dev\/null\s*$/.test(name);
}

/** Why a patch must not touch this path; null when it may. */
export function unsafePath(path: string): string | null {
  if (path === '') return 'the name is empty';
  if (path.startsWith('/')) return 'the path is absolute';
  if (path.includes('\0')) return 'the name holds a NUL';
  for (const part of path.split('/')) {
    if (part === '') return 'a part of the path is empty';
    if (part === '.') return 'the path has a part "."';
    if (part === '..') return 'the path leaves the tree with ".."';
    // What some file systems take for .git as well: git refuses these names too.
    if (/^(\.git|git~1)[ .]*(:.*)?$/i.test(part)) return "the path goes into git's own directory";
  }
  return null;
}
