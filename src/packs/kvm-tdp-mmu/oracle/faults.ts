/**
 * What is wrong with one run, whatever another version does: what a run among other CPUs is judged by, since no other run
 * sees the same moments. Each fault has a key, so that it can be looked for among the faults of another version.
 */
import type { Scenario, Table } from '../scenario.js';
import { endingText, eventText } from '../trace-text.js';
import type { CaseTrace, TraceEvent } from '../trace.js';
import { canonical } from './canonical.js';
import { isFact, isNote, plainNote } from './final-notes.js';
import { violations } from './protocol.js';
import { RunningTask } from './running-task.js';
import { spteWords } from './spte-words.js';

export interface Fault {
  readonly key: string;
  readonly what: string;
}

export function faultsOf(trace: CaseTrace): Fault[] {
  const found = new Map<string, Fault>();
  const add = (key: string, what: string): void => {
    if (!found.has(key)) found.set(key, { key, what });
  };
  const { ending } = trace;
  if (ending.kind === 'out-of-fuel') return [];
  if (ending.kind === 'trap') {
    add(`${ending.name} in ${ending.function}`, `ends in ${endingText(ending)}`);
  } else if (ending.kind === 'bug') {
    const bug = trace.events.find((event) => event.kind === 'bug');
    add('BUG', bug === undefined ? 'hits BUG()' : `hits a ${eventText(bug)}`);
  } else if (ending.kind === 'endless') {
    add('endless', endingText(ending));
  } else if (ending.kind === 'deadlock') {
    add('deadlock', endingText(ending));
  }
  const now = canonical(trace);
  for (const event of now.events) {
    if (event.kind === 'warn')
      add(`WARN ${event.condition.replaceAll(/\s+/g, '')}`, eventText(event));
    if (event.kind === 'lock-rule') add(`rule ${event.rule}`, `breaks a rule: ${event.rule}`);
    if (event.kind === 'vm-bugged') add('vm-bugged', 'declares the VM dead (KVM_BUG_ON)');
  }
  for (const { rule } of violations(now, trace.scenario, trace.schedule))
    add(`protocol ${rule}`, rule);
  for (const name of now.leaked) add('leak', `leaks: ${name}`);
  for (const stolen of stolenSptes(now.events)) add('stolen frozen SPTE', stolen);
  if (ending.kind !== 'returned') return [...found.values()];
  for (const lost of lostDirtyBits(now.events)) add('lost dirty', lost);
  for (const line of now.final) {
    if (isNote(line) && !isFact(line))
      add(`state ${plainNote(line)}`, `ends so: ${line.slice('note '.length)}`);
    if (/^r\S* frozen$/.test(line)) add('left frozen', `leaves an SPTE frozen: ${line}`);
  }
  for (const twin of twinRoots(now.final)) add('twin roots', twin);
  for (const wrong of wrongStatistics(trace.scenario, now.final)) add(wrong.key, wrong.what);
  return [...found.values()];
}

/** Dirty says that a page was written to: once it is gone from its SPTE, somebody must have been told. */
function* lostDirtyBits(events: readonly TraceEvent[]): Generator<string> {
  const since = new Map<string, number>();
  for (const [at, event] of events.entries()) {
    if (event.kind !== 'spte' && event.kind !== 'step') continue;
    const [before, after] = [spteWords(event.from), spteWords(event.to)];
    const [was, is] = [before.words.has('D'), after.words.has('D')];
    if (!was && is) since.set(event.at, at);
    if (!was || (is && before.pfn === after.pfn)) continue;
    const from = since.get(event.at) ?? -1;
    since.delete(event.at);
    const pfn = BigInt(before.pfn);
    const told = events.some(
      (other, i) => i > from && other.kind === 'pfn-dirty' && other.pfn === pfn,
    );
    if (!told)
      yield `the Dirty bit of ${event.at} (pfn ${before.pfn}) is lost, and nobody was told`;
  }
}

/** "No other thread can overwrite the frozen SPTE": only the task that froze it may. */
function* stolenSptes(events: readonly TraceEvent[]): Generator<string> {
  const owners = new Map<string, number>();
  const running = new RunningTask();
  for (const event of events) {
    const task = running.of(event);
    if (event.kind !== 'spte') continue;
    if (event.from === 'frozen') {
      const owner = owners.get(event.at);
      if (owner !== undefined && owner !== task)
        yield `${event.at} is overwritten, though another task has frozen it`;
      owners.delete(event.at);
    }
    if (event.to === 'frozen') owners.set(event.at, task);
  }
}

/** vCPUs that load the same role share a root: kvm_tdp_mmu_alloc_root() looks again under tdp_mmu_pages_lock. */
function* twinRoots(final: readonly string[]): Generator<string> {
  const roles = new Set<string>();
  for (const line of final) {
    const root = /^root \S+ (level \d)(.*)$/.exec(line);
    if (root === null || / invalid\b/.test(line)) continue;
    const flags = (root[2] ?? '').split(' ').filter((word) => /^(smm|guest-mode)$/.test(word));
    const role = [root[1], ...flags].join(' ');
    if (roles.has(role)) yield `leaves two valid roots of one role: ${role}`;
    roles.add(role);
  }
}

/** Statistics must say what the tables hold: at the end nobody is in the middle of anything. */
function wrongStatistics(scenario: Scenario, final: readonly string[]): Fault[] {
  const counts = new Map<string, number>();
  const count = (what: string, by: number): void => {
    counts.set(what, (counts.get(what) ?? 0) + by);
  };
  for (const { table, level } of scenario.roots) countStart(table, level, count);
  const levels = new Map<string, number>(
    scenario.roots.map(({ level }, at) => [`r${String(at)}`, level]),
  );
  for (const line of final) {
    const root = /^root (\S+) level (\d)/.exec(line);
    if (root?.[1] !== undefined) levels.set(root[1], Number(root[2]));
    const entry = /^(\w+?)((?:\[\d+\])+) (leaf|->) /.exec(line);
    if (entry !== null) {
      const depth = (entry[2] ?? '').split('[').length - 1;
      const level = (levels.get(entry[1] ?? '') ?? 0) - depth + 1;
      count(entry[3] === 'leaf' ? `pages at level ${String(level)}` : 'page tables', 1);
    }
    const said = /^(pages at level \d|page tables): ([+-]?\d+)$/.exec(line);
    if (said?.[1] !== undefined) count(said[1], -Number(said[2]));
  }
  return [...counts].flatMap(([what, off]) =>
    off === 0
      ? []
      : [
          {
            key: `statistics ${what}`,
            what: `the statistics are off: ${what} by ${String(-off)}`,
          },
        ],
  );
}

function countStart(table: Table, level: number, count: (what: string, by: number) => void): void {
  for (const entry of table.entries.values()) {
    if (entry.kind === 'leaf') count(`pages at level ${String(level)}`, -1);
    if (entry.kind === 'table') {
      count('page tables', -1);
      countStart(entry.table, level - 1, count);
    }
  }
}
