/** The sources that a folder of the kernel builds, from its Makefile: every object that any option adds, and its subfolders. */
import type { ReadText } from '../pack-api/pack.js';

/** Makefiles nest a few folders deep; a loop of them would be a fault of the tree. */
const MAX_DEPTH = 6;

/** Paths of C files, in the order of the Makefiles. */
export function makefileSources(read: ReadText, folder: string): readonly string[] {
  const found = new Set<string>();
  collect(read, folder, found, 0);
  return [...found];
}

function collect(read: ReadText, folder: string, found: Set<string>, depth: number): void {
  const makefile = read(`${folder}/Makefile`);
  if (makefile === null || depth > MAX_DEPTH) return;
  const lines = makefile.replace(/\\\n/g, ' ').split('\n');
  for (const line of lines) {
    const added = /^\s*[\w-]+-(?:y|m|objs|\$\([^)]*\))\s*[:+]?=(.*)/.exec(line)?.[1];
    if (added === undefined) continue;
    for (const word of added.replace(/#.*/, '').split(/\s+/)) {
      const object = /^([\w./-]+)\.o$/.exec(word)?.[1];
      const inner = /^([\w./-]+)\/$/.exec(word)?.[1];
      if (object !== undefined) found.add(`${folder}/${object}.c`);
      else if (inner !== undefined) collect(read, `${folder}/${inner}`, found, depth + 1);
    }
  }
}
