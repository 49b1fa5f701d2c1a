/**
 * What a run among others comes to, as lines: the tables and statistics that it leaves, what calls returned and reported, and which
 * flushes are still owed. The order of events is left out, and so are the names of tables: a version may come to the
 * same by other moments.
 */
import { entryPoint } from '../entry-points.js';
import type { CaseTrace, TraceEvent } from '../trace.js';
import { eventText } from '../trace-text.js';
import { canonical } from './canonical.js';
import { invalidRoots } from './flushes.js';
import { isNote } from './final-notes.js';
import { Places } from './places.js';
import { RunningTask } from './running-task.js';
import { owesFlush } from './spte-words.js';

export function outcomeOf(trace: CaseTrace): readonly string[] {
  const { events, final } = canonical(trace);
  const reports = new Set<string>();
  const returned: string[] = [];
  for (const event of events) {
    if (event.kind === 'pfn-dirty' || event.kind === 'dirty-log') reports.add(eventText(event));
    if (event.kind === 'end-call' && entryPoint(event.entry)?.returns !== 'flush')
      returned.push(eventText(event));
    if (event.kind === 'result') returned.push(withoutName(eventText(event)));
  }
  return [
    ...final.filter((line) => !isNote(line)).map(withoutName),
    ...[...reports].sort(),
    ...returned,
    ...unmetFlushes(events, trace).sort(),
  ];
}

function withoutName(line: string): string {
  return line.replace(/-> \S+/, '-> a table').replace(/\bmade\d+/g, 'made');
}

/** SPTEs that lost something without a flush after it, nor word to the caller that one is owed. */
function unmetFlushes(events: readonly TraceEvent[], { scenario }: CaseTrace): string[] {
  const places = new Places(scenario);
  const invalid = invalidRoots(scenario);
  let owed = new Map<string, { first: bigint; end: bigint; task: number }>();
  const running = new RunningTask();
  for (const event of events) {
    const task = running.of(event);
    switch (event.kind) {
      case 'end-task':
      case 'end-call': {
        const tells = entryPoint(event.entry)?.returns === 'flush' && event.returns === 1n;
        // A caller flushes what its call owes; with a whole flush everybody's is met.
        if (tells) owed = new Map([...owed].filter(([, each]) => each.task !== task));
        break;
      }
      case 'spte': {
        const place = places.of(event.at);
        places.note(event);
        if (place === null || place.detached || !owesFlush(event.from, event.to)) break;
        if (place.root !== null && invalid.has(place.root)) break;
        const end = place.gfn + place.pages;
        owed.set(event.at, { first: place.gfn, end, task });
        break;
      }
      case 'flush-all':
        owed.clear();
        break;
      case 'flush-range':
        for (const [at, { first, end }] of owed)
          if (event.gfn <= first && end <= event.gfn + event.pages) owed.delete(at);
        break;
      default:
        break;
    }
  }
  return [...owed.keys()].map((at) => `a flush is owed for ${withoutName(at)}`);
}
