/** How an x86-64 kernel build calls the compiler (Makefile, arch/x86/Makefile, arch/x86/kvm/Makefile), as data. */
import type { StandIn } from '../c/preprocess/header-search.js';

export interface KernelSetup {
  /** Shown in the report's first line. */
  readonly configuration: string;
  readonly quoteDirs: readonly string[];
  readonly includeDirs: readonly string[];
  readonly forceIncludes: readonly string[];
  /** #define lines. */
  readonly defines: string;
  readonly standIn: (name: string) => StandIn | null;
}
