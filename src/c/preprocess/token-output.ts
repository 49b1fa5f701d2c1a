/**
 * The tokens of a run as they come out, in chunks: one growing array of this length would lie in the old generation and
 * make the garbage collector look at each of its slots again and again.
 */
import type { PpToken } from './pp-token.js';

const CHUNK = 8192;

export class TokenOutput {
  /** How many tokens there are. */
  length = 0;
  private readonly chunks: (readonly PpToken[])[] = [];
  private chunk: PpToken[] = [];

  add(token: PpToken): void {
    this.chunk.push(token);
    this.length++;
    if (this.chunk.length < CHUNK) return;
    this.chunks.push(this.chunk);
    this.chunk = [];
  }

  /** Adds some of the tokens of an earlier output. */
  append(from: TokenOutput, first: number, end: number): void {
    for (let at = first; at < end;) {
      const chunk = from.chunks[Math.floor(at / CHUNK)] ?? from.chunk;
      const start = at % CHUNK;
      const count = Math.min(chunk.length - start, end - at);
      for (let i = start; i < start + count; i++) this.add(chunk[i] as PpToken);
      at += count;
    }
  }

  all(): readonly PpToken[] {
    return ([] as PpToken[]).concat(...this.chunks, this.chunk);
  }
}
