import { describe, expect, it } from 'vitest';
import { alignOf, sizeOf } from './layout.js';
import { dumpProgram, hasGcc, readDump, runWithGcc } from './testing/gcc.js';
import { Random } from './testing/random.js';
import { unitOf } from './testing/unit-of.js';

const INTEGERS = [
  ['char', 8],
  ['unsigned char', 8],
  ['short', 16],
  ['unsigned short', 16],
  ['int', 32],
  ['unsigned', 32],
  ['long', 64],
  ['unsigned long long', 64],
  ['_Bool', 1],
  ['enum e', 32],
] as const;
const PLAIN = [
  ...INTEGERS.map(([name]) => name),
  'void *',
  'float',
  'double',
  'long double',
  '__int128',
  'aligned_u64',
  'loose_u64',
  'struct small',
  'struct tight',
];

const PREAMBLE = `
enum e { A, B, C };
typedef unsigned long long __attribute__((aligned(4))) loose_u64;
typedef unsigned long long __attribute__((aligned(16))) aligned_u64;
struct small { char a; short b; };
struct tight { char a; int b; } __attribute__((packed));
`;

interface Generated {
  readonly text: string;
  readonly names: readonly string[];
}

class StructWriter {
  private counter = 0;
  constructor(private readonly random: Random) {}

  private attribute(): string {
    const { random } = this;
    if (random.chance(8)) return ' __attribute__((packed))';
    if (random.chance(8)) return ` __attribute__((aligned(${random.pick([1, 2, 4, 8, 16, 32])})))`;
    if (random.chance(3)) return ' __attribute__((packed, aligned(2)))';
    return '';
  }

  private member(depth: number): Generated {
    const { random } = this;
    const name = `m${this.counter++}`;
    if (random.chance(55)) {
      const [type, bits] = random.pick(INTEGERS);
      if (random.chance(12))
        return {
          text: `  ${type} : ${random.chance(50) ? 0 : 1 + random.below(bits)};\n`,
          names: [],
        };
      const width = 1 + random.below(bits);
      return { text: `  ${type} ${name} : ${width}${this.attribute()};\n`, names: [name] };
    }
    if (depth < 2 && random.chance(20)) {
      const inner = this.members(depth + 1);
      const kind = random.pick(['struct', 'union']);
      return { text: `  ${kind} {\n${inner.text}  }${this.attribute()};\n`, names: inner.names };
    }
    const array = random.chance(15) ? `[${random.below(4)}]` : '';
    const type = random.pick(
      PLAIN.filter((t) => array === '' || (t !== 'aligned_u64' && t !== 'loose_u64')),
    );
    // The engine keeps a long double in a form of its own.
    const isNumber = !type.startsWith('struct') && type !== 'long double' && array === '';
    return {
      text: `  ${type} ${name}${array}${this.attribute()};\n`,
      names: isNumber ? [name] : [],
    };
  }

  private members(depth: number): Generated {
    const count = 1 + this.random.below(7);
    const members = Array.from({ length: count }, () => this.member(depth));
    return { text: members.map((m) => m.text).join(''), names: members.flatMap((m) => m.names) };
  }

  struct(tag: string): Generated & { readonly kind: string } {
    this.counter = 0;
    const kind = this.random.chance(80) ? 'struct' : 'union';
    const { text, names } = this.members(0);
    const attribute = this.attribute() + (this.random.chance(15) ? ' __attribute__((packed))' : '');
    const pack = this.random.chance(10) ? this.random.pick([1, 2, 4, 8]) : 0;
    const body = `${kind} ${tag} {\n${text}}${attribute};\n`;
    const wrapped = pack === 0 ? body : `#pragma pack(push, ${pack})\n${body}#pragma pack(pop)\n`;
    return { kind, text: wrapped, names };
  }
}

describe.skipIf(!hasGcc)('record layout, against gcc', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    'sizes, alignments and the bytes of every member (seed %i)',
    (seed) => {
      const writer = new StructWriter(new Random(seed * 7919));
      let text = PREAMBLE;
      const objects: string[] = [];
      const tags: string[] = [];
      for (let i = 0; i < 120; i++) {
        const { kind, text: definition, names } = writer.struct(`s${i}`);
        const tag = `${kind} s${i}`;
        tags.push(tag);
        text += definition;
        text += `unsigned long size_${i}[2] = { sizeof(${tag}), _Alignof(${tag}) };\n`;
        objects.push(`size_${i}`);
        for (const name of names) {
          text += `${tag} o${i}_${name} = { .${name} = -1 };\n`;
          objects.push(`o${i}_${name}`);
        }
      }
      const expected = readDump(runWithGcc(dumpProgram(text, objects)));
      const unit = unitOf(text);
      for (const name of objects) {
        const global = unit.global(name);
        if (!global.ok) throw new Error(`${name}: ${global.error.message}`);
        const tag = tags[Number(/\d+/.exec(name)?.[0])] ?? '';
        const definition = text.slice(
          text.indexOf(`${tag} {`) - 24,
          text.indexOf('unsigned long size', text.indexOf(`${tag} {`)),
        );
        const bytes = Buffer.from(global.value.init?.bytes ?? new Uint8Array(0)).toString('hex');
        expect(`${name} ${bytes}\n${definition}`).toBe(
          `${name} ${expected.get(name) ?? ''}\n${definition}`,
        );
        if (name.startsWith('size')) continue;
        const { type } = global.value;
        expect(sizeOf(type)).toBe((expected.get(name) ?? '').length / 2);
        if (type.kind !== 'record') throw new Error('no record');
        for (const field of type.record.layout?.fields ?? []) {
          if (field.bits === null) continue;
          const { unitOffset, unitBytes, offset, width } = field.bits;
          expect(unitOffset).toBeGreaterThanOrEqual(0);
          expect(unitOffset + unitBytes).toBeLessThanOrEqual(sizeOf(type) ?? 0);
          expect(offset).toBeGreaterThanOrEqual(unitOffset * 8);
          expect(offset + width).toBeLessThanOrEqual((unitOffset + unitBytes) * 8);
        }
        expect(alignOf(type)).toBeGreaterThan(0);
      }
    },
  );
});
