/** All sites of every operator in the functions that are defined in some files of a version, in the order of the text. */
import type { FunctionDefinition } from '../../src/c/ast.js';
import { positionOf } from '../../src/c/source-file.js';
import type { UnitIndex } from '../../src/c/unit-index.js';
import {
  expressionMutations,
  statementMutations,
  type Mutation,
  type Operator,
} from './operators.js';
import { textMutations } from './text-operators.js';
import { extentOf, textOf, type Edit } from './source-edit.js';
import { walkStatement } from './walk-syntax.js';

export interface Site {
  readonly operator: Operator;
  readonly function: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly edit: Edit;
  /** What stood there and what stands there now, on one line. */
  readonly shown: string;
}

export function sitesOf(units: readonly UnitIndex[], files: readonly string[]): Site[] {
  const sites = new Map<string, Site>();
  for (const unit of units) {
    unit.declarations.forEach((range, at) => {
      if (range.defines === null) return;
      const path = unit.tokens.at(range.first)?.file.path ?? '';
      if (!files.includes(path)) return;
      const parsed = unit.parse(at);
      if (!parsed.ok) throw new Error(parsed.error.message);
      for (const definition of parsed.value) {
        if (definition.kind !== 'function-definition') continue;
        for (const mutation of mutationsOf(unit, definition)) {
          const { file, start, end, replacement } = mutation.edit;
          const key = `${file.path}\0${start}\0${end}\0${replacement}`;
          if (file.path === path && !sites.has(key)) sites.set(key, siteOf(mutation, definition));
        }
      }
    });
  }
  const order = (site: Site): number => files.indexOf(site.path);
  return [...sites.values()].sort(
    (a, b) => order(a) - order(b) || a.edit.start - b.edit.start || a.edit.end - b.edit.end,
  );
}

function mutationsOf({ tokens }: UnitIndex, definition: FunctionDefinition): Mutation[] {
  const found: Mutation[] = [];
  walkStatement(definition.body, {
    statement: (statement) => void found.push(...statementMutations(tokens, statement)),
    expression: (expression, read) =>
      void found.push(...expressionMutations(tokens, expression, read)),
  });
  const extent = extentOf(tokens, definition.body.span);
  if (extent !== null) found.push(...textMutations(extent));
  return found;
}

function siteOf({ operator, edit }: Mutation, { name }: FunctionDefinition): Site {
  const { line, column } = positionOf(edit.file, edit.start);
  const flat = (text: string): string => text.replace(/\s+/g, ' ');
  const shown = `${flat(textOf(edit))} → ${flat(edit.replacement)}`;
  return { operator, function: name, path: edit.file.path, line, column, edit, shown };
}
