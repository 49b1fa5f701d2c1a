/** A module whose runs can be left where it calls the import `SWITCH`, and be gone on with later: binaryen's Asyncify. */
import { SWITCH } from '../exec/program.js';
import { features } from './optimise.js';

export async function suspendable(wasm: Uint8Array): Promise<Uint8Array> {
  const { default: binaryen } = await import('binaryen');
  const module = binaryen.readBinary(wasm);
  try {
    module.setFeatures(features(binaryen));
    binaryen.setOptimizeLevel(1);
    binaryen.setPassArgument('asyncify-imports', `machine.${SWITCH}`);
    module.runPasses(['asyncify', 'simplify-locals', 'coalesce-locals', 'vacuum']);
    return module.emitBinary();
  } finally {
    binaryen.clearPassArguments();
    module.dispose();
  }
}
