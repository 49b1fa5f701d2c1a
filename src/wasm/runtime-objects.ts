/**
 * What strict modules do besides the inline test of an access: objects begin and end, pointers made from integers find
 * theirs, and an access that the inline test does not pass is looked at closely.
 *
 * Entry of an object, 32 bytes: i64 C address of its first byte; for accesses of 1, 2, 4 and 8 bytes the u32 distance at
 * which they no longer fit (0 once it is dead, so the test fails); u32 size; u32 kind, with DEAD bits. Entry in the third
 * table: u32 Wasm offset, u32 size, u32 sites where it began (innermost, and two callers), u32 sites where it ended,
 * u32 the object of alloca before it. An entry is used again only after all the others were.
 */
import { ADDRESS_BASE, DEAD, NEVER_WRITTEN, OBJECT_KINDS, type TrapName } from '../exec/program.js';
import { MAX_CALLERS } from '../ir/guard/layout.js';
import {
  CELLS,
  ENTRY,
  NULL_ZONE,
  STACK_START,
  type MemoryMap,
  type ObjectMap,
} from './memory-map.js';

type TrapNumber = (name: TrapName) => number;

/** Where the fields of an entry lie. */
export const FIELDS = { base: 0, limits: [8, 12, 16, 20], size: 24, kind: 28 } as const;
export const HISTORY = { at: 0, size: 4, born: [8, 12, 16], ended: [20, 24], before: 28 } as const;

const BASE = BigInt.asIntN(64, ADDRESS_BASE);

export function objectsText(map: MemoryMap, objects: ObjectMap, trap: TrapNumber): string {
  return [
    objectText(objects, trap),
    endText(objects, trap),
    heapText(map, objects, trap),
    checkText(map, objects, trap),
    planesText(objects),
    beginText(map, objects),
  ].join('\n');
}

function objectText(o: ObjectMap, trap: TrapNumber): string {
  const { limits, size, kind } = FIELDS;
  const limit = (less: number, at: number): string => `
    (i32.store offset=${o.table + at} (local.get $id)
      (select (i32.sub (local.get $size) (i32.const ${less})) (i32.const 0)
        (i32.gt_u (local.get $size) (i32.const ${less}))))`;
  const history = o.table + 2 * o.tableBytes;
  const { born } = HISTORY;
  return `
  (func $pc.object (param $at i32) (param $size i32) (param $kind i32) (param $site i32) (result i32)
    (local $id i32) (local $tries i32)
    (local.set $id (i32.load (i32.const ${CELLS.nextObject})))
    (loop $next
      (if (i32.ge_u (local.get $id) (i32.const ${o.tableBytes}))
        (then (local.set $id (i32.const ${o.firstDynamic}))))
      (if (i32.eqz (i32.or
            (i32.eqz (i32.load offset=${o.table + kind} (local.get $id)))
            (i32.ge_u (i32.load offset=${o.table + kind} (local.get $id)) (i32.const ${DEAD.freed}))))
        (then
          (local.set $id (i32.add (local.get $id) (i32.const ${ENTRY})))
          (local.set $tries (i32.add (local.get $tries) (i32.const ${ENTRY})))
          (if (i32.ge_u (local.get $tries) (i32.const ${o.tableBytes - o.firstDynamic}))
            (then (call $pc.trap (i32.const ${trap('too-many-objects')}) (local.get $site) (i64.const 0))))
          (br $next))))
    (i32.store (i32.const ${CELLS.nextObject}) (i32.add (local.get $id) (i32.const ${ENTRY})))
    (if (i32.ge_u (local.get $id) (i32.load (i32.const ${CELLS.lastObject})))
      (then (i32.store (i32.const ${CELLS.lastObject}) (i32.add (local.get $id) (i32.const ${ENTRY})))))
    (i64.store offset=${o.table} (local.get $id) (i64.add (i64.extend_i32_u (local.get $at)) (i64.const ${BASE})))
    (i32.store offset=${o.table + limits[0]} (local.get $id) (local.get $size))
    ${limit(1, limits[1])} ${limit(3, limits[2])} ${limit(7, limits[3])}
    (i32.store offset=${o.table + size} (local.get $id) (local.get $size))
    (i32.store offset=${o.table + kind} (local.get $id) (local.get $kind))
    (i32.store offset=${history} (local.get $id) (local.get $at))
    (i32.store offset=${history + HISTORY.size} (local.get $id) (local.get $size))
    (i32.store offset=${history + born[0]} (local.get $id) (i32.add (local.get $site) (i32.const 1)))
    (i32.store offset=${history + born[1]} (local.get $id) (i32.const 0))
    (i32.store offset=${history + born[2]} (local.get $id) (i32.const 0))
    (i32.store offset=${history + HISTORY.ended[0]} (local.get $id) (i32.const 0))
    (i32.store offset=${history + HISTORY.ended[1]} (local.get $id) (i32.const 0))
    (local.get $id))
  (func $pc.arrive (param $id i32) (param $at i32) (param $size i32) (param $site i32) (result i32)
    (if (local.get $id) (then (return (local.get $id))))
    (call $pc.object (local.get $at) (local.get $size) (i32.const ${OBJECT_KINDS.stack}) (local.get $site)))
  (func $pc.caller (param $up i32) (result i32)
    (local $depth i32)
    (local.set $depth (i32.sub (i32.load (i32.const ${CELLS.depth})) (local.get $up)))
    (if (i32.lt_s (local.get $depth) (i32.const 0)) (then (return (i32.const 0))))
    (i32.add
      (i32.load offset=${CELLS.callers}
        (i32.shl (i32.and (local.get $depth) (i32.const ${MAX_CALLERS - 1})) (i32.const 2)))
      (i32.const 1)))
  (func $pc.alloca_object (param $at i32) (param $size i32) (param $site i32) (result i32)
    (local $id i32)
    (local.set $id (call $pc.object (local.get $at) (local.get $size) (i32.const ${OBJECT_KINDS.stack}) (local.get $site)))
    (i32.store offset=${history + HISTORY.before} (local.get $id) (i32.load (i32.const ${CELLS.allocas})))
    (i32.store (i32.const ${CELLS.allocas}) (local.get $id))
    (call $pc.mark (local.get $at) (local.get $size) (i32.const 255))
    (local.get $id))`;
}

function endText(o: ObjectMap, trap: TrapNumber): string {
  const { limits, kind } = FIELDS;
  const history = o.table + 2 * o.tableBytes;
  void trap;
  return `
  (func $pc.kill (param $id i32) (param $why i32) (param $site i32)
    (local $kind i32)
    (local.set $kind (i32.load offset=${o.table + kind} (local.get $id)))
    (if (i32.eqz (local.get $id)) (then (return)))
    (i64.store offset=${o.table + limits[0]} (local.get $id) (i64.const 0))
    (i64.store offset=${o.table + limits[2]} (local.get $id) (i64.const 0))
    (if (i32.eq (local.get $kind) (i32.const ${OBJECT_KINDS.heap}))
      (then
        (i64.store offset=${o.table + o.tableBytes + limits[0]} (local.get $id) (i64.const 0))
        (i64.store offset=${o.table + o.tableBytes + limits[2]} (local.get $id) (i64.const 0))))
    (i32.store offset=${o.table + kind} (local.get $id) (i32.or (local.get $kind) (local.get $why)))
    (i32.store offset=${history + HISTORY.ended[0]} (local.get $id) (i32.add (local.get $site) (i32.const 1)))
    (i32.store offset=${history + HISTORY.ended[1]} (local.get $id) (i32.const 0)))
  (func $pc.kill_allocas (param $below i32) (param $site i32)
    (local $id i32)
    (loop $next
      (local.set $id (i32.load (i32.const ${CELLS.allocas})))
      (if (i32.and
            (i32.ne (local.get $id) (i32.const 0))
            (i32.lt_u (i32.load offset=${history} (local.get $id)) (local.get $below)))
        (then
          (i32.store (i32.const ${CELLS.allocas}) (i32.load offset=${history + HISTORY.before} (local.get $id)))
          (call $pc.kill (local.get $id) (i32.const ${DEAD.left}) (local.get $site))
          (br $next)))))`;
}

function heapText(map: MemoryMap, o: ObjectMap, trap: TrapNumber): string {
  const history = o.table + 2 * o.tableBytes;
  const { born, ended } = HISTORY;
  const heap = map.heap.end;
  return `
  (func $pc.allocate (param $pointer i64) (param $size i64) (param $site i32) (result i32)
    (local $at i64) (local $a i32) (local $end i32) (local $id i32)
    (local.set $at (i64.sub (local.get $pointer) (i64.const ${BASE})))
    (if (i32.or
          (i32.or
            (i64.lt_u (local.get $at) (i64.const ${map.heap.start}))
            (i64.gt_u (local.get $at) (i64.const ${heap})))
          (i32.or
            (i64.gt_u (local.get $size) (i64.sub (i64.const ${heap}) (local.get $at)))
            (i64.ne (i64.and (local.get $at) (i64.const 7)) (i64.const 0))))
      (then (call $pc.trap (i32.const ${trap('bad-allocation')}) (local.get $site) (local.get $pointer))))
    (local.set $a (i32.wrap_i64 (local.get $at)))
    (local.set $id
      (call $pc.object (local.get $a) (i32.wrap_i64 (local.get $size)) (i32.const ${OBJECT_KINDS.heap}) (local.get $site)))
    (i32.store offset=${history + born[1]} (local.get $id) (call $pc.caller (i32.const 1)))
    (i32.store offset=${history + born[2]} (local.get $id) (call $pc.caller (i32.const 2)))
    (memory.copy
      (i32.add (local.get $id) (i32.const ${o.table + o.tableBytes}))
      (i32.add (local.get $id) (i32.const ${o.table}))
      (i32.const ${ENTRY}))
    (call $pc.mark (local.get $a) (i32.wrap_i64 (local.get $size)) (i32.const 255))
    (memory.fill (i32.add (local.get $a) (i32.const ${o.pointers})) (i32.const 0)
      (i32.and (i32.add (i32.wrap_i64 (local.get $size)) (i32.const 7)) (i32.const -8)))
    (call $pc.own (local.get $a) (i32.wrap_i64 (local.get $size)) (local.get $id))
    (local.get $id))
  (func $pc.own (param $at i32) (param $size i32) (param $id i32)
    (local $end i32)
    (local.set $end (i32.shr_u (i32.add (local.get $at) (local.get $size)) (i32.const 1)))
    (local.set $at (i32.shl (i32.shr_u (local.get $at) (i32.const 3)) (i32.const 2)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (i32.store offset=${o.owners} (local.get $at) (local.get $id))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br $next))))
  (func $pc.free (param $pointer i64) (param $id i32) (param $site i32)
    (local $kind i32)
    (if (i64.eqz (local.get $pointer)) (then (return)))
    (if (i32.ge_u (local.get $id) (i32.const ${o.tableBytes}))
      (then (local.set $id (i32.sub (local.get $id) (i32.const ${o.tableBytes})))))
    (if (i32.eqz (local.get $id)) (then (local.set $id (call $pc.find (local.get $pointer)))))
    (local.set $kind (i32.load offset=${o.table + FIELDS.kind} (local.get $id)))
    (i32.store (i32.const ${CELLS.trapObject}) (local.get $id))
    (if (i32.eq (local.get $kind) (i32.const ${OBJECT_KINDS.heap + DEAD.freed}))
      (then (call $pc.trap (i32.const ${trap('double-free')}) (local.get $site) (local.get $pointer))))
    (if (i32.or
          (i32.ne (local.get $kind) (i32.const ${OBJECT_KINDS.heap}))
          (i64.ne (i64.load offset=${o.table} (local.get $id)) (local.get $pointer)))
      (then (call $pc.trap (i32.const ${trap('invalid-free')}) (local.get $site) (local.get $pointer))))
    (call $pc.kill (local.get $id) (i32.const ${DEAD.freed}) (local.get $site))
    (i32.store offset=${history + ended[1]} (local.get $id) (call $pc.caller (i32.const 1))))`;
}

function checkText(map: MemoryMap, o: ObjectMap, trap: TrapNumber): string {
  const { size, kind } = FIELDS;
  const history = o.table + 2 * o.tableBytes;
  const room = map.heap.end - NULL_ZONE;
  return `
  (func $pc.find (param $pointer i64) (result i32)
    (local $at i32) (local $id i32) (local $low i32) (local $high i32) (local $middle i32)
    (if (i64.ge_u
          (i64.sub (local.get $pointer) (i64.const ${BigInt.asIntN(64, ADDRESS_BASE + BigInt(NULL_ZONE))}))
          (i64.const ${room}))
      (then (return (i32.const 0))))
    (local.set $at (i32.wrap_i64 (local.get $pointer)))
    (if (i32.ge_u (local.get $at) (i32.const ${map.heap.start}))
      (then
        (return (i32.load offset=${o.owners}
          (i32.shl (i32.shr_u (local.get $at) (i32.const 3)) (i32.const 2))))))
    (if (i32.ge_u (local.get $at) (i32.const ${map.data.start}))
      (then
        (local.set $low (i32.const 0))
        (local.set $high (i32.const ${o.firstDynamic / ENTRY}))
        (loop $next
          (local.set $middle (i32.shr_u (i32.add (local.get $low) (local.get $high)) (i32.const 1)))
          (if (i32.gt_u (i32.sub (local.get $high) (local.get $low)) (i32.const 1))
            (then
              (if (i32.le_u (i32.load offset=${history} (i32.mul (local.get $middle) (i32.const ${ENTRY}))) (local.get $at))
                (then (local.set $low (local.get $middle)))
                (else (local.set $high (local.get $middle))))
              (br $next))))
        (return (i32.mul (local.get $low) (i32.const ${ENTRY})))))
    (local.set $id (i32.load (i32.const ${CELLS.nextObject})))
    (block $none
      (loop $back
        (local.set $id (i32.sub (local.get $id) (i32.const ${ENTRY})))
        (br_if $none (i32.lt_s (local.get $id) (i32.const ${o.firstDynamic})))
        (br_if $back (i32.ne
          (i32.load offset=${o.table + kind} (local.get $id)) (i32.const ${OBJECT_KINDS.stack})))
        (br_if $back (i32.ge_u
          (i32.sub (local.get $at) (i32.load offset=${history} (local.get $id)))
          (i32.load offset=${history + HISTORY.size} (local.get $id))))
        (return (local.get $id))))
    (i32.const 0))
  (func $pc.adopt (param $pointer i64) (param $known i32) (result i32)
    (local $id i32)
    (if (local.get $known) (then (return (local.get $known))))
    (if (i32.lt_u (i32.wrap_i64 (local.get $pointer)) (i32.const ${map.data.start})) (then (return (i32.const 0))))
    (local.set $id (call $pc.find (local.get $pointer)))
    (if (i32.eqz (local.get $id)) (then (return (i32.const 0))))
    (if (i64.ge_u
          (i64.sub (local.get $pointer) (i64.load offset=${o.table} (local.get $id)))
          (i64.load32_u offset=${o.table + size} (local.get $id)))
      (then (return (i32.const 0))))
    (i32.add (local.get $id) (i32.const ${o.tableBytes})))
  (func $pc.check (param $pointer i64) (param $id i32) (param $bytes i64) (param $site i32) (result i32)
    (local $made i32) (local $kind i32) (local $far i64) (local $size i64) (local $why i32)
    (if (i64.eqz (local.get $bytes)) (then (return (i32.const ${STACK_START}))))
    (local.set $made (i32.or (i32.eqz (local.get $id)) (i32.ge_u (local.get $id) (i32.const ${o.tableBytes}))))
    (if (local.get $made) (then (local.set $id (call $pc.find (local.get $pointer)))))
    (local.set $kind (i32.load offset=${o.table + kind} (local.get $id)))
    (local.set $far (i64.sub (local.get $pointer) (i64.load offset=${o.table} (local.get $id))))
    (local.set $size (i64.load32_u offset=${o.table + size} (local.get $id)))
    (if (i32.and
          (i32.lt_u (i32.sub (local.get $kind) (i32.const 1)) (i32.const ${DEAD.freed - 1}))
          (i32.and
            (i64.le_u (local.get $far) (local.get $size))
            (i64.le_u (local.get $bytes) (i64.sub (local.get $size) (local.get $far)))))
      (then (return (i32.wrap_i64 (local.get $pointer)))))
    (i32.store (i32.const ${CELLS.trapObject}) (local.get $id))
    (i32.store (i32.const ${CELLS.trapSize}) (i32.wrap_i64 (local.get $bytes)))
    (local.set $why (i32.const ${trap('out-of-bounds')}))
    (if (i32.and (local.get $kind) (i32.const ${DEAD.freed}))
      (then (local.set $why (i32.const ${trap('use-after-free')}))))
    (if (i32.and (local.get $kind) (i32.const ${DEAD.left}))
      (then (local.set $why (i32.const ${trap('use-after-scope')}))))
    (if (i32.and (local.get $made) (i64.ge_u (local.get $far) (local.get $size)))
      (then
        (local.set $why (i32.const ${trap('out-of-bounds')}))
        (i32.store (i32.const ${CELLS.trapObject}) (i32.const 0))))
    (call $pc.trap (local.get $why) (local.get $site) (local.get $pointer))
    (unreachable))`;
}

/** What goes with bytes: nothing, where unset bits are not tracked. */
function planesText(o: ObjectMap): string {
  const mark =
    o.unset === null
      ? ''
      : `(memory.fill (i32.add (local.get $at) (i32.const ${o.unset})) (local.get $byte) (local.get $size))`;
  const forget =
    o.writes === null
      ? ''
      : `(memory.fill (i32.add (i32.shl (local.get $at) (i32.const 3)) (i32.const ${o.writes}))
           (i32.const 0) (i32.shl (local.get $size) (i32.const 3)))`;
  const copyUnset =
    o.unset === null
      ? ''
      : `(memory.copy (i32.add (local.get $to) (i32.const ${o.unset}))
           (i32.add (local.get $from) (i32.const ${o.unset})) (local.get $size))`;
  return `
  (func $pc.mark (param $at i32) (param $size i32) (param $byte i32) ${mark} ${forget})
  ${o.writes === null ? '' : writesText(o.writes, o.unset ?? 0)}
  (func $pc.copied (param $to i32) (param $from i32) (param $size i32)
    (local $start i32) (local $end i32)
    (if (i32.eqz (local.get $size)) (then (return)))
    ${copyUnset}
    (if (i32.and (i32.xor (local.get $to) (local.get $from)) (i32.const 7)) (then (return)))
    (local.set $start (i32.and (i32.add (local.get $to) (i32.const 7)) (i32.const -8)))
    (local.set $end (i32.and (i32.add (local.get $to) (local.get $size)) (i32.const -8)))
    (if (i32.gt_u (local.get $end) (local.get $start))
      (then
        (memory.copy
          (i32.add (local.get $start) (i32.const ${o.pointers}))
          (i32.add
            (i32.add (local.get $from) (i32.sub (local.get $start) (local.get $to)))
            (i32.const ${o.pointers}))
          (i32.sub (local.get $end) (local.get $start))))))`;
}

/**
 * Writes are counted, so that of the bytes of a word the one written last can be told, and so that what an earlier run
 * wrote is none of this one's. `writer`: of the bytes that have unset bits, where there are some.
 */
function writesText(writes: number, unset: number): string {
  const entry = `(i32.add (i32.const ${writes}) (i32.shl (local.get $at) (i32.const 3)))`;
  return `
  (func $pc.wrote (param $at i32) (param $size i32) (param $writer i32)
    (local $end i32) (local $entry i64)
    (i32.store (i32.const ${CELLS.writes}) (i32.add (i32.load (i32.const ${CELLS.writes})) (i32.const 1)))
    (local.set $entry
      (i64.or
        (i64.shl (i64.load32_u (i32.const ${CELLS.writes})) (i64.const 32))
        (i64.extend_i32_u (local.get $writer))))
    (local.set $end (i32.add (local.get $at) (local.get $size)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (i64.store ${entry} (local.get $entry))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next))))
  (func $pc.writer (param $at i32) (param $size i32) (result i32)
    (local $end i32) (local $latest i64) (local $entry i64) (local $lacks i32) (local $some i32)
    (local.set $end (i32.add (local.get $at) (local.get $size)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $lacks (i32.ne (i32.load8_u (i32.add (local.get $at) (i32.const ${unset}))) (i32.const 0)))
        (if (i32.gt_u (local.get $lacks) (local.get $some))
          (then
            (local.set $some (i32.const 1))
            (local.set $latest (i64.const 0))))
        (local.set $entry (i64.load ${entry}))
        (if (i32.and
              (i32.eq (local.get $lacks) (local.get $some))
              (i64.gt_u (local.get $entry) (local.get $latest)))
          (then (local.set $latest (local.get $entry))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (if (i64.le_u
          (i64.shr_u (local.get $latest) (i64.const 32))
          (i64.load32_u (i32.const ${CELLS.writesBefore})))
      (then (return (i32.const ${NEVER_WRITTEN | 0}))))
    (i32.wrap_i64 (local.get $latest)))`;
}

/** Before a run on memory that is as at the start: nobody's objects are left, and no pointer is known on the stack. */
function beginText(map: MemoryMap, o: ObjectMap): string {
  const history = o.table + 2 * o.tableBytes;
  const stackBytes = map.stack.end - map.stack.start;
  return `
  (func $pc.begin
    (local $id i32)
    (local.set $id (i32.const ${o.firstDynamic}))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $id) (i32.load (i32.const ${CELLS.lastObject}))))
        (if (i32.eq
              (i32.and (i32.load offset=${o.table + FIELDS.kind} (local.get $id)) (i32.const 15))
              (i32.const ${OBJECT_KINDS.heap}))
          (then
            (call $pc.own
              (i32.load offset=${history} (local.get $id))
              (i32.load offset=${history + HISTORY.size} (local.get $id))
              (i32.const 0))
            (memory.fill (i32.add (local.get $id) (i32.const ${o.table + o.tableBytes})) (i32.const 0) (i32.const ${ENTRY}))))
        (memory.fill (i32.add (local.get $id) (i32.const ${o.table})) (i32.const 0) (i32.const ${ENTRY}))
        (local.set $id (i32.add (local.get $id) (i32.const ${ENTRY})))
        (br $next)))
    (i32.store (i32.const ${CELLS.nextObject}) (i32.const ${o.firstDynamic}))
    (i32.store (i32.const ${CELLS.lastObject}) (i32.const ${o.firstDynamic}))
    (i32.store (i32.const ${CELLS.writesBefore}) (i32.load (i32.const ${CELLS.writes})))
    (i32.store (i32.const ${CELLS.allocas}) (i32.const 0))
    (i32.store (i32.const ${CELLS.depth}) (i32.const 0))
    (memory.fill (i32.const ${map.stack.start + o.pointers}) (i32.const 0) (i32.const ${stackBytes})))`;
}
