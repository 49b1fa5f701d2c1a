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
import { extentOf, textOf, type Edit, type Extent } from './source-edit.js';
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
  /** The statements around it, innermost first: their beginnings, on one line each. */
  readonly within: readonly string[];
}

/** Much of a statement tells which one it is; of an `if` that is what it asks. */
const MOST_TEXT = 200;

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
        const statements = statementsOf(unit, definition);
        for (const mutation of mutationsOf(unit, definition)) {
          const { file, start, end, replacement } = mutation.edit;
          const key = `${file.path}\0${start}\0${end}\0${replacement}`;
          if (file.path === path && !sites.has(key))
            sites.set(key, siteOf(mutation, definition, statements));
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

/** All that a person would call a statement, outer ones first. */
function statementsOf({ tokens }: UnitIndex, definition: FunctionDefinition): Extent[] {
  const found: Extent[] = [];
  walkStatement(definition.body, {
    statement: (statement) => {
      const extent = extentOf(tokens, statement.span);
      if (extent !== null && statement.kind !== 'block' && statement.kind !== 'label')
        found.push(extent);
    },
    expression: () => undefined,
  });
  return found;
}

function siteOf(
  { operator, edit }: Mutation,
  { name }: FunctionDefinition,
  statements: readonly Extent[],
): Site {
  const { line, column } = positionOf(edit.file, edit.start);
  const flat = (text: string): string => text.replace(/\s+/g, ' ');
  const shown = `${flat(textOf(edit))} → ${flat(edit.replacement)}`;
  const within = statements
    .filter(({ start, end }) => start <= edit.start && edit.end <= end)
    .map((each) => flat(textOf(each)).slice(0, MOST_TEXT))
    .reverse();
  return { operator, function: name, path: edit.file.path, line, column, edit, shown, within };
}
