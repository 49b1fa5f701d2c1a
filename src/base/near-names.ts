/** Names like one that was mistyped: for `did you mean`. */

/** At most `count` of `names`, the nearest first, equals in alphabetical order; none that is another word altogether. */
export function nearNames(wanted: string, names: Iterable<string>, count = 5): readonly string[] {
  const allowed = Math.max(2, Math.floor(wanted.length / 4));
  const near: { readonly name: string; readonly distance: number }[] = [];
  for (const name of new Set(names)) {
    // Whoever leaves a prefix away means the name, however long the prefix is.
    const within = wanted.length >= 4 && name.includes(wanted);
    const distance = within ? 0 : editDistance(wanted, name, allowed);
    if (distance <= allowed) near.push({ name, distance });
  }
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  near.sort((a, b) => a.distance - b.distance || order(a.name, b.name));
  return near.slice(0, count).map(({ name }) => name);
}

/** Insertions, deletions and replacements of one character (Levenshtein), or `limit + 1` where there are more than `limit`. */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1;
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    if (Math.min(...next) > limit) return limit + 1;
    row = next;
  }
  return row[to.length] ?? limit + 1;
}
