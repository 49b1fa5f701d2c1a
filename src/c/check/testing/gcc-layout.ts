/**
 * For the test of kernel layouts: what gcc says of records, read from an object file, since a kernel's text has no main. Numbers are
 * initialisers of an array; a bit-field is found by setting all of its bits in an object that is zero otherwise.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface LayoutQuestions {
  /** Integer constant expressions. */
  readonly numbers: readonly string[];
  /** Bit-fields: of which record, how large we take it to be, and their names. */
  readonly bitFields: readonly {
    readonly record: string;
    readonly size: number;
    readonly name: string;
  }[];
}

export interface LayoutAnswers {
  readonly numbers: readonly number[];
  /** First bit and how many, for each bit-field. */
  readonly bitFields: readonly { readonly offset: number; readonly width: number }[];
}

export const hasBinutils = ['gcc', 'nm', 'objcopy'].every((program) => {
  try {
    execFileSync(program, ['--version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
});

const SECTION = 'pc_layout';
const OBJECT = /^([0-9a-f]+) \w pc_(numbers|bits_\d+)$/gm;

export function askGcc(
  text: string,
  questions: LayoutQuestions,
  flags: readonly string[],
): LayoutAnswers {
  const directory = mkdtempSync(join(tmpdir(), 'patchcheck-layout-'));
  try {
    const [source, object, bytes] = ['a.c', 'a.o', 'a.bin'].map((name) => join(directory, name));
    if (source === undefined || object === undefined || bytes === undefined) throw new Error();
    writeFileSync(source, `${text}\n${tableText(questions)}`);
    execFileSync('gcc', ['-std=gnu11', '-w', ...flags, '-c', source, '-o', object], {
      stdio: 'pipe',
      maxBuffer: 1 << 28,
    });
    execFileSync('objcopy', ['-O', 'binary', '-j', SECTION, object, bytes]);
    const symbols = execFileSync('nm', [object], { encoding: 'utf8', maxBuffer: 1 << 28 });
    const places = new Map(
      [...symbols.matchAll(OBJECT)].map(([, at = '0', name = '']) => [name, parseInt(at, 16)]),
    );
    return answers(readFileSync(bytes), places, questions);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const PLACED = `__attribute__((used, section("${SECTION}")))`;

function tableText({ numbers, bitFields }: LayoutQuestions): string {
  return [
    ...bitFields.map(
      ({ record, name }, i) => `const ${record} pc_bits_${i} ${PLACED} = { .${name} = -1 };`,
    ),
    `const unsigned long pc_numbers[] ${PLACED} = {\n${numbers.join(',\n')}\n};\n`,
  ].join('\n');
}

function answers(
  bytes: Buffer,
  places: ReadonlyMap<string, number>,
  { numbers, bitFields }: LayoutQuestions,
): LayoutAnswers {
  const placeOf = (name: string): number => {
    const place = places.get(name);
    if (place === undefined) throw new Error(`gcc left ${name} out`);
    return place;
  };
  const base = placeOf('numbers');
  return {
    numbers: numbers.map((_, i) => Number(bytes.readBigInt64LE(base + 8 * i))),
    bitFields: bitFields.map(({ size }, i) => {
      const at = placeOf(`bits_${i}`);
      return setBits(bytes.subarray(at, at + size));
    }),
  };
}

/** All ones must be one run of bits. */
function setBits(object: Buffer): { readonly offset: number; readonly width: number } {
  const set: number[] = [];
  object.forEach((byte, at) => {
    for (let bit = 0; bit < 8; bit++) if (((byte >> bit) & 1) === 1) set.push(8 * at + bit);
  });
  const offset = set[0] ?? -1;
  if (set.some((bit, i) => bit !== offset + i)) throw new Error('bits that are not neighbours');
  return { offset, width: set.length };
}
