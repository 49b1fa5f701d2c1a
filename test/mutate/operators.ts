/**
 * Mutation operators: what may be wrong with one line of a walker. Each looks at a node of a function's syntax tree and offers edits
 * of the text; which of them still compile, and which a check notices, is not their business.
 */
import type { BinaryOp, Expr, Stmt } from '../../src/c/ast.js';
import type { TokenList } from '../../src/c/token-list.js';
import { extentOf, textOf, tokenBetween, type Edit, type Extent } from './source-edit.js';

export const OPERATORS = [
  'delete statement',
  'delete lock, RCU, flush or reference call',
  'drop condition',
  'negate condition',
  'relational operator',
  'constant ± 1',
  'level ± 1',
  'swap arguments',
  'jump',
  'atomic → plain',
  'frozen → non-present',
] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Mutation {
  readonly operator: Operator;
  readonly edit: Edit;
}

/** Calls whose loss only others notice: locks, RCU, flushes, references. */
const SYNCHRONISES =
  /^_*(rcu_|call_rcu|(raw_)?(read|write|spin)_(un)?lock|kvm_flush|kvm_tdp_mmu_put_root|kvm_tdp_mmu_get_root|refcount_|tdp_mmu_(un)?account|lockdep_)/;

const RELATIONS: Partial<Record<BinaryOp, BinaryOp>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '==': '!=',
  '!=': '==',
};

export function statementMutations(tokens: TokenList, statement: Stmt): Mutation[] {
  const extent = extentOf(tokens, statement.span);
  switch (statement.kind) {
    case 'expression': {
      if (statement.expr === null || extent === null) return [];
      const called = calledName(statement.expr);
      const sync = called !== null && SYNCHRONISES.test(called);
      const operator = sync ? 'delete lock, RCU, flush or reference call' : 'delete statement';
      return replaced(operator, extent, ';');
    }
    case 'continue':
      return [...replaced('jump', extent, 'break;'), ...replaced('jump', extent, ';')];
    case 'break':
      return [...replaced('jump', extent, 'continue;'), ...replaced('jump', extent, ';')];
    case 'goto':
      return [...replaced('jump', extent, 'continue;'), ...replaced('jump', extent, ';')];
    case 'return':
      return replaced('delete statement', extent, ';');
    case 'if':
      return [
        ...condition(tokens, statement.test),
        ...replaced('drop condition', extentOf(tokens, statement.test.span), '1'),
        ...replaced('delete statement', extent, ';'),
      ];
    case 'while':
    case 'do':
      return condition(tokens, statement.test);
    case 'for':
      return statement.test === null ? [] : condition(tokens, statement.test);
    case 'block':
    case 'local-declaration':
    case 'local-function':
    case 'local-labels':
    case 'switch':
    case 'case':
    case 'default':
    case 'label':
    case 'computed-goto':
    case 'asm':
      return [];
  }
}

export function expressionMutations(
  tokens: TokenList,
  expression: Expr,
  read: boolean,
): Mutation[] {
  const extent = extentOf(tokens, expression.span);
  const level = read && isLevel(expression) ? shifted('level ± 1', extent) : [];
  switch (expression.kind) {
    case 'number':
      return shifted('constant ± 1', extent);
    case 'binary':
      return binaryMutations(tokens, expression, extent);
    case 'conditional':
      return condition(tokens, expression.test);
    case 'call':
      return expression.args.flatMap((left, at) => {
        const right = expression.args[at + 1];
        return right === undefined ? [] : swapped(tokens, left, right);
      });
    default:
      return level;
  }
}

function binaryMutations(
  tokens: TokenList,
  { op, left, right }: Extract<Expr, { kind: 'binary' }>,
  extent: Extent | null,
): Mutation[] {
  const other = RELATIONS[op];
  if (other !== undefined) {
    const place = tokenBetween(tokens, left.span.last + 1, right.span.first - 1, op);
    return replaced('relational operator', place, other);
  }
  if (op !== '&&' && op !== '||') return [];
  const sides = [left, right].map((side) => extentOf(tokens, side.span));
  return sides.flatMap((side) =>
    side === null ? [] : replaced('drop condition', extent, textOf(side)),
  );
}

function condition(tokens: TokenList, test: Expr): Mutation[] {
  const extent = extentOf(tokens, test.span);
  return extent === null ? [] : replaced('negate condition', extent, `!(${textOf(extent)})`);
}

function shifted(operator: Operator, extent: Extent | null): Mutation[] {
  if (extent === null) return [];
  const text = textOf(extent);
  return [
    ...replaced(operator, extent, `(${text} + 1)`),
    ...replaced(operator, extent, `(${text} - 1)`),
  ];
}

export function swappedTexts(first: Extent, second: Extent): Mutation[] {
  if (first.end > second.start || textOf(first) === textOf(second)) return [];
  const between = first.file.text.slice(first.end, second.start);
  const both = { ...first, end: second.end };
  return replaced('swap arguments', both, textOf(second) + between + textOf(first));
}

function swapped(tokens: TokenList, left: Expr, right: Expr): Mutation[] {
  const first = extentOf(tokens, left.span);
  const second = extentOf(tokens, right.span);
  if (first === null || second === null || first.file !== second.file) return [];
  return swappedTexts(first, second);
}

/** Levels of the page table: the enumerators, and what is named so. */
function isLevel(expression: Expr): boolean {
  switch (expression.kind) {
    case 'name':
      return /^PG_LEVEL_|(^|_)level$/.test(expression.name);
    case 'member':
      return /(^|_)level$/.test(expression.name);
    default:
      return false;
  }
}

function calledName(expression: Expr): string | null {
  if (expression.kind !== 'call' || expression.callee.kind !== 'name') return null;
  return expression.callee.name;
}

function replaced(operator: Operator, extent: Extent | null, replacement: string): Mutation[] {
  return extent === null ? [] : [{ operator, edit: { ...extent, replacement } }];
}
