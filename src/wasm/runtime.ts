/**
 * The functions that every module carries, in WebAssembly text: stopping the run, range checks of computed sizes,
 * 128-bit arithmetic.
 */
import { ADDRESS_BASE, TRAPS, type TrapName } from '../exec/program.js';
import { CELLS, NULL_ZONE, type MemoryMap } from './memory-map.js';
import { objectsText } from './runtime-objects.js';

export const trapNumber = (name: TrapName): number => TRAPS.indexOf(name) + 1;

const signed = (value: bigint): bigint => BigInt.asIntN(64, value);

export function runtimeText(map: MemoryMap): string {
  const base = signed(-(ADDRESS_BASE + BigInt(NULL_ZONE)));
  const room = map.heap.end - NULL_ZONE;
  const parts = [
    trap(),
    range(base, room),
    division(),
    floating(),
    map.objects === null ? '' : objectsText(map, map.objects, trapNumber),
  ];
  return parts.join('\n');
}

function trap(): string {
  return `
  (func $pc.trap (param $name i32) (param $site i32) (param $argument i64)
    (i32.store (i32.const ${CELLS.trap}) (local.get $name))
    (i32.store (i32.const ${CELLS.trap + 4}) (local.get $site))
    (i64.store (i32.const ${CELLS.trap + 8}) (local.get $argument))
    (unreachable))`;
}

/** The Wasm address of `size` bytes at a C address, all inside the memory. */
function range(base: bigint, room: number): string {
  return `
  (func $pc.range (param $pointer i64) (param $size i64) (param $site i32) (result i32)
    (local $at i64)
    (if (i64.eqz (local.get $size)) (then (return (i32.const ${NULL_ZONE}))))
    (local.set $at (i64.add (local.get $pointer) (i64.const ${base})))
    (if (i32.or
          (i64.ge_u (local.get $at) (i64.const ${room}))
          (i64.gt_u (local.get $size) (i64.sub (i64.const ${room}) (local.get $at))))
      (then (call $pc.trap (i32.const ${trapNumber('out-of-bounds')}) (local.get $site) (local.get $pointer))
            (unreachable)))
    (i32.add (i32.wrap_i64 (local.get $at)) (i32.const ${NULL_ZONE})))`;
}

/** Restoring long division, one bit at a time; the signed forms work on magnitudes. */
function division(): string {
  const results = ['div', 'rem'];
  const signedOnes = results.map(
    (what) => `
  (func $pc.i128_${what} (param $al i64) (param $ah i64) (param $bl i64) (param $bh i64) (result i64)
    (local $na i64) (local $nb i64) (local $n i64) (local $low i64) (local $high i64)
    (local.set $na (i64.shr_s (local.get $ah) (i64.const 63)))
    (local.set $nb (i64.shr_s (local.get $bh) (i64.const 63)))
    (local.set $al (call $pc.negate_if (local.get $al) (local.get $ah) (local.get $na)))
    (local.set $ah (i64.load (i32.const ${CELLS.high})))
    (local.set $bl (call $pc.negate_if (local.get $bl) (local.get $bh) (local.get $nb)))
    (local.set $bh (i64.load (i32.const ${CELLS.high})))
    (local.set $low (call $pc.u128_${what} (local.get $al) (local.get $ah) (local.get $bl) (local.get $bh)))
    (local.set $high (i64.load (i32.const ${CELLS.high})))
    (local.set $n ${what === 'div' ? '(i64.xor (local.get $na) (local.get $nb))' : '(local.get $na)'})
    (call $pc.negate_if (local.get $low) (local.get $high) (local.get $n)))`,
  );
  const unsignedOnes = results.map(
    (what) => `
  (func $pc.u128_${what} (param $al i64) (param $ah i64) (param $bl i64) (param $bh i64) (result i64)
    (local $rl i64) (local $rh i64) (local $i i32) (local $t i64)
    (if (i64.eqz (i64.or (local.get $ah) (local.get $bh)))
      (then
        (i64.store (i32.const ${CELLS.high}) (i64.const 0))
        (return (i64.${what}_u (local.get $al) (local.get $bl)))))
    (local.set $i (i32.const 128))
    (loop $next
      (local.set $rh (i64.or (i64.shl (local.get $rh) (i64.const 1)) (i64.shr_u (local.get $rl) (i64.const 63))))
      (local.set $rl (i64.or (i64.shl (local.get $rl) (i64.const 1)) (i64.shr_u (local.get $ah) (i64.const 63))))
      (local.set $ah (i64.or (i64.shl (local.get $ah) (i64.const 1)) (i64.shr_u (local.get $al) (i64.const 63))))
      (local.set $al (i64.shl (local.get $al) (i64.const 1)))
      (if (i32.or
            (i64.gt_u (local.get $rh) (local.get $bh))
            (i32.and (i64.eq (local.get $rh) (local.get $bh)) (i64.ge_u (local.get $rl) (local.get $bl))))
        (then
          (local.set $t (local.get $rl))
          (local.set $rl (i64.sub (local.get $rl) (local.get $bl)))
          (local.set $rh (i64.sub (i64.sub (local.get $rh) (local.get $bh))
            (i64.extend_i32_u (i64.lt_u (local.get $t) (local.get $bl)))))
          (local.set $al (i64.or (local.get $al) (i64.const 1)))))
      (br_if $next (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
    (i64.store (i32.const ${CELLS.high}) (local.get ${what === 'div' ? '$ah' : '$rh'}))
    (local.get ${what === 'div' ? '$al' : '$rl'}))`,
  );
  return `
  (func $pc.high (result i64) (i64.load (i32.const ${CELLS.high})))
  (func $pc.negate_if (param $low i64) (param $high i64) (param $mask i64) (result i64)
    (local $l i64)
    (local.set $l (i64.sub (i64.xor (local.get $low) (local.get $mask)) (local.get $mask)))
    (i64.store (i32.const ${CELLS.high})
      (i64.add (i64.xor (local.get $high) (local.get $mask))
        (i64.extend_i32_u (i32.and (i64.ne (local.get $mask) (i64.const 0)) (i64.eqz (local.get $low))))))
    (local.get $l))
  (func $pc.mul_high (param $a i64) (param $b i64) (result i64)
    (local $al i64) (local $ah i64) (local $bl i64) (local $bh i64) (local $m i64) (local $n i64)
    (local.set $al (i64.and (local.get $a) (i64.const 0xffffffff)))
    (local.set $ah (i64.shr_u (local.get $a) (i64.const 32)))
    (local.set $bl (i64.and (local.get $b) (i64.const 0xffffffff)))
    (local.set $bh (i64.shr_u (local.get $b) (i64.const 32)))
    (local.set $m (i64.add (i64.mul (local.get $ah) (local.get $bl))
      (i64.shr_u (i64.mul (local.get $al) (local.get $bl)) (i64.const 32))))
    (local.set $n (i64.add (i64.mul (local.get $al) (local.get $bh))
      (i64.and (local.get $m) (i64.const 0xffffffff))))
    (i64.add (i64.mul (local.get $ah) (local.get $bh))
      (i64.add (i64.shr_u (local.get $m) (i64.const 32)) (i64.shr_u (local.get $n) (i64.const 32)))))
  ${unsignedOnes.join('')}
  ${signedOnes.join('')}`;
}

/**
 * Between 128-bit integers and floating types. The bits below a double's 53 that are shifted out are kept as one sticky
 * bit, so that the single rounding of the conversion is the right one.
 */
function floating(): string {
  const toFloat = (['f32', 'f64'] as const).map(
    (type) => `
  (func $pc.u128_to_${type} (param $low i64) (param $high i64) (result ${type})
    (local $n i64)
    (if (i64.eqz (local.get $high)) (then (return (${type}.convert_i64_u (local.get $low)))))
    (local.set $n (i64.sub (i64.const 64) (i64.clz (local.get $high))))
    (${type}.mul
      (${type}.convert_i64_u
        (i64.or
          (i64.or
            (if (result i64) (i64.eq (local.get $n) (i64.const 64))
              (then (local.get $high))
              (else (i64.shl (local.get $high) (i64.sub (i64.const 64) (local.get $n)))))
            (if (result i64) (i64.eq (local.get $n) (i64.const 64))
              (then (i64.const 0))
              (else (i64.shr_u (local.get $low) (local.get $n)))))
          (i64.extend_i32_u (i64.ne (i64.const 0)
            (i64.shl (local.get $low) (i64.sub (i64.const 64) (local.get $n)))))))
      (${type}.reinterpret_${type === 'f64' ? 'i64' : 'i32'} ${
        type === 'f64'
          ? '(i64.shl (i64.add (local.get $n) (i64.const 1023)) (i64.const 52))'
          : '(i32.shl (i32.add (i32.wrap_i64 (local.get $n)) (i32.const 127)) (i32.const 23))'
      })))
  (func $pc.i128_to_${type} (param $low i64) (param $high i64) (result ${type})
    (if (i64.ge_s (local.get $high) (i64.const 0))
      (then (return (call $pc.u128_to_${type} (local.get $low) (local.get $high)))))
    (local.set $low (call $pc.negate_if (local.get $low) (local.get $high) (i64.const -1)))
    (${type}.neg (call $pc.u128_to_${type} (local.get $low) (i64.load (i32.const ${CELLS.high})))))`,
  );
  return `
  (func $pc.f64_to_u128 (param $x f64) (result i64)
    (local $high i64)
    (if (f64.lt (local.get $x) (f64.const 0))
      (then (return (call $pc.f64_to_i128 (local.get $x)))))
    (local.set $high (i64.trunc_sat_f64_u (f64.mul (local.get $x) (f64.const 0x1p-64))))
    (i64.store (i32.const ${CELLS.high}) (local.get $high))
    (i64.trunc_sat_f64_u
      (f64.sub (local.get $x) (f64.mul (f64.convert_i64_u (local.get $high)) (f64.const 0x1p64)))))
  (func $pc.f64_to_i128 (param $x f64) (result i64)
    (local $low i64)
    (if (f64.ge (local.get $x) (f64.const 0))
      (then (return (call $pc.f64_to_u128 (local.get $x)))))
    (local.set $low (call $pc.f64_to_u128 (f64.neg (local.get $x))))
    (call $pc.negate_if (local.get $low) (i64.load (i32.const ${CELLS.high})) (i64.const -1)))
  ${toFloat.join('')}`;
}
