/** Can control enter the statement other than from above: does it hold a label or a case of an outer switch? */
import type { Stmt } from '../ast.js';

export function hasLabels(statement: Stmt): boolean {
  switch (statement.kind) {
    case 'label':
    case 'case':
    case 'default':
      return true;
    case 'block':
      return statement.items.some(hasLabels);
    case 'if':
      return (
        hasLabels(statement.then) ||
        (statement.otherwise !== null && hasLabels(statement.otherwise))
      );
    case 'while':
    case 'do':
    case 'for':
    case 'switch':
      return hasLabels(statement.body);
    case 'expression':
    case 'local-declaration':
    case 'local-function':
    case 'local-labels':
    case 'goto':
    case 'computed-goto':
    case 'break':
    case 'continue':
    case 'return':
    case 'asm':
      return false;
  }
}
