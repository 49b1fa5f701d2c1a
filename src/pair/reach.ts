/** Which functions can be reached from which, by the names that bodies mention (calls, and addresses taken). */
import type { Declarations } from './changes.js';

export class Reach {
  private readonly neighbours = new Map<string, readonly string[]>();

  /** What any of these versions mentions counts. */
  constructor(private readonly declarations: readonly Declarations[]) {}

  /** The roots themselves among them. */
  from(roots: readonly string[]): Set<string> {
    const seen = new Set(roots);
    const queue = [...seen];
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      for (const next of this.next(name)) {
        if (seen.has(next)) continue;
        seen.add(next);
        queue.push(next);
      }
    }
    return seen;
  }

  /** Most of what a body mentions is its own: kept once without that, as many roots come by the same names. */
  private next(name: string): readonly string[] {
    let known = this.neighbours.get(name);
    if (known === undefined) {
      const found = new Set<string>();
      for (const version of this.declarations)
        for (const mention of version.get(name)?.mentions ?? [])
          if (version.has(mention)) found.add(mention);
      this.neighbours.set(name, (known = [...found]));
    }
    return known;
  }
}
