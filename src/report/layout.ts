/** Lines, tables and wrapped lists for the text report. Widths count UTF-16 units; names from patches are made printable first. */
export type Role = 'plain' | 'heading' | 'good' | 'bad' | 'dim';

export interface Line {
  readonly role: Role;
  readonly text: string;
}

/** Of a report on a terminal. */
export const WIDTH = 100;

export function blank(): Line {
  return { role: 'plain', text: '' };
}

/** `head` then the items, joined; continuation lines are indented to the end of `head` (at most 16 columns). */
export function wrap(
  head: string,
  items: readonly string[],
  separator: string,
  width: number,
): Line[] {
  const indent = ' '.repeat(Math.min(head.length, 16));
  const lines: string[] = [];
  let line = head;
  let empty = true;
  items.forEach((item, at) => {
    const last = at === items.length - 1;
    const piece = last ? item : item + separator;
    if (!empty && line.length + piece.trimEnd().length > width) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += piece;
    empty = false;
  });
  lines.push(line.trimEnd());
  return lines.map((text) => ({ role: 'plain', text }));
}

export function table(
  rows: readonly (readonly string[])[],
  options: { readonly indent: number; readonly rightFrom: number },
): Line[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.length);
    });
  return rows.map((row) => {
    const cells = row.map((cell, at) => {
      const width = widths[at] ?? 0;
      return at >= options.rightFrom ? cell.padStart(width) : cell.padEnd(width);
    });
    return { role: 'plain', text: `${' '.repeat(options.indent)}${cells.join('  ')}`.trimEnd() };
  });
}
