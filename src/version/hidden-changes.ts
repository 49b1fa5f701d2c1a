/**
 * Changes that are never executed because something of the pack stands in their place: a header that an overriding one
 * hides, and the body of a function that a model replaces, with what only stands behind it. To call such a change
 * harmless would be the worst this tool can do, so each makes the candidate inconclusive, in capital letters.
 */
import type { HiddenFile } from '../pack-api/pack.js';
import { meaningOf, rawDefinitions, type RawDefinition } from '../pair/raw-definitions.js';
import type { ChangedText } from './changed-texts.js';

export interface HiddenChange {
  readonly file: string;
  /** What of it is hidden; null: all of the file. */
  readonly name: string | null;
  /** As the list of what is modelled names it. */
  readonly by: string;
}

export function hiddenChanges(
  changed: readonly ChangedText[],
  hidden: readonly HiddenFile[],
  modelled: ReadonlyMap<string, string>,
): HiddenChange[] {
  return changed.flatMap((each) => [
    ...hidden.flatMap((file) => (file.file === each.path ? behindHeader(each, file) : [])),
    ...behindModels(each, modelled),
  ]);
}

function behindHeader(changed: ChangedText, { file, by, names }: HiddenFile): HiddenChange[] {
  if (names !== 'all') {
    const behind = closure(names, changed);
    return changedDefinitions(changed)
      .filter(({ name }) => behind.has(name))
      .map(({ name }) => ({ file, name, by }));
  }
  const differs = meaningOf(changed.before ?? '') !== meaningOf(changed.after ?? '');
  return differs ? [{ file, name: null, by }] : [];
}

function behindModels(changed: ChangedText, modelled: ReadonlyMap<string, string>): HiddenChange[] {
  const own = [changed.before, changed.after]
    .flatMap((text) => rawDefinitions(text ?? ''))
    .filter(({ kind, name }) => kind === 'function' && modelled.has(name));
  if (own.length === 0) return [];
  const changes = changedDefinitions(changed);
  return own
    .flatMap(({ name: by }) => {
      const behind = closure(new Set([by]), changed);
      return changes
        .filter(({ name }) => behind.has(name))
        .map(({ name }) => ({ file: changed.path, name, by }));
    })
    .filter(firstOfItsName());
}

function firstOfItsName(): (change: HiddenChange) => boolean {
  const seen = new Set<string | null>();
  return ({ name }) => !seen.has(name) && seen.add(name) !== null;
}

/** Definitions of the file that these come to, themselves included: in the old text or in the new. */
function closure(names: ReadonlySet<string>, changed: ChangedText): ReadonlySet<string> {
  const reached = new Set(names);
  for (const text of [changed.before, changed.after]) {
    const byName = new Map<string, RawDefinition[]>();
    for (const each of rawDefinitions(text ?? '')) {
      if (each.kind === 'type') continue;
      const known = byName.get(each.name);
      if (known) known.push(each);
      else byName.set(each.name, [each]);
    }
    const queue = [...reached];
    for (let name = queue.pop(); name !== undefined; name = queue.pop())
      for (const definition of byName.get(name) ?? [])
        for (const mention of definition.mentions) {
          if (reached.has(mention) || !byName.has(mention)) continue;
          reached.add(mention);
          queue.push(mention);
        }
  }
  return reached;
}

/** Definitions whose meaning is another, or that only one side has: the new one, else the old. */
export function changedDefinitions({ before, after }: ChangedText): RawDefinition[] {
  const old = meanings(before);
  const now = meanings(after);
  const changed: RawDefinition[] = [];
  for (const [key, own] of now) if (old.get(key)?.text !== own.text) changed.push(own.definition);
  for (const [key, own] of old) if (!now.has(key)) changed.push(own.definition);
  return changed;
}

/** By kind and name; a name that is defined more than once, under conditionals, has all its texts. */
function meanings(text: string | null): Map<string, { text: string; definition: RawDefinition }> {
  const found = new Map<string, { text: string; definition: RawDefinition }>();
  for (const definition of rawDefinitions(text ?? '')) {
    const key = `${definition.kind} ${definition.name}`;
    const known = found.get(key);
    found.set(key, {
      text: known === undefined ? definition.text : `${known.text}\n${definition.text}`,
      definition: known?.definition ?? definition,
    });
  }
  return found;
}
