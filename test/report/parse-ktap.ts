/** KTAP version 1 as Documentation/dev-tools/ktap.rst of the kernel describes it: strict, so that it can judge. */
export interface KtapTest {
  readonly ok: boolean;
  readonly name: string;
  readonly directive: string | null;
  readonly subtests: readonly KtapTest[];
}

export function parseKtap(text: string): KtapTest[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error('the last line does not end');
  const { tests, next } = parseLevel(lines, 0, '');
  if (next !== lines.length) throw new Error(`line ${next + 1}: ${lines[next] ?? ''}`);
  return tests;
}

function parseLevel(lines: readonly string[], start: number, indent: string) {
  if (lines[start] !== `${indent}KTAP version 1`) throw new Error(`line ${start + 1}: no version`);
  const plan = new RegExp(`^${indent}1\\.\\.(\\d+)$`).exec(lines[start + 1] ?? '');
  if (plan === null) throw new Error(`line ${start + 2}: no plan`);
  const planned = Number(plan[1]);
  const tests: KtapTest[] = [];
  let subtests: readonly KtapTest[] = [];
  let at = start + 2;
  while (tests.length < planned) {
    const line = lines[at];
    if (line === undefined) throw new Error('the plan promises more tests');
    if (line === `${indent}  KTAP version 1`) {
      const inner = parseLevel(lines, at, `${indent}  `);
      subtests = inner.tests;
      at = inner.next;
      continue;
    }
    at++;
    if (line.startsWith(`${indent}# `)) continue;
    const result = new RegExp(`^${indent}(not )?ok (\\d+) ([^#]*?)(?: # (.*))?$`).exec(line);
    if (result === null) throw new Error(`line ${at}: ${line}`);
    if (Number(result[2]) !== tests.length + 1) throw new Error(`line ${at}: not in order`);
    const [, not, , name = '', directive] = result;
    if (directive !== undefined && !/^(SKIP|TODO|XFAIL|TIMEOUT|ERROR)( .*)?$/.test(directive))
      throw new Error(`line ${at}: unknown directive ${directive}`);
    tests.push({ ok: not === undefined, name, directive: directive ?? null, subtests });
    subtests = [];
  }
  return { tests, next: at };
}
