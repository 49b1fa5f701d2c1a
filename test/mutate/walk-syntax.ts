/** Every statement and expression of a function body, each once, outer ones first. */
import type { Expr, Initializer, Stmt } from '../../src/c/ast.js';

export interface SyntaxVisitor {
  statement(statement: Stmt): void;
  /** `read`: the value of the expression is what is used of it, not its place. */
  expression(expression: Expr, read: boolean): void;
}

export function walkStatement(statement: Stmt, visitor: SyntaxVisitor): void {
  visitor.statement(statement);
  const inner = (each: Stmt | null): void => {
    if (each !== null) walkStatement(each, visitor);
  };
  const value = (each: Expr | null): void => {
    if (each !== null) walkExpression(each, visitor, true);
  };
  switch (statement.kind) {
    case 'block':
      statement.items.forEach(inner);
      return;
    case 'expression':
      return value(statement.expr);
    case 'local-declaration':
      if (statement.declaration.kind === 'declaration')
        for (const { init } of statement.declaration.declarators)
          if (init !== null) walkInitializer(init, visitor);
      return;
    case 'if':
      value(statement.test);
      inner(statement.then);
      return inner(statement.otherwise);
    case 'while':
    case 'do':
      value(statement.test);
      return inner(statement.body);
    case 'for':
      if (statement.init !== null && statement.init.kind !== 'declaration') value(statement.init);
      value(statement.test);
      value(statement.step);
      return inner(statement.body);
    case 'switch':
      value(statement.value);
      return inner(statement.body);
    case 'case':
    case 'default':
    case 'label':
      return inner(statement.body);
    case 'return':
      return value(statement.value);
    case 'local-function':
    case 'local-labels':
    case 'goto':
    case 'computed-goto':
    case 'break':
    case 'continue':
    case 'asm':
      return;
  }
}

function walkInitializer(init: Initializer, visitor: SyntaxVisitor): void {
  if (init.kind === 'expr') walkExpression(init.expr, visitor, true);
  else for (const item of init.items) walkInitializer(item.value, visitor);
}

function walkExpression(expression: Expr, visitor: SyntaxVisitor, read: boolean): void {
  visitor.expression(expression, read);
  const value = (each: Expr | null): void => {
    if (each !== null) walkExpression(each, visitor, true);
  };
  const place = (each: Expr): void => walkExpression(each, visitor, false);
  switch (expression.kind) {
    case 'unary':
      if (expression.op === '&' || expression.op === '++' || expression.op === '--')
        return place(expression.operand);
      return value(expression.operand);
    case 'postfix':
      return place(expression.operand);
    case 'binary':
    case 'comma':
      value(expression.left);
      return value(expression.right);
    case 'assign':
      place(expression.left);
      return value(expression.right);
    case 'conditional':
      value(expression.test);
      value(expression.then);
      return value(expression.otherwise);
    case 'call':
      expression.args.forEach(value);
      return;
    case 'index':
      value(expression.base);
      return value(expression.index);
    case 'member':
      return walkExpression(expression.base, visitor, expression.arrow || read);
    case 'cast':
      return value(expression.operand);
    case 'compound-literal':
      return walkInitializer(expression.init, visitor);
    case 'statement':
      return walkStatement(expression.body, visitor);
    case 'generic':
      for (const each of expression.cases) value(each.value);
      return;
    case 'name':
    case 'number':
    case 'character':
    case 'string':
    case 'sizeof-expr':
    case 'sizeof-type':
    case 'alignof-expr':
    case 'alignof-type':
    case 'offsetof':
    case 'types-compatible':
    case 'va-arg':
    case 'label-address':
      return;
  }
}
