/**
 * Units of one tree, each opened once; those of an earlier tree that read nothing which is different here are the same units, with
 * all that was found out about them.
 */
import type { Diagnostic } from '../base/diagnostic.js';
import { ok, type Result } from '../base/result.js';
import type { KernelConfiguration } from '../c/preprocess/kernel-config/kernel-options.js';
import type { TypedUnit } from '../c/typed.js';
import type { ReadText, UnitSource } from '../pack-api/pack.js';
import { newMemo, openUnit, type FrontEnd, type Unit } from '../version/front-end.js';
import { kernelLibrary, type Library } from './library.js';

/** Where our own text stands, as its places show it. */
export const OWN = 'patchcheck/kunit';

export class KernelUnits {
  private readonly frontEnd: FrontEnd;
  private readonly opened = new Map<string, Result<Unit, Diagnostic>>();
  readonly library: Library;

  constructor(
    private readonly read: ReadText,
    configuration: KernelConfiguration,
    private readonly assets: ReadText,
    private readonly earlier: KernelUnits | null = null,
  ) {
    const memo = earlier?.frontEnd.memo ?? newMemo();
    this.frontEnd = { read, configuration, overrides: overridesFrom(assets), memo };
    this.library = kernelLibrary(read, (path) => this.open(path, []));
  }

  /** A file of the tree or, under OWN, one of ours. */
  open(path: string, defines: readonly string[]): Result<TypedUnit, Diagnostic> {
    const key = [path, ...defines].join('\n');
    let unit = this.opened.get(key);
    if (unit === undefined) {
      unit = this.unchanged(key) ?? this.openNew(path, defines);
      this.opened.set(key, unit);
    }
    return unit.ok ? ok(unit.value.typed) : unit;
  }

  private openNew(path: string, defines: readonly string[]): Result<Unit, Diagnostic> {
    const text = this.text(path);
    if (text !== null) return openUnit(this.frontEnd, { path, text }, defines);
    const message = `the tree has no file ${path}`;
    const help = 'name a file of the tree, such as lib/list-test.c';
    return { ok: false, error: { code: 'missing', message, at: null, notes: [], help } };
  }

  private unchanged(key: string): Result<Unit, Diagnostic> | null {
    const known = this.earlier?.opened.get(key);
    if (known?.ok !== true) return null;
    const { files } = known.value.preprocessed;
    return files.every((file) => this.same(file.path)) ? known : null;
  }

  private same(path: string): boolean {
    return this.earlier !== null && this.earlier.read(path) === this.read(path);
  }

  private text(path: string): string | null {
    return path.startsWith(`${OWN}/`) ? this.assets(path.slice(OWN.length + 1)) : this.read(path);
  }
}

function overridesFrom(assets: ReadText): (included: string) => UnitSource | null {
  const known = new Map<string, UnitSource | null>();
  return (included) => {
    let found = known.get(included);
    if (found === undefined) {
      // The build includes this one by its path in the tree.
      const name = included === 'include/linux/kconfig.h' ? 'linux/kconfig.h' : included;
      const text = assets(`include/${name}`);
      found = text === null ? null : { path: `${OWN}/${name}`, text };
      known.set(included, found);
    }
    return found;
  };
}
