/** Numbers that the C names. */
import type { OpenVersion } from './build-version.js';

/** Integer constants that are spelled on these lines (`path:line`), each once, as they come. */
export function constantsOn(version: OpenVersion, lines: ReadonlySet<string>): readonly bigint[] {
  const found = new Set<bigint>();
  if (lines.size === 0) return [];
  for (const unit of version.units) {
    const { tokens } = unit.preprocessed;
    for (let i = 0; i < tokens.length; i++) {
      if (tokens.kindAt(i) !== 'number') continue;
      const token = tokens.at(i);
      if (token === undefined || !lines.has(`${token.file.path}:${token.line}`)) continue;
      const digits = /^(0[xX][\da-fA-F]+|\d+)/.exec(token.text)?.[1];
      if (digits !== undefined) found.add(BigInt(digits));
    }
  }
  return [...found];
}
