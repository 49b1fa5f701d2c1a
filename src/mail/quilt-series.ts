/** The `series` file of quilt: names of patches in order, `#` for comments, options behind a name. */
import type { Diagnostic } from '../base/diagnostic.js';
import { diagnostic } from '../base/diagnostic.js';
import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import { unsafePath } from '../patch/path-name.js';

/** Patches with `-p0` need nothing: a diff without prefixes is recognised. */
export function parseQuiltSeries(
  text: string,
  path = 'series',
): Result<readonly string[], Diagnostic> {
  const names: string[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    const words = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    const [name, ...options] = words;
    if (name === undefined || name === '') continue;
    const at = { path, line: i + 1, column: 1, sourceLine: line, length: Math.max(1, line.length) };
    const other = options.find((option) => !/^-p[01ab]$/.test(option));
    if (other !== undefined) {
      return err(
        diagnostic('unsupported', `the option ${other} of a quilt series is not understood`, at),
      );
    }
    const why = unsafePath(name);
    if (why !== null) return err(diagnostic('bad-input', `"${name}" is refused: ${why}`, at));
    names.push(name);
  }
  return ok(names);
}
