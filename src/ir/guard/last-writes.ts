/**
 * Recording modules: every byte of memory knows the write that it is by, and beside every value travels the write that it came
 * from, as site + 1 (0: it came from no memory; NEVER_WRITTEN: from where nobody has written). After the origins of MSan's
 * -fsanitize-memory-track-origins, for all that a run can stop at. See `wrote` and `writer` in wasm/runtime-objects.ts.
 */
import { i32, local, select } from '../build.js';
import type { Address, Expr, LocalId, SiteId } from '../ir.js';
import type { Guarded } from './guard-expression.js';
import type { FunctionGuard } from './guard-function.js';
import { anyUnset } from './unset-bits.js';

/** The write that the value in memory is by. */
export function writerAt(g: FunctionGuard, place: Address, bytes: number): Expr | null {
  if (!g.records) return null;
  const writer = g.newLocal('i32');
  g.runtime('writer', [g.offsetOf(place), i32(bytes)], writer, 0);
  return local(writer, 'i32');
}

/** `size` bytes are written. Where the text does not do it, a value is only put away: it stays that of its own write. */
export function wrote(
  g: FunctionGuard,
  place: Address,
  size: Expr,
  site: SiteId | undefined,
  writer: Expr | null,
): void {
  if (!g.records) return;
  const own = i32((site ?? g.fn.site) + 1);
  const by = site !== undefined || writer === null ? own : select(writer, writer, own);
  g.runtime('wrote', [g.offsetOf(place), size, by], null, 0);
}

/** An assignment is the write of what came from no memory: a constant, say. */
export function setWriter(g: FunctionGuard, id: LocalId, from: Expr | null, site?: SiteId): void {
  const writer = g.writerOfLocal(id);
  if (writer === null) return;
  const own = i32(site === undefined ? 0 : site + 1);
  const before = from === null ? null : g.keep(from);
  const value = before === null ? own : select(before, before, own);
  g.emit({ kind: 'set', local: writer, value });
}

/** Of what was made from two: that which lacks bits; else the first, of a sum the pointer, that came from a write. */
export function eitherWriter(left: Guarded, right: Guarded): Expr | null {
  if (left.writer === null || right.writer === null) return left.writer ?? right.writer;
  const first = select(left.writer, left.writer, right.writer);
  const second = right.unset === null ? first : select(anyUnset(right.unset), right.writer, first);
  return left.unset === null ? second : select(anyUnset(left.unset), left.writer, second);
}

/** Of a choice between two: of the one that was chosen, unless what chose lacks bits. */
export function chosenWriter(test: Guarded, then: Guarded, otherwise: Guarded): Expr | null {
  if (then.writer === null && otherwise.writer === null) return test.writer;
  const chosen = select(test.value, then.writer ?? i32(0), otherwise.writer ?? i32(0));
  return test.unset === null || test.writer === null
    ? chosen
    : select(anyUnset(test.unset), test.writer, chosen);
}
