/** binaryen reads the same text, and what we made of it; both must be one module, instruction for instruction. */
import binaryen from 'binaryen';
import { describe, expect, it } from 'vitest';
import { encodeModule } from './encode-module.js';
import { ACCESSES, OPERATORS } from './operators.js';
import { functionsFromText } from './text-functions.js';

const shown = (module: binaryen.Module): string => {
  module.setFeatures(binaryen.Features.All);
  expect(module.validate()).toBe(1);
  const text = module.emitText();
  module.dispose();
  return text.slice(text.indexOf('\n (func')).replace(/\(type \$\S+\)/g, '');
};

function ours(text: string): string {
  const functions = functionsFromText(text);
  const wasm = encodeModule({
    memoryPages: 1,
    imports: [],
    functions,
    table: [],
    exports: new Map(),
  });
  return shown(binaryen.readBinary(wasm));
}

const theirs = (text: string): string =>
  shown(binaryen.readBinary(binaryen.parseText(`(module (memory 1 1) ${text})`).emitBinary()));

/** Names are kept by one way and not the other. */
const plain = (text: string): string =>
  text.replace(/\$[^\s()]+/g, '$').replace(/^ \(export.*$/gm, '');

const constant = {
  i32: '(i32.const 3)',
  i64: '(i64.const 3)',
  f32: '(f32.const 3)',
  f64: '(f64.const 3)',
};

/** What an operator's operands are, from its name. */
function operandType(name: string): keyof typeof constant {
  const from = /_(i32|i64|f32|f64)/.exec(name)?.[1];
  return (from ?? name.slice(0, 3)) as keyof typeof constant;
}

describe('the encoder', () => {
  it('knows the code of each operator', () => {
    const functions = [...OPERATORS].flatMap(([name, { operands, result }]) => {
      if (result === null) return [];
      const args = Array.from({ length: operands }, () => constant[operandType(name)]).join(' ');
      return [`(func $${name} (result ${result}) (${name} ${args}))`];
    });
    expect(functions.length).toBeGreaterThan(120);
    const text = functions.join('\n');
    expect(plain(ours(text))).toBe(plain(theirs(text)));
  });

  it('knows the code of each access', () => {
    const text = [...ACCESSES]
      .map(([name, { result }]) =>
        result === null
          ? `(func $${name} (${name} offset=70000 (i32.const 8) ${constant[operandType(name)]}))`
          : `(func $${name} (result ${result}) (${name} offset=12 (i32.const 8)))`,
      )
      .join('\n');
    expect(plain(ours(text))).toBe(plain(theirs(text)));
  });

  it('writes numbers of every length', () => {
    const numbers = [0, 1, 63, 64, 127, 128, 8191, 8192, 1048575, 1048576, 134217728, 2147483647];
    const i32s = [...numbers, ...numbers.map((n) => -n), -2147483648];
    const i64s = Array.from({ length: 63 }, (_, bit) => 1n << BigInt(bit)).flatMap((n) => [
      n,
      n - 1n,
      -n,
      -n - 1n,
    ]);
    const text = [
      ...i32s.map((n, at) => `(func $a${at} (result i32) (i32.const ${n}))`),
      ...i64s.map((n, at) => `(func $b${at} (result i64) (i64.const ${n}))`),
      ...[0.5, -1.25, 1e300].map((n, at) => `(func $c${at} (result f64) (f64.const ${n}))`),
      '(func $d (result f64) (f64.const 0x1p-64))',
      '(func $e (result f32) (f32.const -0.375))',
    ].join('\n');
    expect(plain(ours(text))).toBe(plain(theirs(text)));
  });

  it('finds labels by their distance', () => {
    const text = `(func $f (param $x i32) (result i32) (local $i i64)
      (block $out
        (loop $again
          (local.set $i (i64.add (local.get $i) (i64.const 1)))
          (if (i64.gt_u (local.get $i) (i64.const 9)) (then (br $out)))
          (br_if $again (local.get $x))
          (block $in (br_if $out (i32.eqz (local.get $x))) (br $in))))
      (memory.fill (i32.const 0) (i32.const 1) (i32.const 8))
      (memory.copy (i32.const 0) (i32.const 1) (i32.const 8))
      (drop (select (i64.const 1) (i64.const 2) (local.get $x)))
      (return (call $g (local.tee $x (i32.const 1)) (i64.const -1))))
    (func $g (param $a i32) (param $b i64) (result i32)
      (if (result i32) (local.get $a) (then (i32.wrap_i64 (local.get $b))) (else (unreachable))))`;
    const structure = (shownText: string): string => plain(shownText).replace(/\s+/g, ' ');
    expect(structure(ours(text))).toBe(structure(theirs(text)));
  });

  it('refuses what it does not know', () => {
    expect(() => functionsFromText('(func $f (i32.frob (i32.const 1)))')).toThrow(/i32\.frob/);
    expect(() => functionsFromText('(func $f (call $g))')).toThrow(/no function g/);
    expect(() => functionsFromText('(func $f (i32.add (i32.const 1)))')).toThrow(/takes 2/);
    expect(() => functionsFromText('(func $f')).toThrow(/missing/);
  });
});
