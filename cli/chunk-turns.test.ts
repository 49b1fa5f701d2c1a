import { expect, it } from 'vitest';
import { chunksToTake, orderOfWorker, shareOfWorker } from './chunk-turns.js';

const chunks = Array.from({ length: 11 }, (_, from) => ({
  entry: 'e',
  dimension: 'sequential' as const,
  from,
  count: 1,
}));

it.each([1, 2, 3, 20])('%i workers share all chunks, each beginning with its own', (workers) => {
  const shares = Array.from({ length: workers }, (_, at) => shareOfWorker(11, at, workers));
  expect(shares.flat().sort((a, b) => a - b)).toEqual(chunks.map(({ from }) => from));
  shares.forEach((share, at) => {
    const order = orderOfWorker(11, at, workers);
    expect(order.slice(0, share.length)).toEqual(share);
    expect([...order].sort((a, b) => a - b)).toEqual(chunks.map(({ from }) => from));
  });
});

it('nobody takes what another has taken', () => {
  const taken = new Int32Array(new SharedArrayBuffer(4 * chunks.length));
  const threads = [0, 1].map((worker) =>
    chunksToTake({ chunks, order: orderOfWorker(11, worker, 2), taken }),
  );
  const got: number[] = [];
  for (let round = 0; round < 11; round++)
    for (const thread of threads) {
      const next = thread.next();
      if (next.done !== true) got.push(next.value[0]);
    }
  expect(got.sort((a, b) => a - b)).toEqual(chunks.map(({ from }) => from));
});
