/** Expressions and initialisers, AST → C. Whatever is not primary or postfix gets its own parentheses. */
import type { Designator, Expr, InitItem, Initializer, StaticAssert } from '../../ast.js';
import { printBlock } from './print-statement.js';
import { printTypeName } from './print-type.js';

export function printStaticAssert({ condition, message }: StaticAssert): string {
  const text = message === null ? '' : `, "${message}"`;
  return `_Static_assert(${printExpression(condition)}${text});`;
}

export function printExpression(e: Expr): string {
  switch (e.kind) {
    case 'name':
      return e.name;
    case 'number':
    case 'character':
      return e.text;
    case 'string':
      return e.parts.join(' ');
    case 'unary':
      // The space keeps `- -x` apart.
      return `(${e.op} ${printExpression(e.operand)})`;
    case 'postfix':
      return `(${printExpression(e.operand)} ${e.op})`;
    case 'binary':
    case 'assign':
      return `(${printExpression(e.left)} ${e.op} ${printExpression(e.right)})`;
    case 'comma':
      return `(${printExpression(e.left)}, ${printExpression(e.right)})`;
    case 'conditional': {
      const then = e.then === null ? '' : ` ${printExpression(e.then)} `;
      return `(${printExpression(e.test)} ?${then}: ${printExpression(e.otherwise)})`;
    }
    case 'call':
      return `${printExpression(e.callee)}(${e.args.map(printExpression).join(', ')})`;
    case 'index':
      return `${printBase(e.base)}[${printExpression(e.index)}]`;
    case 'member':
      return `${printBase(e.base)}${e.arrow ? '->' : '.'}${e.name}`;
    case 'cast':
      return `((${printTypeName(e.type)}) ${printExpression(e.operand)})`;
    case 'compound-literal':
      return `(${printTypeName(e.type)}) ${printInitializer(e.init)}`;
    case 'sizeof-expr':
      return `sizeof(${printExpression(e.operand)})`;
    case 'sizeof-type':
      return `sizeof(${printTypeName(e.type)})`;
    case 'alignof-expr':
      return `__alignof__(${printExpression(e.operand)})`;
    case 'alignof-type':
      return `_Alignof(${printTypeName(e.type)})`;
    case 'offsetof':
      return `__builtin_offsetof(${printTypeName(e.type)}, ${printPath(e.path)})`;
    case 'types-compatible':
      return `__builtin_types_compatible_p(${printTypeName(e.left)}, ${printTypeName(e.right)})`;
    case 'va-arg':
      return `__builtin_va_arg(${printExpression(e.list)}, ${printTypeName(e.type)})`;
    case 'generic': {
      const cases = e.cases.map(({ type, value }) => {
        const label = type === null ? 'default' : printTypeName(type);
        return `, ${label}: ${printExpression(value)}`;
      });
      return `_Generic(${printExpression(e.control)}${cases.join('')})`;
    }
    case 'statement':
      return `(${printBlock(e.body)})`;
    case 'label-address':
      return `&&${e.label}`;
  }
}

/** `.5.x` would be one number. */
function printBase(base: Expr): string {
  return base.kind === 'number' ? `(${base.text})` : printExpression(base);
}

function printPath(path: readonly Designator[]): string {
  return path.map(printDesignator).join('').slice(1);
}

function printDesignator(designator: Designator): string {
  if (designator.kind === 'field') return `.${designator.name}`;
  const last = designator.last === null ? '' : ` ... ${printExpression(designator.last)}`;
  return `[${printExpression(designator.first)}${last}]`;
}

function printItem({ designators, value }: InitItem): string {
  const path = designators.map(printDesignator).join('');
  return `${path}${path === '' ? '' : ' = '}${printInitializer(value)}`;
}

export function printInitializer(init: Initializer): string {
  if (init.kind === 'expr') return printExpression(init.expr);
  return `{ ${init.items.map(printItem).join(', ')} }`;
}
