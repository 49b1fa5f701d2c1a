/** binaryen's optimiser over a finished module, for who wants the last tenths and has seconds to spend. */
import type Binaryen from 'binaryen';

/** What our generator uses of WebAssembly. All of binaryen's would make a section that Node 20 refuses. */
export const features = ({ Features }: typeof Binaryen): Binaryen.Features =>
  Features.MutableGlobals |
  Features.BulkMemory |
  Features.BulkMemoryOpt |
  Features.SignExt |
  Features.NontrappingFPToInt;

/** `level`: as binaryen's -O, 1 … 3. */
export async function optimise(wasm: Uint8Array, level: number): Promise<Uint8Array> {
  // it takes a third of a second to load, so only whoever asks for it pays
  const { default: binaryen } = await import('binaryen');
  const module = binaryen.readBinary(wasm);
  try {
    module.setFeatures(features(binaryen));
    binaryen.setOptimizeLevel(level);
    binaryen.setShrinkLevel(0);
    binaryen.setAlwaysInlineMaxSize(30);
    binaryen.setFlexibleInlineMaxSize(120);
    binaryen.setOneCallerInlineMaxSize(400);
    binaryen.setAllowInliningFunctionsWithLoops(true);
    module.optimize();
    // names of functions, for profilers
    binaryen.setDebugInfo(true);
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}
