/** Which argument of a run-time function is the place in the sources, read off its own text: for whoever prints code. */
import { memoryMap } from './memory-map.js';
import { runtimeText } from './runtime.js';

export function siteArguments(): ReadonlyMap<string, number> {
  // Sizes do not matter; a recording module's text has all the functions.
  const objects = { globals: 0, unset: true, writes: true };
  const map = memoryMap({ stackBytes: 0, dataBytes: 0, heapBytes: 0, coverBytes: 0, objects });
  const positions = new Map<string, number>();
  for (const [, name = '', params = ''] of runtimeText(map).matchAll(FUNCTION)) {
    const at = [...params.matchAll(/\$(\w+)/g)].findIndex(([, param]) => param === 'site');
    if (at >= 0) positions.set(name, at);
  }
  return positions;
}

const FUNCTION = /\(func \$(\S+)((?:\s*\(param \$\w+ \w+\))*)/g;
