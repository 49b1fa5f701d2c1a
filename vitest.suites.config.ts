import { defineConfig } from 'vitest/config';

/** Long suites of programs that we did not write: npm run test:torture, npm run csmith. */
export default defineConfig({
  test: {
    include: ['test/torture/*.test.ts', 'test/csmith/*.test.ts'],
    reporters: ['./test/hosted/last-line.ts'],
    pool: 'forks',
    maxWorkers: 1,
  },
});
