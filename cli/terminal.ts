/** The edge to the terminal: colours when it is one and NO_COLOR is not set; progress on stderr, to a terminal only. */
import pc from 'picocolors';
import type { Line, Role } from '../src/report/layout.js';

export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly paint: (line: Line) => string;
  /** Replaces the progress line; an empty text takes it away. */
  readonly progress: (text: string) => void;
}

export function terminal(quiet: boolean): Terminal {
  const noColor = (process.env['NO_COLOR'] ?? '') !== '';
  const colors = pc.createColors(isTerminal(process.stdout) && !noColor);
  const paints: Readonly<Record<Role, (text: string) => string>> = {
    plain: (text) => text,
    heading: colors.bold,
    good: colors.green,
    bad: colors.red,
    dim: colors.dim,
  };
  const live = isTerminal(process.stderr) && !quiet;
  let shown = false;
  const clear = (): void => {
    if (shown) process.stderr.write('\r\x1b[K');
    shown = false;
  };
  return {
    out: (text) => {
      clear();
      process.stdout.write(text);
    },
    err: (text) => {
      clear();
      process.stderr.write(text);
    },
    paint: (line) => (line.text === '' ? '' : paints[line.role](line.text)),
    progress: (text) => {
      if (!live) return;
      clear();
      if (text === '') return;
      process.stderr.write(text.slice(0, (process.stderr.columns ?? 80) - 1));
      shown = true;
    },
  };
}

/** `isTTY` is undefined for a file or pipe, which a default parameter would take for "find out". */
function isTerminal(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true;
}
