/** Blob ids: SHA-1 over git's header and the content (gitformat-pack and git-hash-object describe it). */
import { createHash } from 'node:crypto';

export function blobId(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.byteLength}\0`).update(content).digest('hex');
}

/** An `index` line mostly names the first digits only; null when nothing can be said (no id, or a SHA-256 one). */
export function namesBlob(named: string | null, id: string | null): boolean | null {
  if (named === null || id === null || named.length > id.length) return null;
  return id.startsWith(named);
}
