/** `--config FILE`: a .config of the user's, checked line by line; and what any configuration must have for the pack. */
import { diagnostic, type Diagnostic } from '../src/base/diagnostic.js';
import { err, ok, type Result } from '../src/base/result.js';
import type { KernelConfiguration } from '../src/c/preprocess/kernel-config/kernel-options.js';
import { utf8Text } from '../src/tree/text.js';
import { describeConfiguration } from '../src/version/describe-configuration.js';
import { readInput } from './input.js';

/** As the kernel's build writes them (Documentation/kbuild/kconfig.rst); -n and -y stand for nothing else. */
const LINE = /^(?:#.*|CONFIG_\w+=(?:[ymn]|-?\d+|0[xX][0-9a-fA-F]+|"(?:[^"\\]|\\.)*")|\s*)$/;

export function readConfig(file: string): Result<string, Diagnostic> {
  const whole = `--config ${file}`;
  const help = 'name the .config of a configured kernel, as `make defconfig` writes it';
  const input = readInput(file);
  if (!input.ok) return err({ ...input.error, message: `--config: ${input.error.message}` });
  const bad = (what: string): Result<string, Diagnostic> =>
    err(diagnostic('bad-input', `${whole}: ${what}`, null, [], help));
  if (input.value.includes(0)) return bad('this is a binary file');
  const text = utf8Text(input.value);
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const wrong = lines.findIndex((line) => !LINE.test(line));
  if (wrong >= 0)
    return err(
      diagnostic(
        'bad-input',
        `${whole}: this is no line of a .config`,
        { path: file, line: wrong + 1, column: 1, sourceLine: lines[wrong] ?? '', length: 1 },
        [],
        help,
      ),
    );
  if (!lines.some((line) => line.startsWith('CONFIG_'))) return bad('it sets no option');
  return ok(text);
}

/** Options that are off and without which the pack's files are not built. */
export function configurationProblem(
  configuration: KernelConfiguration,
  required: readonly string[],
): Diagnostic | null {
  const off = required.filter((name) => !configuration.options.has(name));
  if (off.length === 0) return null;
  const names = off.map((name) => `CONFIG_${name}`).join(', ');
  return diagnostic(
    'bad-input',
    `${describeConfiguration(configuration)}: without ${names} the kernel does not build what is to be checked`,
    null,
    [],
    'name another .config with --config FILE, one for x86-64 with KVM',
  );
}
