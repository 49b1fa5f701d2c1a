/** The command as it is built: tests that need it say so where it is missing or older than a source. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const command = join(root, 'dist/bin/main.js');

/** null: it is there, and new enough. */
export function whyNotBuilt(): string | null {
  const built = statSync(command, { throwIfNoEntry: false });
  if (built === undefined) return 'there is no dist/bin/main.js: npm run build';
  const newest = Math.max(...['src', 'cli'].flatMap((name) => times(join(root, name))));
  return newest > built.mtimeMs ? 'dist/ is older than the sources: npm run build' : null;
}

function times(directory: string): number[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return times(path);
    return /(?<!\.test)\.ts$/.test(path) ? [statSync(path).mtimeMs] : [];
  });
}
