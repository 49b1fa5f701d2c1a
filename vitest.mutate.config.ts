import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/mutate/*.mutate.ts'],
    globalSetup: ['test/mutate/print-score.ts'],
    testTimeout: 14_400_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
