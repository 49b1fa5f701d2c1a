/** One translation unit of one version: preprocessed, cut, and checked as far as somebody asks. */
import { diagnostic, type Diagnostic } from '../base/diagnostic.js';
import { err, ok, type Result } from '../base/result.js';
import { checkUnit } from '../c/check/check-unit.js';
import { indexUnit } from '../c/parse/index-unit.js';
import {
  kernelPreprocessOptions,
  type KernelConfiguration,
} from '../c/preprocess/kernel-config/kernel-options.js';
import { HeaderMemo } from '../c/preprocess/header-memo.js';
import { preprocess, type Preprocessed } from '../c/preprocess/preprocess.js';
import type { CType } from '../c/types.js';
import type { TypedUnit } from '../c/typed.js';
import type { UnitIndex } from '../c/unit-index.js';
import type { Probe, ReadText, UnitSource } from '../pack-api/pack.js';

export interface Unit {
  readonly source: UnitSource;
  readonly defines: readonly string[];
  readonly preprocessed: Preprocessed;
  readonly index: UnitIndex;
  readonly typed: TypedUnit;
}

export interface FrontEnd {
  readonly read: ReadText;
  readonly configuration: KernelConfiguration;
  readonly overrides: (included: string) => UnitSource | null;
  /** What units and versions have in common is read once. */
  readonly memo: HeaderMemo;
}

export function newMemo(): HeaderMemo {
  return new HeaderMemo();
}

/** The latest index of each path among the units that share a memo: most of the next one is the same. */
const indexesOf = new WeakMap<HeaderMemo, Map<string, UnitIndex>>();

/** `like`: the unit as another version has it. */
export function openUnit(
  frontEnd: FrontEnd,
  source: UnitSource,
  defines: readonly string[],
  like: TypedUnit | null = null,
): Result<Unit, Diagnostic> {
  const { read, configuration, overrides, memo } = frontEnd;
  const options = kernelPreprocessOptions(read, configuration, source, {
    override: overrides,
    defines: defines.map((text) => `${defineLine(text)}\n`).join(''),
  });
  // The root itself last: overriding headers and units name files of the tree by their whole path.
  const preprocessed = preprocess(
    { ...options, includeDirs: [...(options.includeDirs ?? []), '.'] },
    memo,
  );
  if (!preprocessed.ok) return preprocessed;
  let indexes = indexesOf.get(memo);
  if (indexes === undefined) indexesOf.set(memo, (indexes = new Map<string, UnitIndex>()));
  const { tokens, pragmas } = preprocessed.value;
  const index = indexUnit(source.path, tokens, pragmas, indexes.get(source.path) ?? null);
  if (!index.ok) return index;
  indexes.set(source.path, index.value);
  const { unsignedChar } = configuration;
  const typed = checkUnit(index.value, { unsignedChar }, like);
  return ok({ source, defines, preprocessed: preprocessed.value, index: index.value, typed });
}

export function readSource(read: ReadText, path: string): Result<UnitSource, Diagnostic> {
  const text = read(path);
  if (text !== null) return ok({ path, text });
  return err(diagnostic('missing', `the tree has no file ${path}`));
}

function defineLine(text: string): string {
  const at = text.indexOf('=');
  return at < 0 ? `#define ${text} 1` : `#define ${text.slice(0, at)} ${text.slice(at + 1)}`;
}

/** What a pack may ask a unit before it plans. */
export function probeUnit(unit: Unit): Probe {
  return {
    hasFunction: (name) => unit.index.ordinary.has(name),
    hasTypedef: (name) => unit.typed.type(name).ok,
    hasField: (record, field) => {
      const type = unit.typed.type(record);
      return type.ok && findField(type.value, field);
    },
    parameters: (name) => declaredParameters(unit.index, name),
    macro: (name) => unit.preprocessed.macros.get(name)?.spelling ?? null,
  };
}

function findField(type: CType, name: string): boolean {
  if (type.kind !== 'record') return false;
  return (type.record.layout?.fields ?? []).some(
    (field) => field.name === name || (field.name === null && findField(field.type, name)),
  );
}

/** The parameters of a declared function as written, from its tokens: `struct kvm * kvm`. */
function declaredParameters(index: UnitIndex, name: string): string[] | null {
  for (const at of index.ordinary.get(name) ?? []) {
    const range = index.declarations[at];
    if (!range) continue;
    const tokens = index.tokens.slice(range.first, range.last + 1).map((token) => token.text);
    const named = tokens.findIndex((text, i) => text === name && tokens[i + 1] === '(');
    if (named < 0) continue;
    const params: string[] = [];
    let depth = 0;
    let current: string[] = [];
    for (const text of tokens.slice(named + 1)) {
      if (text === '(' && depth++ === 0) continue;
      if (text === ')' && --depth === 0) break;
      if (text === ',' && depth === 1) {
        params.push(current.join(' '));
        current = [];
      } else current.push(text);
    }
    params.push(current.join(' '));
    return params.length === 1 && (params[0] === 'void' || params[0] === '') ? [] : params;
  }
  return null;
}
