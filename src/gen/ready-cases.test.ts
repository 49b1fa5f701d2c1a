/** A chunk whose cases were made ahead gives what it gives without that, and makes no case again that nobody looks at. */
import { expect, it } from 'vitest';
import type { Pack, RawRun, RunMachine } from '../pack-api/pack.js';
import { runChunk, type CampaignOptions, type Chunk, type RunnableVersion } from './campaign.js';
import { ReadyCases } from './ready-cases.js';

const OPTIONS: CampaignOptions = { seed: 's', referenceCases: 6, repeatCases: 0 };
const CHUNK: Chunk = { entry: 'double', dimension: 'sequential', from: 4, count: 50 };

const returned = (value: bigint): RawRun => ({
  words: BigUint64Array.of(value),
  ending: { kind: 'returned' },
});

/** Cases are numbers; versions double them, one of them not always; the references have a fault of their own. */
function numbersPack(): { pack: Pack<number, bigint>; generated: number[] } {
  const generated: number[] = [];
  const pack: Partial<Pack<number, bigint>> = {
    generate: (_seed, _entry, _dimension, index) => {
      generated.push(index);
      return index + 100;
    },
    encode: (input) => BigUint64Array.of(BigInt(input)),
    executeWords: (machine, words) => {
      machine.run('double', { global: 'in', words });
      return returned(machine.words('out', 0, 1)[0] ?? 0n);
    },
    refer: (input) => returned(input === 105 ? 1n : BigInt(2 * input)),
    decode: (raw, input) => (raw.words[0] ?? 0n) * 1000n + BigInt(input),
    same: (a, b) => a.words[0] === b.words[0],
    compare: (before, after, dimension) => ({
      dimension,
      kind: 'value',
      what: `${String(before)} became ${String(after)}`,
    }),
    costs: () => [],
  };
  return { pack: pack as Pack<number, bigint>, generated };
}

function version(id: string, run: (input: bigint) => bigint): RunnableVersion {
  let out = 0n;
  const machine: Partial<RunMachine> = {
    run(_call, { words }) {
      out = run(words[0] ?? 0n);
      return { kind: 'returned' };
    },
    words: () => BigUint64Array.of(out),
    spent: () => 1n,
  };
  const entries = new Set(['double']);
  return {
    id,
    machine: machine as RunMachine,
    entries,
    changed: entries,
    takeCoverage: () => [],
  };
}

const VERSIONS = [
  version('original', (input) => 2n * input),
  version('new', (input) => (input >= 130n ? 3n * input : 2n * input)),
];

async function made(pack: Pack<number, bigint>, chunks: readonly Chunk[]): Promise<ReadyCases> {
  const ready = new ReadyCases(OPTIONS);
  await ready.make(pack, chunks, () => Promise.resolve(false));
  return ready;
}

it('gives the same result, and looks again only at cases that differ', async () => {
  const plain = runChunk(numbersPack().pack, VERSIONS, CHUNK, OPTIONS);
  expect(plain.mismatches).toMatchObject([
    { candidate: 'original', against: 'reference', index: 5 },
    { candidate: 'new', against: 'original', index: 30 },
  ]);
  const { pack, generated } = numbersPack();
  const ready = (await made(pack, [CHUNK])).take(CHUNK, OPTIONS);
  expect(ready).toHaveLength(CHUNK.count);
  generated.length = 0;
  expect(runChunk(pack, VERSIONS, CHUNK, OPTIONS, ready)).toEqual(plain);
  expect(generated).toEqual([5, ...Array.from({ length: 24 }, (_, at) => 30 + at)]);
});

it('are taken once, and only for the campaign that they were made for', async () => {
  const ready = await made(numbersPack().pack, [CHUNK]);
  expect(ready.take({ ...CHUNK, from: 0 }, OPTIONS)).toBeNull();
  expect(ready.take({ ...CHUNK, scope: 'a proof' }, OPTIONS)).toBeNull();
  expect(ready.take({ ...CHUNK, strict: true }, OPTIONS)).toBeNull();
  expect(ready.take(CHUNK, { ...OPTIONS, seed: 'another' })).toBeNull();
  expect(ready.take(CHUNK, { ...OPTIONS, referenceCases: 7 })).toBeNull();
  expect(ready.take(CHUNK, OPTIONS)).not.toBeNull();
  expect(ready.take(CHUNK, OPTIONS)).toBeNull();
});

it('are no more once there is something better to do', async () => {
  const { pack, generated } = numbersPack();
  let asked = 0;
  const ready = new ReadyCases(OPTIONS);
  await ready.make(pack, [CHUNK], () => Promise.resolve(++asked === 2));
  expect(generated.length).toBeGreaterThan(0);
  expect(generated.length).toBeLessThan(CHUNK.count);
  expect(ready.take(CHUNK, OPTIONS)).toBeNull();
});
