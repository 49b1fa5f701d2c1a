/**
 * The check stage: a unit's index in, a unit that types what it is asked for out. Nothing is analysed before somebody asks,
 * and every answer is remembered. Rejections end here and become values.
 */
import { diagnostic, type Diagnostic } from '../../base/diagnostic.js';
import { err, ok, type Result } from '../../base/result.js';
import type { FunctionDefinition } from '../ast.js';
import type { Token } from '../token.js';
import type { Global, TypedFunction, TypedUnit } from '../typed.js';
import type { CType } from '../types.js';
import type { UnitIndex } from '../unit-index.js';
import { hasAttribute, stringArgument } from './attributes.js';
import { checkFunction } from './function-body.js';
import { Rejection } from './rejection.js';
import { constantFromText, typeFromText } from './type-text.js';
import { Unchanged } from './unchanged.js';
import { KERNEL_OPTIONS, UnitState, type CheckOptions } from './unit-state.js';

export { HOSTED_OPTIONS, KERNEL_OPTIONS, type CheckOptions } from './unit-state.js';

/**
 * `like`: another version of the unit, checked under the same options. Functions that are the same in both are taken over from it,
 * and the result means the same.
 */
export function checkUnit(
  index: UnitIndex,
  options: Partial<CheckOptions> = {},
  like: TypedUnit | null = null,
): TypedUnit {
  const known = like instanceof LazyTypedUnit ? like : null;
  return new LazyTypedUnit(index, { ...KERNEL_OPTIONS, ...options }, known);
}

const ALIAS = /^(__)?alias(__)?$/;

class LazyTypedUnit implements TypedUnit {
  readonly definedFunctions: readonly string[];
  private readonly bodies: ReadonlyMap<string, readonly number[]>;
  private readonly functions = new Map<string, Result<TypedFunction, Diagnostic>>();
  private readonly state: UnitState;
  private readonly like: { readonly unit: LazyTypedUnit; readonly unchanged: Unchanged } | null;

  constructor(index: UnitIndex, options: CheckOptions, like: LazyTypedUnit | null) {
    const unchanged = like === null ? null : Unchanged.between(like.state.index, index);
    this.like = like === null || unchanged === null ? null : { unit: like, unchanged };
    this.state = new UnitState(index, options, this.like?.unit.state);
    const bodies = new Map<string, number[]>();
    index.declarations.forEach((range, i) => {
      if (range.defines === null) return;
      bodies.set(range.defines, [...(bodies.get(range.defines) ?? []), i]);
    });
    this.bodies = bodies;
    this.definedFunctions = [...bodies.keys()];
  }

  get path(): string {
    return this.state.index.path;
  }

  get tokens(): TypedUnit['tokens'] {
    return this.state.index.tokens;
  }

  defines(name: string): boolean {
    return this.bodies.has(name) || this.isAlias(name);
  }

  /** `int f(void) __attribute__((alias("g")));` defines f where g is (GCC manual, "Common Function Attributes"). */
  private isAlias(name: string): boolean {
    const { declarations, ordinary, tokens } = this.state.index;
    const says = (ordinary.get(name) ?? []).some((at) => {
      const range = declarations[at];
      if (range === undefined) return false;
      for (let i = range.first; i <= range.last; i++) if (ALIAS.test(tokens.textAt(i))) return true;
      return false;
    });
    if (!says) return false;
    const entity = this.attempt(() => this.state.ordinary(name, null));
    const target =
      entity.ok && entity.value?.kind === 'function'
        ? stringArgument(entity.value.attributes, 'alias')
        : null;
    return target !== null && this.bodies.has(target);
  }

  function(name: string): Result<TypedFunction, Diagnostic> {
    const known = this.functions.get(name);
    if (known !== undefined) return known;
    const taken = this.takenOver(name);
    const result = taken === null ? this.attempt(() => this.checkFunction(name)) : ok(taken);
    this.functions.set(name, result);
    return result;
  }

  /** As the other version has it; null where that is another function, or none that is understood. */
  private takenOver(name: string): TypedFunction | null {
    if (this.like === null) return null;
    const { unit, unchanged } = this.like;
    const offset = unchanged.offsetOf(name);
    const known = offset === null ? null : unit.function(name);
    if (offset === null || known?.ok !== true) return null;
    return { ...known.value, tokens: known.value.tokens.in(this.tokens, offset) };
  }

  private checkFunction(name: string): TypedFunction {
    const { state } = this;
    const entity = state.ordinary(name, null);
    if (entity?.kind !== 'function')
      throw state.missing(`there is no function '${name}' in ${this.path}`);
    const target = stringArgument(entity.attributes, 'alias');
    if (target !== null) {
      const aliased = this.function(target);
      if (!aliased.ok) throw new Rejection(aliased.error);
      return { ...aliased.value, ref: entity.ref };
    }
    return checkFunction(state.file, this.definition(name), entity.ref);
  }

  /** Of several bodies the one that is no `extern inline` for inlining alone. */
  private definition(name: string): FunctionDefinition {
    const definitions = (this.bodies.get(name) ?? []).flatMap((number) =>
      this.state
        .parse(number)
        .flatMap((external) =>
          external.kind === 'function-definition' && external.name === name ? [external] : [],
        ),
    );
    const real = definitions.filter(
      (d) => !(d.storage === 'extern' && hasAttribute(d.attributes, 'gnu_inline')),
    );
    const [first, second] = real.length > 0 ? real : definitions;
    if (first === undefined)
      throw this.state.missing(`there is no body for '${name}' in ${this.path}`);
    if (second !== undefined)
      return this.state.reject(second.type.span, `redefinition of '${name}'`);
    return first;
  }

  global(name: string): Result<Global, Diagnostic> {
    // What belongs to a function that was taken over, the other version knows.
    if (this.like !== null && !this.knowsObject(name)) return this.like.unit.global(name);
    return this.attempt(() => {
      const entity = this.state.ordinary(name, null);
      const global = entity?.kind === 'global' ? entity.global : this.state.bySymbol(name);
      if (global === null) throw this.state.missing(`there is no object '${name}' in ${this.path}`);
      this.state.finish(global);
      return global;
    });
  }

  private knowsObject(name: string): boolean {
    return this.state.index.ordinary.has(name) || this.state.bySymbol(name) !== null;
  }

  definesGlobal(name: string): boolean {
    if (!this.knowsObject(name)) return false;
    const result = this.attempt(() => {
      const entity = this.state.ordinary(name, null);
      return entity?.kind === 'global' ? entity.global : this.state.bySymbol(name);
    });
    return result.ok && result.value !== null && result.value.defined;
  }

  tokenOf(global: Global): Token | undefined {
    const index = this.indexOf(global);
    return index === null ? undefined : this.tokens.at(index);
  }

  private indexOf(global: Global): number | null {
    if (global.tokens === this.tokens) return global.span.first;
    const there = this.like?.unit.indexOf(global) ?? null;
    return there === null ? null : (this.like?.unchanged.tokenAt(there) ?? null);
  }

  type(text: string): Result<CType, Diagnostic> {
    return this.attempt(() => typeFromText(this.state, text));
  }

  constant(text: string): Result<bigint, Diagnostic> {
    return this.attempt(() => constantFromText(this.state, text));
  }

  private attempt<T>(work: () => T): Result<T, Diagnostic> {
    const { depth } = this.state;
    try {
      return ok(work());
    } catch (error) {
      if (error instanceof Rejection) {
        this.state.depth = depth;
        return err(error.diagnostic);
      }
      // Only input that defeats the depth bound gets here; it is still a value to whoever asked.
      if (error instanceof RangeError && /call stack/i.test(error.message)) {
        this.state.depth = depth;
        return err(diagnostic('limit', 'nested too deeply'));
      }
      throw error;
    }
  }
}
