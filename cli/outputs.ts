/** `--format NAME[=FILE]`, as often as wanted: one thing at most goes to standard output, the rest to files. */
import { diagnostic, type Diagnostic } from '../src/base/diagnostic.js';
import { err, ok, type Result } from '../src/base/result.js';
import { FORMATS, isFormat, type Format } from '../src/report/formats/checked-input.js';
import type { Line } from '../src/report/layout.js';
import type { Terminal } from './terminal.js';
import { writeOutput } from './write-files.js';

export interface Outputs {
  readonly screen: Format | null;
  readonly files: readonly { readonly format: Format; readonly path: string }[];
}

export function readOutputs({
  format: named,
  json,
}: {
  readonly format: readonly string[];
  readonly json: string | undefined;
}): Result<Outputs, Diagnostic> {
  const files: { format: Format; path: string }[] = [];
  const screens: Format[] = [];
  const asked = json === undefined ? named : [...named, `json=${json}`];
  for (const text of asked) {
    const at = text.indexOf('=');
    const name = at < 0 ? text : text.slice(0, at);
    const path = at < 0 ? '-' : text.slice(at + 1);
    if (!isFormat(name))
      return err(
        diagnostic(
          'bad-input',
          `--format ${text}: there is no such format`,
          null,
          [],
          `there are: ${FORMATS.join(', ')}`,
        ),
      );
    if (path === '') return err(diagnostic('bad-input', `--format ${text} names no file`));
    if (path !== '-') files.push({ format: name, path });
    else if (name === 'mail')
      return err(
        diagnostic(
          'bad-input',
          'a reply is written to a file, and never sent',
          null,
          [],
          '--format mail=FILE',
        ),
      );
    else screens.push(name);
  }
  if (screens.length > 1)
    return err(
      diagnostic(
        'bad-input',
        `standard output takes one format, not ${screens.join(' and ')}`,
        null,
        [],
        'write the others to files: --format NAME=FILE',
      ),
    );
  return ok({ screen: screens[0] ?? 'text', files });
}

export interface Renderings {
  readonly render: (format: Exclude<Format, 'text'>) => string;
  readonly text: (paint: (line: Line) => string) => string;
}

export function writeOutputs(
  outputs: Outputs,
  screen: Terminal,
  { render, text }: Renderings,
): void {
  const of = (format: Format, paint: (line: Line) => string): string =>
    format === 'text' ? text(paint) : render(format);
  for (const { format, path } of outputs.files)
    writeOutput(
      path,
      of(format, (line) => line.text),
    );
  if (outputs.screen !== null) screen.out(of(outputs.screen, screen.paint));
}
