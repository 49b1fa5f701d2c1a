/** Damages texts the way hostile or careless hands do: bytes, lines, numbers, encodings, sizes. */
import fc from 'fast-check';

type Mutation =
  | { readonly kind: 'byte'; readonly at: number; readonly byte: number }
  | { readonly kind: 'cut'; readonly at: number; readonly length: number }
  | {
      readonly kind: 'repeat';
      readonly at: number;
      readonly length: number;
      readonly times: number;
    }
  | { readonly kind: 'insert'; readonly at: number; readonly text: string }
  | { readonly kind: 'number'; readonly at: number; readonly text: string }
  | { readonly kind: 'swap-lines'; readonly at: number; readonly with: number };

const position = fc.nat(1_000_000);

const nasty = fc.constantFrom(
  '\0',
  '\r',
  '\n',
  '\r\n\r\n',
  '\x1b[2J',
  '\u202e',
  '=?utf-8?q?',
  '?=',
  '=?utf-16?b?AAAA?=',
  'Content-Type: multipart/mixed; boundary=\n',
  'Content-Type: multipart/mixed; boundary="b"\n\n--b\n',
  'Content-Transfer-Encoding: base64\n',
  'Content-Type: text/plain; format=flowed; delsp=yes\n',
  'From a Wed Oct 23 09:18:00 2024\n',
  'Content-Length: 99999999999\n',
  '--b--\n',
  'diff --git a/../../x b/../../x\n',
  'diff --git "a/\\000" "b/\\000"\n',
  '--- /dev/null\n+++ b/x\n@@ -0,0 +1,999999999 @@\n',
  '@@ -999999999,1 +999999999,1 @@\n-a\n+b\n',
  '@@ -1,3 +1,3 @@\n',
  '\\ No newline at end of file\n',
  'rename from a\nrename to b\n',
  'GIT binary patch\nliteral 5\nMcmZQzWMT\n\n',
  'old mode 100644\nnew mode 120000\n',
  '-- >8 --\n',
  '[PATCH v9999 9999/9999]',
  'In-Reply-To: <a@b>\n',
  ' '.repeat(3000),
  '\t'.repeat(3000),
  '>'.repeat(3000),
  ' \n'.repeat(500),
);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('byte' as const), at: position, byte: fc.nat(255) }),
  fc.record({ kind: fc.constant('cut' as const), at: position, length: fc.nat(400) }),
  fc.record({
    kind: fc.constant('repeat' as const),
    at: position,
    length: fc.nat(200),
    times: fc.nat(30),
  }),
  fc.record({ kind: fc.constant('insert' as const), at: position, text: nasty }),
  fc.record({
    kind: fc.constant('number' as const),
    at: position,
    text: fc.constantFrom('0', '1', '999999999', '4294967296', '-1', '00', ''),
  }),
  fc.record({ kind: fc.constant('swap-lines' as const), at: position, with: position }),
);

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(mutation, {
  minLength: 1,
  maxLength: 8,
});

export function mutated(text: string, steps: readonly Mutation[]): string {
  let out = text;
  for (const step of steps) {
    const at = out.length === 0 ? 0 : step.at % out.length;
    switch (step.kind) {
      case 'byte':
        out = out.slice(0, at) + String.fromCharCode(step.byte) + out.slice(at + 1);
        break;
      case 'cut':
        out = out.slice(0, at) + out.slice(at + step.length);
        break;
      case 'repeat':
        out = out.slice(0, at) + out.slice(at, at + step.length).repeat(step.times) + out.slice(at);
        break;
      case 'insert': {
        const line = out.lastIndexOf('\n', at) + 1;
        out = out.slice(0, line) + step.text + out.slice(line);
        break;
      }
      case 'number': {
        const digits = /\d+/.exec(out.slice(at));
        if (digits === null) break;
        const start = at + digits.index;
        out = out.slice(0, start) + step.text + out.slice(start + digits[0].length);
        break;
      }
      case 'swap-lines': {
        const lines = out.split('\n');
        const [a, b] = [step.at % lines.length, step.with % lines.length];
        [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
        out = lines.join('\n');
        break;
      }
    }
  }
  return out;
}
