/** Finds a function by name among the units of a version: one definition, or why there is not one. */
import { diagnostic, type Diagnostic } from '../base/diagnostic.js';
import { nearNames } from '../base/near-names.js';
import { err, ok, type Result } from '../base/result.js';
import { placeOf, writtenToken } from '../c/source-file.js';
import type { Token } from '../c/token.js';
import type { Unit } from '../version/front-end.js';

export interface Definition {
  readonly unit: Unit;
  /** Number of the declaration in the unit's index. */
  readonly declaration: number;
  /** The token that names it, in the text that the developer wrote. */
  readonly named: Token;
}

/** `file`: the path, or the end of it, of the file that has the definition; null: it must be the only one of its name. */
export function findDefinition(
  units: readonly Unit[],
  name: string,
  file: string | null,
): Result<Definition, Diagnostic> {
  const all = definitionsOf(units, name);
  const found = file === null ? all : all.filter(({ named }) => isFile(named.file.path, file));
  const [first, second] = found;
  if (first === undefined) return err(notFound(units, name, file, all));
  if (second === undefined) return ok(first);
  const notes = found.map(({ named }) => ({ message: 'defined here', at: placeOf(named) }));
  const help = 'name the file of one of them with --file';
  return err(diagnostic('bad-input', `${name} is defined in several files`, null, notes, help));
}

/** A header's function is in every unit that includes it, and is one definition. */
function definitionsOf(units: readonly Unit[], name: string): readonly Definition[] {
  const found = new Map<string, Definition>();
  for (const unit of units) {
    const { declarations, tokens } = unit.index;
    declarations.forEach((range, declaration) => {
      if (range.defines !== name) return;
      const own = tokens.slice(range.first, range.last + 1).find(({ text }) => text === name);
      const token = own ?? tokens.at(range.first);
      if (token === undefined) return;
      const named = writtenToken(token);
      const key = `${named.file.path}:${named.line}:${named.column}`;
      if (!found.has(key)) found.set(key, { unit, declaration, named });
    });
  }
  return [...found.values()];
}

function isFile(path: string, wanted: string): boolean {
  return path === wanted || path.endsWith(`/${wanted}`);
}

function notFound(
  units: readonly Unit[],
  name: string,
  file: string | null,
  elsewhere: readonly Definition[],
): Diagnostic {
  if (file !== null && elsewhere.length > 0) {
    const notes = elsewhere.map(({ named }) => ({ message: 'defined here', at: placeOf(named) }));
    return diagnostic('missing', `${file} defines no function ${name}`, null, notes);
  }
  const message = `there is no function ${name} ${file === null ? 'in what is run of the tree' : `in ${file}`}`;
  const what = otherMeaning(units, name);
  const near = nearNames(
    name,
    units.flatMap(({ typed }) => typed.definedFunctions),
  );
  const help = near.length === 0 ? undefined : `did you mean ${near.join(', ')}?`;
  return diagnostic('missing', message, null, what === null ? [] : [what], help);
}

/** What the name is, if it is something. */
function otherMeaning(units: readonly Unit[], name: string): Diagnostic['notes'][number] | null {
  for (const { index, preprocessed } of units) {
    if (preprocessed.macros.has(name)) return { message: `${name} is a macro`, at: null };
    const [declaration] = index.ordinary.get(name) ?? [];
    const range = declaration === undefined ? undefined : index.declarations[declaration];
    if (range === undefined) continue;
    const tokens = index.tokens.slice(range.first, range.last + 1);
    const token = tokens.find(({ text }) => text === name) ?? tokens[0];
    const at = token === undefined ? null : placeOf(writtenToken(token));
    return { message: `${name} is declared, and has no body here`, at };
  }
  return null;
}
