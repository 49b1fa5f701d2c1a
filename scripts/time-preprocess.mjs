// Preprocesses one file of a kernel tree with the built code, several times with nothing remembered but what V8 has compiled, and
// prints the processor time of each in milliseconds, reading of the files included: for bench/preprocess.bench.ts.
//     node scripts/time-preprocess.mjs DIRECTORY PATH TIMES
import '../dist/cli/engine-flags.js';
import { diskTree } from '../dist/cli/disk-tree.js';
import {
  kernelConfiguration,
  kernelPreprocessOptions,
} from '../dist/src/c/preprocess/kernel-config/kernel-options.js';
import { preprocess } from '../dist/src/c/preprocess/preprocess.js';
import { utf8Text } from '../dist/src/tree/text.js';

const [root, path, times] = process.argv.slice(2);

/** Reads a file once for each reader, as a run does. */
function reader() {
  const tree = diskTree('directory', root, root);
  return (asked) => {
    const bytes = tree.read(asked);
    return bytes === null ? null : utf8Text(bytes);
  };
}

const configuration = kernelConfiguration(reader());
const taken = [];
for (let i = 0; i < Number(times); i++) {
  const start = process.cpuUsage();
  const read = reader();
  const result = preprocess(
    kernelPreprocessOptions(read, configuration, { path, text: read(path) ?? '' }),
  );
  const { user, system } = process.cpuUsage(start);
  if (!result.ok) throw new Error(result.error.message);
  taken.push({ user: user / 1000, system: system / 1000, tokens: result.value.tokens.length });
}
process.stdout.write(JSON.stringify(taken));
