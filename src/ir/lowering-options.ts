/** What lowering itself needs of the compile options. */
import type { Token } from '../c/token.js';
import type { BuildRules, MacroLoop, ModuleKind } from '../exec/program.js';

export interface LoweringOptions {
  readonly kind: ModuleKind;
  readonly rules?: BuildRules;
  readonly cover: ((token: Token) => boolean) | null;
  readonly loopCounter: ((loop: MacroLoop) => string | null) | null;
  readonly scopes: {
    readonly enter: string;
    readonly leave: string;
    readonly functions: ReadonlyMap<string, number>;
  } | null;
}
