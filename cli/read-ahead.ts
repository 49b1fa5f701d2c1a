/**
 * Which files of the tree a source may include, read off its text without preprocessing: a guess that saves questions to git, and on
 * which nothing depends. What it misses is read when it is asked for.
 */
import { posix } from 'node:path';

export function includedFiles(
  path: string,
  text: string,
  includeDirs: readonly string[],
): readonly string[] {
  const files: string[] = [];
  for (const [, how, name] of text.matchAll(/^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]/gm)) {
    if (name === undefined) continue;
    const names = name.startsWith('asm/') ? [name, `asm-generic/${name.slice(4)}`] : [name];
    if (how === '"') files.push(posix.join(posix.dirname(path), name));
    for (const each of names)
      for (const directory of includeDirs) files.push(posix.join(directory, each));
  }
  return files;
}
