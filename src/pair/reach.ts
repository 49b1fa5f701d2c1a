/** Which functions can be reached from which, by the names that bodies mention (calls, and addresses taken). */
import type { Declarations } from './changes.js';

export function reachableFrom(root: string, declarations: readonly Declarations[]): Set<string> {
  const seen = new Set<string>([root]);
  const queue = [root];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    for (const version of declarations) {
      for (const mention of version.get(name)?.mentions ?? []) {
        if (seen.has(mention) || !version.has(mention)) continue;
        seen.add(mention);
        queue.push(mention);
      }
    }
  }
  return seen;
}
