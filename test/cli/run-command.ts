/** The commands in this process: what they write is caught, and their sources need no build. Usage is tested on the built command. */
import { vi } from 'vitest';
import yargs from 'yargs';
import { applyCommand } from '../../cli/commands/apply.js';
import { emitCommand } from '../../cli/commands/emit.js';
import { functionsCommand } from '../../cli/commands/functions.js';
import { kunitCommand } from '../../cli/commands/kunit.js';
import { listCommand } from '../../cli/commands/list.js';
import { mergeCommand } from '../../cli/commands/merge.js';
import { replayCommand } from '../../cli/commands/replay.js';
import { verifyCommand } from '../../cli/commands/verify.js';

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
    await yargs([...args, ...threads])
      .command(applyCommand(set))
      .command(verifyCommand(set))
      .command(mergeCommand(set))
      .command(listCommand(set))
      .command(functionsCommand(set))
      .command(emitCommand(set))
      .command(kunitCommand(set))
      .command(replayCommand(set))
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
