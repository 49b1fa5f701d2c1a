/** How many enumerators of an enum come before a certain one, under a configuration. */
import { preprocess } from '../preprocess.js';

/**
 * Counts in `text`, a header with `enum TAG { … END …`; its conditionals are decided by `defines` alone. Null where the
 * enum is not there, or gives an enumerator before END a value of its own.
 */
export function countEnumerators(
  text: string,
  tag: string,
  end: string,
  defines: string,
): number | null {
  const start = text.search(new RegExp(`\\benum\\s+${tag}\\s*\\{`));
  if (start < 0) return null;
  const stop = text.indexOf('};', start);
  // The fragment alone: conditionals that are open around it (the header's guard) do not matter.
  const fragment = text.slice(start, stop < 0 ? undefined : stop + 2);
  const result = preprocess({
    main: { path: `enum ${tag}`, text: fragment },
    read: () => null,
    defines,
  });
  if (!result.ok) return null;
  const { tokens } = result.value;
  let count = 0;
  let at = tokens.indexOf('{') + 1;
  for (; at < tokens.length; at++) {
    const text = tokens.textAt(at);
    if (text === '}' || text === '=') return null;
    if (text === end) return count;
    if (text === ',') count++;
  }
  return null;
}
