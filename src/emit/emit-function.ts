/**
 * One function of a version at one stage, as text. What is shown is what the stage hands on, not a likeness of it: the code is read
 * back from the module that a machine would run.
 */
import type { Token } from '../c/token.js';
import type { Diagnostic } from '../base/diagnostic.js';
import { err, ok, type Result } from '../base/result.js';
import { syntaxText } from '../c/parse/print/syntax-text.js';
import { typedText } from '../c/check/print/typed-text.js';
import type { KernelConfiguration } from '../c/preprocess/kernel-config/kernel-options.js';
import type { ModuleKind } from '../exec/program.js';
import type { Pack, ReadText } from '../pack-api/pack.js';
import type { Tree } from '../tree/tree.js';
import { openVersion, type OpenVersion } from '../version/build-version.js';
import { openUnit, type Unit } from '../version/front-end.js';
import { findDefinition, type Definition } from './find-definition.js';
import { irText, watText } from './program-text.js';
import { preprocessedText, tokenText } from './token-text.js';
import type { Stage } from './stage.js';

export interface EmitRequest {
  readonly stage: Stage;
  readonly name: string;
  /** The file that has the definition, where the name is not unique; null: it is. */
  readonly file: string | null;
  /** For `ir` and `wat`. */
  readonly kind: ModuleKind;
}

export interface EmitSources<Case, Trace> {
  readonly pack: Pack<Case, Trace>;
  readonly tree: Tree;
  readonly configuration: KernelConfiguration;
  readonly assets: ReadText;
}

export function emitFunction<Case, Trace>(
  sources: EmitSources<Case, Trace>,
  request: EmitRequest,
): Result<string, readonly Diagnostic[]> {
  const { pack, tree, configuration, assets } = sources;
  const version = openVersion(pack, 'original', tree, configuration, assets);
  if (!version.ok) return err([version.error]);
  const own = request.file === null ? ok(null) : unitOf(request.file, version.value, sources);
  if (!own.ok) return err([own.error]);
  const units = own.value === null ? version.value.units : [own.value];
  const found = findDefinition(units, request.name, request.file);
  return found.ok ? stageOf(version.value, found.value, request) : err([found.error]);
}

/** A source of the tree that is in none of the pack's units, as a unit of its own; null: it is in one. */
function unitOf<Case, Trace>(
  file: string,
  { units, read, memo, plan }: OpenVersion,
  { pack, configuration, assets }: EmitSources<Case, Trace>,
): Result<Unit | null, Diagnostic> {
  const text = file.endsWith('.c') ? read(file) : null;
  const known = units.some((unit) => unit.preprocessed.files.some(({ path }) => path === file));
  if (text === null || known) return ok(null);
  const frontEnd = { read, configuration, overrides: pack.overrides(assets), memo };
  return openUnit(frontEnd, { path: file, text }, plan.defines);
}

function stageOf(
  version: OpenVersion,
  definition: Definition,
  { stage, name, kind }: EmitRequest,
): Result<string, readonly Diagnostic[]> {
  const { index, typed } = definition.unit;
  switch (stage) {
    case 'pp':
      return ok(preprocessedText(tokensOf(definition)));
    case 'tokens':
      return ok(tokenText(tokensOf(definition)));
    case 'ast': {
      const parsed = index.parse(definition.declaration);
      if (!parsed.ok) return err([parsed.error]);
      const functions = parsed.value.filter(
        (each) => each.kind === 'function-definition' && each.name === name,
      );
      return ok(functions.map((each) => syntaxText(each, index.tokens)).join(''));
    }
    case 'typed': {
      const checked = typed.function(name);
      return checked.ok ? ok(typedText(checked.value)) : err([checked.error]);
    }
    case 'ir':
      return irText(version, definition.unit, name, kind);
    case 'wat':
      return watText(version, definition.unit, name, kind);
  }
}

function tokensOf({ unit, declaration }: Definition): readonly Token[] {
  const range = unit.index.declarations[declaration];
  return range === undefined ? [] : unit.index.tokens.slice(range.first, range.last + 1);
}
