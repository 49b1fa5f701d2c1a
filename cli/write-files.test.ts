import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { cannotWrite, writeOutput, writeWitnesses } from './write-files.js';

const directory = mkdtempSync(join(tmpdir(), 'patchcheck-write-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('puts a whole file in the place of another, and leaves nothing beside it', () => {
  const path = join(directory, 'report.json');
  writeFileSync(path, 'the one before');
  writeOutput(path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(directory)).toEqual(['report.json']);
});

it.skipIf(process.platform === 'win32')(
  'writes to what is no file, and does not replace it',
  async () => {
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const { open } = await import('node:fs/promises');
    // A pipe that is open for reading as well takes what is written without waiting for anybody.
    const reader = await open(pipe, 'r+');
    writeOutput(pipe, 'to a pipe');
    const { buffer, bytesRead } = await reader.read(Buffer.alloc(64), 0, 64);
    await reader.close();
    expect(buffer.subarray(0, bytesRead).toString()).toBe('to a pipe');
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  },
);

it('says what cannot be written', () => {
  const problem = cannotWrite(() => writeOutput(join(directory, 'no/such/x'), ''));
  expect(problem?.message).toMatch(/^cannot write: ENOENT/);
  expect(cannotWrite(() => writeOutput(directory, ''))?.message).toMatch(/^cannot write: EISDIR/);
});

it('follows no link that lies where a witness goes', () => {
  const outside = join(directory, 'outside');
  writeFileSync(outside, 'not ours');
  symlinkSync(outside, join(directory, 'w1.witness'));
  writeWitnesses(directory, new Map([['w1', 'a witness']]));
  expect(readFileSync(outside, 'utf8')).toBe('not ours');
  expect(lstatSync(join(directory, 'w1.witness')).isFile()).toBe(true);
});
