/** For the tests: what gcc 12 makes of a text. Tests that need it say so when it is not there. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sourceFile } from '../../source-file.js';
import { Lexer } from '../lexer.js';
import { END } from '../pp-token.js';
import type { Problems } from '../problems.js';
import { TokenStore } from '../token-store.js';
import type { Files } from './in-memory.js';

export const hasGcc12: boolean = /^12\./.test(
  spawnSync('gcc', ['-dumpfullversion'], { encoding: 'utf8' }).stdout ?? '',
);

export interface GccOutput {
  readonly ok: boolean;
  readonly text: string;
  readonly messages: string;
}

/** `gcc -E -P` of the first file. */
export function gccPreprocess(files: Files, args: readonly string[] = []): GccOutput {
  const directory = mkdtempSync(join(tmpdir(), 'patchcheck-cpp-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(directory, dirname(path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    const main = Object.keys(files)[0] ?? '';
    const run = spawnSync(
      'gcc',
      ['-E', '-P', '-w', '-nostdinc', '-std=gnu11', '-x', 'c', '-Iinclude', ...args, main],
      { cwd: directory, encoding: 'utf8', maxBuffer: 1 << 28 },
    );
    return { ok: run.status === 0, text: run.stdout, messages: run.stderr };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const silent: Problems = {
  failPlace: (_code, message) => {
    throw new Error(message);
  },
  fail: (_code, message) => {
    throw new Error(message);
  },
  warn: () => undefined,
  warnPlace: () => undefined,
};

/** The tokens of what gcc printed; pragmas and line markers are left out. */
export function tokensOfOutput(text: string): string[] {
  const kept = text
    .split('\n')
    .filter((line) => !/^#\s*(?:pragma|ident|\d+ ")/.test(line))
    .join('\n');
  const store = new TokenStore();
  const lexer = new Lexer(store.places.of(sourceFile('<gcc>', kept)), store, silent);
  const found: string[] = [];
  for (let token = lexer.next(); token !== END; token = lexer.next()) found.push(store.text(token));
  return found;
}
