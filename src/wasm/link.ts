/**
 * Linking: names across translation units (external linkage, weak and tentative definitions), and the worklist of what the
 * exports reach. Functions are lowered and objects taken in when they are first reached; the rest may be anything.
 */
import { diagnostic, type Diagnostic } from '../base/diagnostic.js';
import type { Result } from '../base/result.js';
import { expansionNotes, placeOf, writtenToken } from '../c/source-file.js';
import type { Token } from '../c/token.js';
import type { FunctionRef, Global, TypedFunction, TypedUnit } from '../c/typed.js';
import type { FunctionType } from '../c/types.js';
import type { CompileOptions, CoverSite, Gap, ReachedFunction, TrapSite } from '../exec/program.js';
import { lowerFunction } from '../ir/lower-function.js';
import type { ProgramView } from '../ir/lowering.js';
import type { IrFunction, Signature, SiteId, Symbol } from '../ir/ir.js';
import { noteNeeds } from './cover-needs.js';
import { HEAP_END, HEAP_START, type LinkedObject, type LinkedProgram } from './linked-program.js';
import { alignOf, signatureOf, sizeOf } from '../ir/type-shape.js';

/** Says why something cannot be compiled, each thing once. */
type Fail = (key: string, problem: Diagnostic) => void;

interface Queued {
  readonly symbol: Symbol;
  readonly unit: number;
  readonly name: string;
  /** As it is called; null: an export. */
  readonly type: FunctionType | null;
}

interface Definition {
  readonly unit: number;
  readonly name: string;
}

export function link(
  units: readonly TypedUnit[],
  options: CompileOptions,
): Result<LinkedProgram, Diagnostic[]> {
  const linker = new Linker(units, options);
  const program = linker.run();
  return linker.diagnostics.length > 0
    ? { ok: false, error: linker.diagnostics }
    : { ok: true, value: program };
}

/** In all; a machine holds them several times over, and strict ones planes beside them. */
const MAX_STATIC_BYTES = 1 << 26;

/** Of one function's variables: offsets in a frame, and in what it is inlined into, are 32 bits wide. */
const MAX_FRAME_BYTES = 1 << 26;

/** What KASAN leaves alone: `__no_sanitize_address`, `__no_kasan_or_inline` (include/linux/compiler_types.h). */
function isExemption(attribute: string): boolean {
  return /^(__)?no_sanitize(_address|_kernel_address)?(__)?$/.test(attribute);
}

class Linker {
  readonly diagnostics: Diagnostic[] = [];
  private readonly told = new Set<string>();
  private readonly functions: IrFunction[] = [];
  private readonly objects: LinkedObject[] = [];
  private readonly objectSizes = new Map<Symbol, number>();
  private staticBytes = 0;
  private readonly table: Symbol[] = [];
  private readonly inTable = new Set<Symbol>();
  private readonly reached: ReachedFunction[] = [];
  private readonly trapSites: TrapSite[] = [];
  private readonly coverSites: CoverSite[] = [];
  private readonly exempt: string[] = [];
  private readonly exemptSites = new Set<SiteId>();
  private readonly queued = new Set<Symbol>();
  private readonly functionQueue: Queued[] = [];
  private readonly gaps: Gap[] = [];
  private readonly units: TypedUnit[];
  /** Names that the archive was asked for. */
  private readonly wanted = new Set<string>();
  private readonly externals = new Map<string, Definition | null>();
  private readonly externalObjects = new Map<string, { unit: number; global: Global } | null>();
  private readonly constants = new Map<string, Symbol>();

  constructor(
    units: readonly TypedUnit[],
    private readonly options: CompileOptions,
  ) {
    this.units = [...units];
  }

  run(): LinkedProgram {
    const exports = new Map<string, Symbol>();
    for (const name of this.options.exports) {
      const symbol = this.named(name, null);
      if (symbol !== null) exports.set(name, symbol);
    }
    const exportedObjects = new Map<string, Symbol>();
    for (const name of this.options.exportedGlobals) {
      const found = this.namedObject(name, null);
      if (found !== null) exportedObjects.set(name, found);
    }
    for (let next = this.functionQueue.shift(); next; next = this.functionQueue.shift()) {
      this.lower(next);
    }
    return {
      units: this.units,
      gaps: this.gaps,
      functions: this.functions,
      objects: this.objects,
      table: this.table,
      exports,
      exportedObjects,
      reached: this.reached,
      trapSites: this.trapSites,
      exempt: this.exempt,
      exemptSites: this.exemptSites,
      coverSites: this.coverSites,
    };
  }

  private unit(index: number): TypedUnit {
    const unit = this.units[index];
    if (unit === undefined) throw new Error(`no unit ${index}`);
    return unit;
  }

  /** Has the archive a unit with this name that is not open yet? It is now. */
  private openFor(name: string): boolean {
    if (this.wanted.has(name)) return false;
    this.wanted.add(name);
    const unit = this.options.archive?.(name) ?? null;
    if (unit === null || this.units.includes(unit)) return false;
    this.units.push(unit);
    return true;
  }

  private tell(key: string, diagnostics: Diagnostic): void {
    if (this.told.has(key)) return;
    this.told.add(key);
    this.diagnostics.push(diagnostics);
  }

  private at(token: Token | undefined, message: string, help?: string): Diagnostic {
    const place = token === undefined ? null : placeOf(writtenToken(token));
    const notes = token === undefined ? [] : expansionNotes(token);
    return diagnostic('unsupported', message, place, notes, help);
  }

  /* ---------- functions ---------- */

  private lower({ unit, name, symbol, type }: Queued): void {
    const checked = this.unit(unit).function(name);
    if (!checked.ok && type !== null && this.options.gaps === 'trap') {
      this.gap(symbol, name, signatureOf(type, type.params), checked.error);
      return;
    }
    if (!checked.ok) {
      // A definition that cannot be read fails each of its callers with one and the same diagnostic.
      const { at, message } = checked.error;
      this.tell(`${at?.path ?? ''}:${at?.line ?? 0}:${at?.column ?? 0}:${message}`, checked.error);
      return;
    }
    const fn = checked.value;
    const token = fn.tokens.at(fn.span.first);
    if (token !== undefined) {
      this.reached.push({
        name,
        unit: this.unit(unit).path,
        place: placeOf(writtenToken(token)),
      });
    }
    const failures: Diagnostic[] = [];
    const fail: Fail = (key, problem) => {
      if (this.options.gaps === 'trap') failures.push(problem);
      else this.tell(key, problem);
    };
    const view = this.view(unit, fn, fail);
    const firstSite = this.coverSites.length;
    const lowered = lowerFunction(fn, symbol, view, this.options);
    if (this.coverSites.length > firstSite) noteNeeds(this.coverSites, lowered.blocks);
    const bytes = lowered.slots.reduce((sum, { size }) => sum + size, 0);
    if (bytes > MAX_FRAME_BYTES)
      fail(`frame ${symbol}`, {
        ...this.at(token, `the variables of '${name}' take ${bytes} bytes of stack`),
        code: 'limit',
      });
    const [failure] = failures;
    if (failure === undefined) this.functions.push(lowered);
    else this.gap(symbol, name, lowered.signature, failure);
  }

  /** A function that cannot be executed: calling it stops the run, and says why. */
  private gap(symbol: Symbol, name: string, signature: Signature, reason: Diagnostic): void {
    const place = reason.at ?? { path: '', line: 0, column: 0, sourceLine: '', length: 1 };
    this.trapSites.push({ function: name, place });
    this.gaps.push({ name, reason });
    const site = this.trapSites.length - 1;
    const argument = { kind: 'int', type: 'i64', value: BigInt(this.gaps.length - 1) } as const;
    this.functions.push({
      symbol,
      signature,
      locals: signature.params,
      slots: [],
      blocks: [{ instructions: [], end: { kind: 'trap', trap: 'no-body', argument, site } }],
      entry: 0,
      mayFallOff: false,
      passesOn: [],
      movesStack: false,
      site,
    });
  }

  private view(index: number, fn: TypedFunction, fail: Fail): ProgramView {
    const unit = this.unit(index);
    const sites = new Map<number, SiteId>();
    const itself = fn.tokens.at(fn.span.first);
    const exempt = fn.attributes.some(isExemption);
    if (exempt) this.exempt.push(fn.ref.name);
    return {
      unit,
      functionSymbol: (ref, use, addressTaken) => {
        const symbol = this.functionSymbol(index, ref, fn.tokens.at(use.first));
        if (addressTaken && symbol !== null) this.enterTable(symbol);
        return symbol;
      },
      object: (global, use) => {
        const symbol = this.object(index, global, fn.tokens.at(use.first), fail);
        return symbol === null ? null : { symbol, size: this.objectSizes.get(symbol) ?? 0 };
      },
      constant: (bytes) => this.constant(bytes),
      namedFunction: (name) => this.named(name, itself) ?? name,
      namedObject: (name) => this.namedObject(name, itself) ?? name,
      libraryFunction: (name, use) => {
        const type = fn.ref.type; // only the name matters here
        return this.functionSymbol(
          index,
          { kind: 'function', name, linkage: 'external', type },
          fn.tokens.at(use.first),
        );
      },
      site: (span) => {
        const known = sites.get(span.first);
        if (known !== undefined) return known;
        const token = fn.tokens.at(span.first);
        const place =
          token === undefined
            ? { path: unit.path, line: 1, column: 1, sourceLine: '', length: 1 }
            : placeOf(writtenToken(token));
        this.trapSites.push({ function: fn.ref.name, place });
        sites.set(span.first, this.trapSites.length - 1);
        if (exempt) this.exemptSites.add(this.trapSites.length - 1);
        return this.trapSites.length - 1;
      },
      coverSite: (lines, branch) => {
        this.coverSites.push({ function: fn.ref.name, lines, branch, needs: [] });
        return this.coverSites.length - 1;
      },
      fail: (span, message) => {
        fail(`${index}:${span.first}:${message}`, this.at(fn.tokens.at(span.first), message));
      },
    };
  }

  private enterTable(symbol: Symbol): void {
    if (this.inTable.has(symbol)) return;
    this.inTable.add(symbol);
    this.table.push(symbol);
  }

  private functionSymbol(unit: number, ref: FunctionRef, use: Token | undefined): Symbol | null {
    if (ref.linkage === 'internal' && this.unit(unit).defines(ref.name)) {
      return this.reach(unit, ref.name, `${ref.name}@${unit}`, ref.type);
    }
    const found = this.external(unit, ref.name);
    if (found === null) {
      if (ref.weak === true) return null;
      const problem = this.at(
        use,
        `'${ref.name}' is called but has no body in any unit; a model must supply it`,
      );
      if (this.options.gaps !== 'trap') this.tell(`function ${ref.name}`, problem);
      else if (!this.queued.has(ref.name)) {
        this.queued.add(ref.name);
        this.gap(ref.name, ref.name, signatureOf(ref.type, ref.type.params), problem);
      }
      return ref.name;
    }
    const isLocal = this.isInternal(found);
    const symbol = isLocal ? `${found.name}@${found.unit}` : found.name;
    return this.reach(found.unit, found.name, symbol, ref.type);
  }

  private reach(unit: number, name: string, symbol: Symbol, type: FunctionType | null): Symbol {
    if (!this.queued.has(symbol)) {
      this.queued.add(symbol);
      this.functionQueue.push({ symbol, unit, name, type });
    }
    return symbol;
  }

  private checkedFunction(at: Definition): TypedFunction | null {
    const checked = this.unit(at.unit).function(at.name);
    return checked.ok ? checked.value : null;
  }

  private isInternal(at: Definition): boolean {
    return this.checkedFunction(at)?.ref.linkage === 'internal';
  }

  /** The definition of an external name: a strong one before a weak one, that of the using unit before others. */
  private external(from: number, name: string): Definition | null {
    const own: Definition | null = this.unit(from).defines(name) ? { unit: from, name } : null;
    if (own !== null && this.isInternal(own)) return own; // declared extern after a static definition
    const known = this.externals.get(name);
    if (known !== undefined) return known;
    let weak: Definition | null = null;
    let inline: Definition | null = null;
    let strong: Definition | null = null;
    this.units.forEach((unit, index) => {
      if (!unit.defines(name)) return;
      const candidate: Definition = { unit: index, name };
      const fn = this.checkedFunction(candidate);
      if (fn === null) {
        strong ??= candidate; // its own diagnostic is told when it is lowered
        return;
      }
      if (fn.ref.linkage === 'internal') return;
      if (fn.attributes.includes('weak')) weak ??= candidate;
      else if (fn.inline) inline ??= candidate;
      else if (strong === null) strong = candidate;
      else this.twice(name, strong, candidate);
    });
    const found = strong ?? inline ?? weak;
    if (found === null && this.openFor(name)) return this.external(from, name);
    this.externals.set(name, found);
    return found;
  }

  private twice(name: string, first: Definition, second: Definition): void {
    const [there, here] = [first, second].map((at) => {
      const fn = this.checkedFunction(at);
      return fn?.tokens.at(fn.span.first);
    });
    this.tell(`twice ${name}`, {
      ...this.at(here, `'${name}' is defined in two units`),
      code: 'bad-input',
      notes: there === undefined ? [] : [{ message: 'first defined here', at: placeOf(there) }],
    });
  }

  /** A function that an option names: of external linkage, else of any unit. */
  private named(name: string, from: Token | null | undefined): Symbol | null {
    for (let index = 0; index < this.units.length; index++) {
      const found = this.external(index, name);
      if (found === null) continue;
      const symbol = this.isInternal(found) ? `${name}@${found.unit}` : name;
      return this.reach(found.unit, name, symbol, null);
    }
    const message = `'${name}' is to be compiled but has no body in any unit`;
    this.tell(
      `named ${name}`,
      from === null ? diagnostic('missing', message) : this.at(from, message),
    );
    return null;
  }

  /* ---------- objects ---------- */

  private object(
    unit: number,
    global: Global,
    use: Token | undefined,
    fail: Fail = (key, problem) => this.tell(key, problem),
  ): Symbol | null {
    if (global.linkage === 'internal') {
      return this.take(unit, global, `${global.symbol}@${unit}`, use);
    }
    if (global.name === HEAP_START || global.name === HEAP_END) return global.name;
    const found = this.externalObject(unit, global.name);
    if (found === null) {
      if (global.weak) return null;
      fail(
        `object ${global.name}`,
        this.at(use, `'${global.name}' is used but defined in no unit; a model must supply it`),
      );
      return global.name;
    }
    if (found.global.linkage === 'internal') {
      return this.take(found.unit, found.global, `${found.global.symbol}@${found.unit}`);
    }
    return this.take(found.unit, found.global, global.name);
  }

  private externalObject(
    from: number,
    name: string,
  ): { readonly unit: number; readonly global: Global } | null {
    const known = this.externalObjects.get(name);
    if (known !== undefined) return known;
    let best: { unit: number; global: Global } | null = null;
    const rank = (global: Global): number => (global.weak ? 0 : global.init === null ? 1 : 2);
    const order = [from, ...this.units.map((_, index) => index).filter((index) => index !== from)];
    for (const index of order) {
      const unit = this.unit(index);
      if (!unit.definesGlobal(name)) continue;
      const checked = unit.global(name);
      if (!checked.ok) {
        this.tell(`global ${index} ${name}`, checked.error);
        continue;
      }
      const global = checked.value;
      if (!global.defined) continue;
      if (global.linkage === 'internal' && index !== from) continue;
      if (best === null || rank(global) > rank(best.global)) best = { unit: index, global };
    }
    if (best === null && this.openFor(name)) return this.externalObject(from, name);
    this.externalObjects.set(name, best);
    return best;
  }

  private namedObject(name: string, from: Token | null | undefined): Symbol | null {
    if (name === HEAP_START || name === HEAP_END) return name;
    for (let index = 0; index < this.units.length; index++) {
      if (!this.unit(index).definesGlobal(name)) continue;
      const checked = this.unit(index).global(name);
      if (!checked.ok) {
        this.tell(`global ${index} ${name}`, checked.error);
        return null;
      }
      if (!checked.value.defined) continue;
      return this.object(index, checked.value, this.unit(index).tokenOf(checked.value));
    }
    const message = `'${name}' is to be exported but is defined in no unit`;
    this.tell(
      `named object ${name}`,
      from === null ? diagnostic('missing', message) : this.at(from, message),
    );
    return null;
  }

  /** Gives an object its place in the program; what its initialiser points to is reached too. */
  private take(unit: number, mentioned: Global, symbol: Symbol, use?: Token): Symbol {
    if (this.objectSizes.has(symbol)) return symbol;
    let global = mentioned;
    if (global.init === null) {
      const checked = this.unit(unit).global(global.symbol);
      if (checked.ok) global = checked.value;
      else this.tell(`global ${unit} ${global.symbol}`, checked.error);
    }
    const bytes = global.init?.bytes ?? null;
    const size = Math.max(sizeOf(global.type), bytes?.length ?? 0);
    this.objectSizes.set(symbol, size);
    this.staticBytes += size;
    if (this.staticBytes > MAX_STATIC_BYTES)
      this.tell('static bytes', {
        ...this.at(
          this.unit(unit).tokenOf(global),
          `'${global.name}' (${size} bytes) makes more than ${MAX_STATIC_BYTES} bytes of static objects`,
        ),
        code: 'limit',
      });
    // A string may have been found by a function that is another one here.
    const token = this.unit(unit).tokenOf(global) ?? use;
    const at = this.objects.length;
    const object: LinkedObject = {
      symbol,
      size,
      align: Math.max(global.align, alignOf(global.type)),
      bytes,
      relocations: [],
      readonly: global.readonly,
      place: token === undefined ? null : placeOf(writtenToken(token)),
    };
    this.objects.push(object);
    const relocations = (global.init?.relocations ?? []).map(({ offset, target, addend }) => {
      if ('kind' in target) {
        const to = this.functionSymbol(unit, target, token);
        if (to !== null) this.enterTable(to);
        return { offset, target: { kind: 'function' as const, symbol: to }, addend };
      }
      const to = this.object(unit, target, token);
      return { offset, target: { kind: 'object' as const, symbol: to }, addend };
    });
    this.objects[at] = { ...object, relocations };
    return symbol;
  }

  private constant(bytes: Uint8Array): Symbol {
    const key = Buffer.from(bytes).toString('latin1');
    const known = this.constants.get(key);
    if (known !== undefined) return known;
    const symbol = `.constant.${this.constants.size}`;
    this.constants.set(key, symbol);
    this.objectSizes.set(symbol, bytes.length);
    this.objects.push({
      symbol,
      size: bytes.length,
      align: 8,
      bytes,
      relocations: [],
      readonly: true,
      place: null,
    });
    return symbol;
  }
}
