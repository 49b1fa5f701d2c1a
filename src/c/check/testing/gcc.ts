/** The judge of the differential tests: gcc, if the machine has it. A test that needs it is skipped by name where it is absent. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasGcc = spawnSync('gcc', ['--version']).status === 0;

/** Compiles and runs the program, and gives its output. */
export function runWithGcc(text: string, flags: readonly string[] = []): string {
  const directory = mkdtempSync(join(tmpdir(), 'patchcheck-'));
  try {
    const source = join(directory, 'test.c');
    const program = join(directory, 'test');
    writeFileSync(source, text);
    execFileSync('gcc', ['-std=gnu11', '-w', ...flags, source, '-o', program], { stdio: 'pipe' });
    return execFileSync(program, { encoding: 'utf8', maxBuffer: 1 << 28 });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What gcc says of the text, or '' where it accepts it. */
export function gccErrors(text: string, flags: readonly string[] = []): string {
  const run = spawnSync(
    'gcc',
    ['-std=gnu11', '-fsyntax-only', '-fno-diagnostics-show-caret', ...flags, '-x', 'c', '-'],
    {
      input: text,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    },
  );
  return run.status === 0 ? '' : run.stderr;
}

/** Prints each named object as `name hex…`, as part of a program. */
export function dumpProgram(text: string, objects: readonly string[]): string {
  const dumps = objects.map((name) => `  pc_dump("${name}", &${name}, sizeof(${name}));`);
  return `${text}
int printf(const char *, ...);
static void pc_dump(const char *name, const void *p, unsigned long n)
{
  const unsigned char *b = p;
  printf("%s ", name);
  for (unsigned long i = 0; i < n; i++) printf("%02x", b[i]);
  printf("\\n");
}
int main(void)
{
${dumps.join('\n')}
  return 0;
}
`;
}

export function readDump(output: string): ReadonlyMap<string, string> {
  return new Map(
    output
      .split('\n')
      .filter((line) => line !== '')
      .map((line): [string, string] => {
        const [name = '', hex = ''] = line.split(' ');
        return [name, hex];
      }),
  );
}
