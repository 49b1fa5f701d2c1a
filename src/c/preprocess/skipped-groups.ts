/**
 * Which lines the configuration compiles out: the groups that conditionals skipped, with the conditions that decided
 * it. A changed line in one of them is not built, and the report names the option that hides it.
 */
import type { SourceFile } from '../token.js';
import type { FileText } from './file-text.js';
import type { Buffer, OpenConditional } from './buffer.js';

export interface SkippedGroup {
  readonly file: SourceFile;
  /** First and last line of the group, without the directives around it. */
  readonly first: number;
  readonly last: number;
  /** The line of the directive that begins the group. */
  readonly directiveLine: number;
  /** The directives that decided, in order: `#ifdef CONFIG_X`, then its `#elif`s, then `#else`. */
  readonly conditions: readonly string[];
  /** The CONFIG_ names in them, each once. */
  readonly options: readonly string[];
}

class RecordedGroup implements SkippedGroup {
  private readonly offsets: readonly number[];

  /** The group is the lines of the text from the offset `from` on, up to the one that `to` is in. */
  constructor(
    private readonly source: FileText,
    private readonly from: number,
    private readonly to: number,
    open: OpenConditional,
  ) {
    this.offsets = [...open.conditions];
  }

  get file(): SourceFile {
    return this.source.file;
  }

  get first(): number {
    return this.source.lineAt(this.from);
  }

  get last(): number {
    return this.source.lineAt(this.to) - 1;
  }

  get directiveLine(): number {
    const offset = this.offsets[this.offsets.length - 1];
    return offset === undefined ? this.first - 1 : this.source.lineAt(offset);
  }

  get conditions(): readonly string[] {
    return this.offsets.map((offset) => directiveText(this.source.text, offset));
  }

  get options(): readonly string[] {
    const names = this.conditions.join('\n').match(/\bCONFIG_\w+/g) ?? [];
    return [...new Set(names)];
  }
}

export class SkippedGroups {
  readonly groups: SkippedGroup[] = [];

  /** The lines from the offset `from` on, up to the one that `to` is in. */
  add(buffer: Buffer, from: number, to: number, open: OpenConditional): void {
    const { source } = buffer.lexer;
    const newline = source.text.indexOf('\n', from);
    if (newline >= 0 && newline < to) this.groups.push(new RecordedGroup(source, from, to, open));
  }
}

/** What `linesNeverBuilt` needs of a preprocessed file. */
export interface BuiltLines {
  readonly skipped: readonly SkippedGroup[];
  readonly inclusions: ReadonlyMap<string, number>;
}

/**
 * The lines of a file that were skipped each time one of these runs read it, each with a group that hides it: a header may
 * be read more than once, by several units or by itself, and a line that one reading builds is built. Empty for a
 * file that nobody read.
 */
export function linesNeverBuilt(
  runs: readonly BuiltLines[],
  path: string,
): ReadonlyMap<number, SkippedGroup> {
  const times = new Map<number, { count: number; group: SkippedGroup }>();
  let readings = 0;
  for (const { skipped, inclusions } of runs) {
    readings += inclusions.get(path) ?? 0;
    for (const group of skipped) {
      if (group.file.path !== path) continue;
      for (let line = group.first; line <= group.last; line++) {
        const seen = times.get(line);
        if (seen === undefined) times.set(line, { count: 1, group });
        else seen.count++;
      }
    }
  }
  const lines = new Map<number, SkippedGroup>();
  for (const [line, { count, group }] of times) if (count === readings) lines.set(line, group);
  return lines;
}

/** A directive as text, from its `#` on: comments and splices gone, single spaces. `offset` is that behind the `#`. */
export function directiveText(text: string, offset: number): string {
  let result = '#';
  let at = offset;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '\n') break;
    if (char === '\\' && /^\\\s*?\n/.test(text.slice(at, at + 80))) at = text.indexOf('\n', at) + 1;
    else if (char === '/' && text.charAt(at + 1) === '*') {
      const close = text.indexOf('*/', at + 2);
      if (close < 0) break;
      at = close + 2;
      result += ' ';
    } else if (char === '/' && text.charAt(at + 1) === '/') break;
    else {
      result += char;
      at++;
    }
  }
  return result.replace(/\s+/g, ' ').replace(/^# /, '#').trimEnd();
}
