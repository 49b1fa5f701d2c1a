/** Reading what the user names: a file or standard input, bounded, with errors for people. */
import { openSync, closeSync, fstatSync, readSync } from 'node:fs';
import { diagnostic, type Diagnostic } from '../src/base/diagnostic.js';
import { err, ok, type Result } from '../src/base/result.js';

const MAX_INPUT_BYTES = 256 * 1024 * 1024;

/** The name under which standard input is read and reported. */
export const STANDARD_INPUT = '<standard input>';

/** yargs takes a lone - for the beginning of an option, and drops it: it gets the name instead. */
export function withStandardInput(argv: readonly string[]): string[] {
  return argv.map((arg, at) => (arg === '-' && argv[at - 1] !== '--json' ? STANDARD_INPUT : arg));
}

export function readInput(name: string): Result<Uint8Array, Diagnostic> {
  const standard = name === STANDARD_INPUT;
  let file: number;
  try {
    file = standard ? 0 : openSync(name, 'r');
  } catch (error) {
    return err(cannotRead(name, error));
  }
  try {
    if (fstatSync(file).isDirectory())
      return err(diagnostic('bad-input', `${name} is a directory; name the mail or mbox in it`));
    const parts: Uint8Array[] = [];
    let total = 0;
    for (;;) {
      const part = new Uint8Array(1 << 16);
      const got = readSome(file, part);
      if (got === 0) break;
      total += got;
      if (total > MAX_INPUT_BYTES)
        return err(diagnostic('limit', `${name} is larger than ${MAX_INPUT_BYTES} bytes`));
      parts.push(part.subarray(0, got));
    }
    return ok(Buffer.concat(parts));
  } catch (error) {
    return err(cannotRead(name, error));
  } finally {
    if (!standard) closeSync(file);
  }
}

/** A pipe that has nothing yet answers EAGAIN, and a closed one EOF as an error on some systems. */
function readSome(file: number, into: Uint8Array): number {
  for (;;) {
    try {
      return readSync(file, into);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

function cannotRead(name: string, error: unknown): Diagnostic {
  const code = codeOf(error);
  const what =
    code === 'ENOENT'
      ? `there is no file ${name}`
      : code === 'EACCES'
        ? `${name} may not be read`
        : `cannot read ${name} (${code})`;
  return diagnostic('bad-input', what);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
