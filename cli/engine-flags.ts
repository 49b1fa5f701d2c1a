/**
 * How this process's V8 weighs optimising against running. A run takes some seconds and comes by much code: by default the optimiser
 * takes as much time of two cores as all else (10 s of 26 s on the thread), for functions that are hardly used again. To be imported first.
 */
import { setFlagsFromString } from 'node:v8';

/** Versions of V8 that are known to have the flag; others would complain. */
const KNOWN = { from: 11, to: 13 };

const version = Number(process.versions.v8.split('.')[0]);
if (version >= KNOWN.from && version <= KNOWN.to) {
  // Bytes of bytecode that a function executes before it is optimised, in place of some 66 KiB.
  setFlagsFromString('--interrupt-budget=500000');
  // How many of its callees' it takes in at most, in place of 920: a tenth less time for the first unit that is preprocessed.
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=460');
}
