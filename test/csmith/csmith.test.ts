/**
 * Random C programs (csmith) run by the engine and by gcc -O0 and -O2: one checksum. `npm run csmith -- --count N --seed S` runs
 * any number; a program on which they differ is reduced and written to a folder. A few run by default.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hasGcc } from '../../src/c/check/testing/gcc.js';
import type { ModuleKind } from '../../src/exec/program.js';
import { openLibc } from '../hosted/hosted.js';
import { generate, hasCsmith, judge, type Verdict } from './judge-program.js';
import { reduce } from './reduce.js';

const full = process.env['PATCHCHECK_FULL'] === '1';
const count = Number(process.env['PATCHCHECK_CSMITH_COUNT'] ?? (full ? 100 : 4));
const first = Number(process.env['PATCHCHECK_CSMITH_SEED'] ?? 1);
const kind = (process.env['PATCHCHECK_CSMITH_KIND'] ?? 'fast') as ModuleKind;
const keep = process.env['PATCHCHECK_CSMITH_KEEP'];
const present = hasCsmith && hasGcc;
/** A day: whoever asks for many gets them. */
const TIME = 86_400_000;
const REDUCTION_TRIES = 1500;
const BATCH = 25;

/** Whoever asks for programs by a number is not told that all is well when there are none. */
const asked = process.env['PATCHCHECK_CSMITH_COUNT'] !== undefined;

if (!present)
  console.warn(
    'csmith (packages csmith, libcsmith-dev) or gcc is not here: no random programs are run',
  );

it.skipIf(!present && !asked)(
  'programs of csmith',
  async () => {
    expect(present).toBe(true);
    expect(Number.isInteger(count) && count > 0 && Number.isInteger(first)).toBe(true);
    const libc = openLibc();
    const differing: string[] = [];
    const counts = { agrees: 0, 'says nothing': 0, differs: 0 };
    for (let seed = first; seed < first + count; seed++) {
      const text = generate(seed);
      const verdict: Verdict =
        text === null
          ? { kind: 'says nothing', reason: 'csmith does not end' }
          : await judge(text, libc, kind);
      counts[verdict.kind]++;
      if (verdict.kind === 'differs') {
        differing.push(`seed ${seed}: ${verdict.what}`);
        console.log(`seed ${seed}: ${verdict.what}`);
        if (keep !== undefined && text !== null) await keepReduced(keep, seed, text);
      } else if (verdict.kind === 'says nothing') {
        console.log(`seed ${seed}: left out: ${verdict.reason}`);
      }
      const done = seed - first + 1;
      if (done % BATCH === 0 && done < count) console.log(`${done} of ${count} programs run`);
    }

    async function keepReduced(folder: string, seed: number, text: string): Promise<void> {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${seed}.c`), text);
      const still = async (candidate: string): Promise<boolean> =>
        (await judge(candidate, libc, kind)).kind === 'differs';
      const small = await reduce(text, still, REDUCTION_TRIES);
      writeFileSync(join(folder, `${seed}-reduced.c`), small);
      console.log(`seed ${seed}: reduced to ${small.split('\n').length} lines in ${folder}`);
    }

    const silent = Math.round((100 * counts['says nothing']) / count);
    console.log(
      `csmith seeds ${first} to ${first + count - 1}, ${kind} modules: ` +
        `${counts.agrees} agree, ${counts.differs} differ, ${counts['says nothing']} say nothing (${silent} %)`,
    );
    expect(differing).toEqual([]);
    expect(counts.agrees).toBeGreaterThan(count / 2);
  },
  TIME,
);
