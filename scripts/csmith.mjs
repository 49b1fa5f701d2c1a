// SPDX-License-Identifier: GPL-2.0-only
// npm run csmith -- --count N --seed S: runs N programs of csmith, from seed S on, by patchcheck's engine and by gcc -O0 and
// -O2; a program on which they differ is reduced and kept. --kind checked|inspectable takes another kind of module.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    kind: { type: 'string', default: 'fast' },
    keep: { type: 'string', default: 'csmith-mismatches' },
  },
});
const run = spawnSync(
  'npx',
  ['--no-install', 'vitest', 'run', '--config', 'vitest.suites.config.ts', 'test/csmith'],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      PATCHCHECK_CSMITH_COUNT: values.count,
      PATCHCHECK_CSMITH_SEED: values.seed,
      PATCHCHECK_CSMITH_KIND: values.kind,
      PATCHCHECK_CSMITH_KEEP: values.keep,
    },
  },
);
process.exitCode = run.status ?? 2;
