/**
 * Traces made comparable: page tables that a run made are named by the order in which they were linked, since versions may
 * allocate at different times, and events are grouped by call.
 */
import type { Trace, TraceEvent } from '../trace.js';

export interface CallTrace {
  readonly entry: string;
  /** Without begin-call and end-call. */
  readonly events: readonly TraceEvent[];
  /** Index in the trace of the first of `events`. */
  readonly first: number;
  /** null: the call did not return. */
  readonly end: { readonly returns: bigint | null } | null;
}

export interface CanonicalTrace {
  readonly events: readonly TraceEvent[];
  readonly calls: readonly CallTrace[];
  readonly final: readonly string[];
  /** Tables and headers that were allocated, and in the end neither freed nor used. */
  readonly leaked: readonly string[];
}

const MADE = /\bnew\d+\b/g;

export function canonical(trace: Trace): CanonicalTrace {
  const names = new Map<string, string>();
  for (const event of trace.events) {
    const used = event.kind === 'spte' ? event.to : event.kind === 'result' ? event.value : '';
    for (const [name] of used.matchAll(MADE)) {
      if (!names.has(name)) names.set(name, `made${String(names.size)}`);
    }
  }
  const linked = new Set(names.keys());
  const spare = (name: string): string => names.get(name) ?? name.replace('new', 'unused');
  const rename = (text: string): string => text.replaceAll(MADE, spare);
  const events = trace.events.map((event) => renameEvent(event, rename));
  return {
    events,
    calls: callsOf(events),
    final: trace.final.map(rename),
    leaked: trace.ending.kind === 'returned' ? leaksOf(trace.events, linked) : [],
  };
}

function renameEvent(event: TraceEvent, rename: (text: string) => string): TraceEvent {
  switch (event.kind) {
    case 'spte':
      return { ...event, at: rename(event.at), from: rename(event.from), to: rename(event.to) };
    case 'allocate':
    case 'free':
    case 'call-rcu':
      return { ...event, name: rename(event.name) };
    case 'result':
      return { ...event, value: rename(event.value) };
    default:
      return event;
  }
}

function callsOf(events: readonly TraceEvent[]): CallTrace[] {
  const calls: CallTrace[] = [];
  let begun: { entry: string; first: number } | null = null;
  events.forEach((event, at) => {
    if (event.kind === 'begin-call') begun = { entry: event.entry, first: at + 1 };
    if (event.kind === 'end-call' && begun !== null) {
      calls.push({
        ...begun,
        events: events.slice(begun.first, at),
        end: { returns: event.returns },
      });
      begun = null;
    }
  });
  const open = begun as { entry: string; first: number } | null;
  if (open !== null) calls.push({ ...open, events: events.slice(open.first), end: null });
  return calls;
}

function leaksOf(events: readonly TraceEvent[], linked: ReadonlySet<string>): string[] {
  const held = new Set<string>();
  for (const event of events) {
    if (event.kind === 'allocate') held.add(`${event.what} ${event.name}`);
    if (event.kind === 'free') held.delete(`${event.what} ${event.name}`);
  }
  return [...held].filter((name) => !linked.has(name.split(' ')[1] ?? ''));
}
