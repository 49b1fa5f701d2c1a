/**
 * The tokens of a run as they come out, in chunks: one growing array of this length would lie in the old generation and
 * make the garbage collector look at each of its slots again and again.
 */
import type { PpToken } from './pp-token.js';

const CHUNK = 8192;

export class TokenOutput {
  /** How many tokens there are. */
  length: number;
  private readonly chunks: (readonly PpToken[])[] = [];
  private chunk: PpToken[] = [];

  /** `before`: tokens taken over from an earlier run. */
  constructor(private readonly before: readonly PpToken[] = []) {
    this.length = before.length;
  }

  add(token: PpToken): void {
    this.chunk.push(token);
    this.length++;
    if (this.chunk.length < CHUNK) return;
    this.chunks.push(this.chunk);
    this.chunk = [];
  }

  at(index: number): PpToken | undefined {
    if (index < this.before.length) return this.before[index];
    const own = index - this.before.length;
    return (this.chunks[Math.floor(own / CHUNK)] ?? this.chunk)[own % CHUNK];
  }

  all(): readonly PpToken[] {
    return this.before.concat(...this.chunks, this.chunk);
  }
}
