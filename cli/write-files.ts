/** Writing what the user asked for, where the user asked for it: whole files, or none. */
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnostic, type Diagnostic } from '../src/base/diagnostic.js';

/** Never half a file: written beside its place, then moved there. */
export function writeWhole(path: string, text: string): void {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(beside, text);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** A file that the user names. What is no file (/dev/null, a pipe) is written to as it is: a move would put a file in its place. */
export function writeOutput(path: string, text: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined || there.isFile()) writeWhole(path, text);
  else writeFileSync(path, text);
}

export function writeWitnesses(directory: string, witnesses: ReadonlyMap<string, string>): void {
  if (witnesses.size === 0) return;
  mkdirSync(directory, { recursive: true });
  for (const [id, witness] of witnesses) writeWhole(join(directory, `${id}.witness`), witness);
}

/** Runs what writes; null when all is written. */
export function cannotWrite(write: () => void): Diagnostic | null {
  try {
    write();
    return null;
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return diagnostic('bad-input', `cannot write: ${what}`);
  }
}
