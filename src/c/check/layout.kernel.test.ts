/**
 * Every struct and union that a kernel's preprocessed tdp_mmu.c defines, held against gcc: sizeof, alignof, and of each member
 * offsetof, size and alignment, or for a bit-field the bits that it has. On the model tree, and on kernels that are here.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { indexUnit } from '../parse/index-unit.js';
import {
  kernelConfiguration,
  kernelPreprocessOptions,
} from '../preprocess/kernel-config/kernel-options.js';
import { preprocess } from '../preprocess/preprocess.js';
import { printTokens } from '../preprocess/print.js';
import { kernelTrees } from '../preprocess/testing/kernel-trees.js';
import type { UnitIndex } from '../unit-index.js';
import { checkUnit } from './check-unit.js';
import { alignOf, sizeOf } from './layout.js';
import { askGcc, hasBinutils, type LayoutQuestions } from './testing/gcc-layout.js';
import { membersOf, recordsOf, type FoundRecord } from './testing/record-table.js';

const full = process.env['PATCHCHECK_FULL'] === '1';
const MAIN = 'arch/x86/kvm/mmu/tdp_mmu.c';
const modelTree = resolve(import.meta.dirname, '../../../fixtures/linux');

type Read = (path: string) => string | null;

const readModel: Read = (path) => {
  const file = join(modelTree, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
};

const TREES: readonly (readonly [string, Read | null])[] = [
  ['the model tree', readModel],
  ['Linux 6.12', kernelTrees['6.12']?.read ?? null],
  // What differs from 6.12 in layout is little.
  ...(full ? [['Linux 6.1', kernelTrees['6.1']?.read ?? null] as const] : []),
];

/** The same under gcc's rules for what the kernel's flags change. */
const FLAGS = ['-fshort-wchar', '-funsigned-char', '-O0'];

interface Compared {
  /** What is compared, as C says it. */
  readonly what: string;
  readonly ours: number;
}

describe.skipIf(!hasBinutils)('the layout of every record', () => {
  it.each(TREES)('of %s', (name, read) => {
    if (read === null) {
      console.warn(`layout: ${name} is not here, and its records are NOT compared`);
      return;
    }
    const { index, text } = unitOf(read);
    const records = recordsOf(index, checkUnit(index));
    const numbers = records.flatMap(numbersOf);
    const bits = records.flatMap(bitsOf);
    const questions: LayoutQuestions = {
      numbers: numbers.map(({ what }) => what),
      bitFields: bits.map(({ record, size, name: field }) => ({ record, size, name: field })),
    };
    const answers = askGcc(text, questions, FLAGS);
    const wrong = [
      ...numbers.flatMap(({ what, ours }, i) => differs(what, ours, answers.numbers[i])),
      ...bits.flatMap(({ record, name: field, offset, width }, i) =>
        differs(`${record}.${field}`, `${width} bits at ${offset}`, bitsText(answers.bitFields[i])),
      ),
    ];
    expect(wrong).toEqual([]);
    const members = records.reduce((sum, { record }) => sum + membersOf(record).length, 0);
    console.log(
      `layout of ${name}: ${records.length} structs and unions with ${members} members, ` +
        `${bits.length} of them bit-fields, as gcc lays them out`,
    );
    expect(records.length).toBeGreaterThan(name === 'the model tree' ? 50 : 1500);
    expect(bits.length).toBeGreaterThan(0);
  });
});

function differs(
  what: string,
  ours: number | string,
  gcc: number | string | undefined,
): readonly string[] {
  return ours === gcc ? [] : [`${what}: ${ours}, and ${gcc} by gcc`];
}

const bitsText = (bits: { offset: number; width: number } | undefined): string =>
  bits === undefined ? 'nothing' : `${bits.width} bits at ${bits.offset}`;

function numbersOf({ spelling, type, record }: FoundRecord): readonly Compared[] {
  const compared: Compared[] = [
    { what: `sizeof(${spelling})`, ours: sizeOf(type) ?? -1 },
    { what: `_Alignof(${spelling})`, ours: alignOf(type) },
  ];
  for (const { name, base, field } of membersOf(record)) {
    if (field.bits !== null) continue;
    const member = `((${spelling} *)0)->${name}`;
    compared.push(
      { what: `__builtin_offsetof(${spelling}, ${name})`, ours: base + field.offset },
      { what: `__alignof__(${member})`, ours: field.align ?? alignOf(field.type) },
    );
    const size = sizeOf(field.type);
    // a flexible array has no size
    if (size !== null) compared.push({ what: `sizeof(${member})`, ours: size });
  }
  return compared;
}

function bitsOf({ spelling, type, record }: FoundRecord): readonly {
  readonly record: string;
  readonly size: number;
  readonly name: string;
  readonly offset: number;
  readonly width: number;
}[] {
  return membersOf(record).flatMap(({ name, base, field }) =>
    field.bits === null
      ? []
      : [
          {
            record: spelling,
            size: sizeOf(type) ?? 0,
            name,
            offset: 8 * base + field.bits.offset,
            width: field.bits.width,
          },
        ],
  );
}

/** The unit, and its text for gcc: without bodies and assembly, which say nothing of types. */
function unitOf(read: Read): { readonly index: UnitIndex; readonly text: string } {
  const main = { path: MAIN, text: read(MAIN) ?? '' };
  const made = preprocess(kernelPreprocessOptions(read, kernelConfiguration(read), main));
  if (!made.ok) throw new Error(made.error.message);
  const { tokens, pragmas } = made.value;
  const index = indexUnit(MAIN, tokens, pragmas);
  if (!index.ok) throw new Error(index.error.message);
  let next = 0;
  const parts: string[] = [];
  for (const { first, last, defines } of index.value.declarations) {
    const range = tokens.slice(first, last + 1);
    const assembly = /^(__)?asm(__)?$/.test(range[0]?.text ?? '');
    const own = pragmas
      .filter((pragma) => pragma.index >= next && pragma.index <= last)
      .map((pragma) => ({ ...pragma, index: Math.max(0, pragma.index - first) }));
    next = last + 1;
    if (assembly) continue;
    const end = defines === null ? range.length : bodyOf(range.map((token) => token.text));
    parts.push(printTokens(range.slice(0, end), { pragmas: own }));
    if (defines !== null) parts.push(';\n');
  }
  return { index: index.value, text: parts.join('') };
}

/** Where the body of a function definition begins: at the brace that its last token closes. */
function bodyOf(words: readonly string[]): number {
  let depth = 0;
  for (let at = words.length - 1; at >= 0; at--) {
    if (words[at] === '}') depth++;
    else if (words[at] === '{' && --depth === 0) return at;
  }
  return words.length;
}
