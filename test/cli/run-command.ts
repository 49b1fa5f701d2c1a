/** The commands in this process: what they write is caught, and their sources need no build. Usage is tested on the built command. */
import { vi } from 'vitest';
import yargs from 'yargs';
import { withCommands } from '../../cli/commands/commands.js';

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  /** Both, for what may stand in either. */
  readonly text: string;
}

export async function runCommand(...args: readonly string[]): Promise<Ran> {
  let status = -1;
  const set = (code: number): void => {
    status = code;
  };
  const out = caught(process.stdout);
  const err = caught(process.stderr);
  try {
    // One thread: the workers are a file of the build.
    const threads = args[0] === 'apply' || args[0] === 'verify' ? ['--workers', '1'] : [];
    const words = yargs([...args, ...threads]);
    await withCommands(words, args, set);
    await words
      .strict()
      .exitProcess(false)
      .fail((message: string | null, error: Error | undefined) => {
        throw error ?? new Error(message ?? 'bad usage');
      })
      .parseAsync();
  } finally {
    out.restore();
    err.restore();
  }
  return { status, out: out.text(), err: err.text(), text: out.text() + err.text() };
}

function caught(stream: NodeJS.WriteStream): { text: () => string; restore: () => void } {
  let all = '';
  const spy = vi.spyOn(stream, 'write').mockImplementation((chunk) => {
    all += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
    return true;
  });
  return { text: () => all, restore: () => spy.mockRestore() };
}
