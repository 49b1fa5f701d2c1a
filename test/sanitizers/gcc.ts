/** The same texts, compiled by gcc with its sanitizers, or run under memcheck: one process that forks for each call. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrapName } from '../../src/exec/program.js';
import type { Rules } from './cases.js';
import type { Call } from './ours.js';

export type Tool = 'sanitizers' | 'memcheck';

/**
 * Not asked: shift-base (GNU C defines left shifts of negative numbers), object-size (says what ASan says, under another name),
 * pointer-overflow (what is pointed to only).
 */
const SANITIZE = [
  '-fsanitize=address,undefined',
  '-fno-sanitize=shift-base,object-size,pointer-overflow',
  '-fsanitize-address-use-after-scope',
  '-fno-sanitize-recover=all',
];
const BUILD: Readonly<Record<Rules, readonly string[]>> = {
  kernel: ['-fwrapv', '-fno-sanitize=alignment'],
  hosted: [],
};

/** What the tools print, and which of our names mean the same. */
const REPORTS: readonly (readonly [RegExp, readonly TrapName[]])[] = [
  [/AddressSanitizer: [a-z-]+-buffer-(over|under)flow/, ['out-of-bounds']],
  // an access that begins inside of an object and ends behind it
  [/AddressSanitizer: unknown-crash/, ['out-of-bounds']],
  [/AddressSanitizer: heap-use-after-free/, ['use-after-free']],
  [/AddressSanitizer: stack-use-after-(scope|return)/, ['use-after-scope']],
  [/AddressSanitizer: attempting double-free/, ['double-free']],
  [/AddressSanitizer: attempting free on address which was not malloc/, ['invalid-free']],
  [/AddressSanitizer: stack-overflow/, ['stack-overflow']],
  [/AddressSanitizer: FPE/, ['division-by-zero', 'division-overflow']],
  [/AddressSanitizer: SEGV/, ['out-of-bounds', 'null-pointer', 'bad-call']],
  [/runtime error: index .* out of bounds/, ['index-out-of-range']],
  [/runtime error: .*misaligned address/, ['misaligned']],
  [/runtime error: .*null pointer/, ['null-pointer']],
  [/runtime error: division by zero/, ['division-by-zero']],
  [/runtime error: division of .* cannot be represented/, ['division-overflow']],
  [/runtime error: (signed integer overflow|negation of)/, ['signed-overflow']],
  [/runtime error: shift exponent/, ['bad-shift']],
  [/runtime error: load of value .* not a valid value for type '_Bool'/, ['invalid-value']],
  [/runtime error: execution reached an? unreachable/, ['unreachable']],
  [/runtime error: execution reached a __builtin_unreachable/, ['unreachable']],
  [/depends on uninitialised|Use of uninitialised/, ['uninitialised']],
];

/** null: the call returned and nothing was said. */
export type Verdict = { readonly names: readonly TrapName[]; readonly text: string } | null;

function program(texts: readonly string[], calls: readonly Call[]): string {
  const rows = calls.map(({ name, args }) => `{ ${name}, ${args.map(literal).join(', ')} }`);
  return `#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#define alloc(n) malloc(n)
#define release(p, n) free(p)
${texts.join('\n')}
static const struct { long (*f)(long, long); long a, b; } calls[] = { ${rows.join(',\n')} };
int main(void) {
  for (unsigned long n = 0; n < sizeof(calls) / sizeof(*calls); n++) {
    int status = 0;
    pid_t child = fork();
    if (child < 0) return 1;
    if (child == 0) { calls[n].f(calls[n].a, calls[n].b); _exit(0); }
    if (waitpid(child, &status, 0) != child) return 1;
    fprintf(stderr, "\\nCALL %lu STATUS %d\\n", n, status);
  }
  return 0;
}
`;
}

function literal(value: bigint): string {
  return value === -(1n << 63n) ? '(-0x7fffffffffffffffl - 1)' : `${value}l`;
}

function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'patchcheck-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compile(folder: string, text: string, flags: readonly string[]): void {
  writeFileSync(join(folder, 'test.c'), text);
  execFileSync('gcc', ['-std=gnu11', '-w', '-O0', '-g1', ...flags, 'test.c', '-o', 'test'], {
    cwd: folder,
    stdio: 'pipe',
  });
}

/** null: the tool is here; else what is missing. */
export function missing(tool: Tool): string | null {
  try {
    inFolder((folder) => {
      compile(folder, 'int main(void) { return 0; }', tool === 'sanitizers' ? SANITIZE : []);
      if (tool === 'memcheck') execFileSync('valgrind', ['--version'], { stdio: 'pipe' });
      else execFileSync(join(folder, 'test'), { stdio: 'pipe' });
    });
    return null;
  } catch {
    return tool === 'sanitizers' ? "gcc's address and undefined sanitizers" : 'gcc and valgrind';
  }
}

/** Throws where the tool itself fails, or says what REPORTS does not know. */
export function runGcc(
  texts: readonly string[],
  calls: readonly Call[],
  rules: Rules,
  tool: Tool,
): readonly Verdict[] {
  return inFolder((folder) => {
    const flags = tool === 'sanitizers' ? [...SANITIZE, ...BUILD[rules]] : [];
    compile(folder, program(texts, calls), flags);
    const [file, args] =
      tool === 'sanitizers' ? ['./test', []] : ['valgrind', ['-q', '--error-exitcode=9', './test']];
    const run = spawnSync(file, args, {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      env: {
        ...process.env,
        ASAN_OPTIONS: 'detect_leaks=0:detect_stack_use_after_return=1:symbolize=0',
        UBSAN_OPTIONS: 'symbolize=0',
      },
    });
    const parts = run.stderr.split(/\nCALL (\d+) STATUS (\d+)\n/);
    if (parts.length < 3 * calls.length + 1) throw new Error(`${tool} ended early: ${run.stderr}`);
    return calls.map((call, at) => verdict(call, parts[3 * at] ?? '', parts[3 * at + 2] === '0'));
  });
}

function verdict(call: Call, said: string, wentWell: boolean): Verdict {
  const found = REPORTS.find(([pattern]) => pattern.test(said));
  if (found !== undefined) return { names: found[1], text: said.slice(0, 400) };
  if (wentWell) return null;
  throw new Error(`${call.name}(${call.args.join(', ')}) ended by itself: ${said.slice(0, 2000)}`);
}
