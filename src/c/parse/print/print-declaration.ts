/** Declarations and function definitions, AST → C. */
import type { Declaration, FunctionDefinition } from '../../ast.js';
import { printInitializer } from './print-expression.js';
import { printBlock } from './print-statement.js';
import {
  printAttributes,
  printDeclarator,
  printParameter,
  printSpecifier,
  specifierOf,
} from './print-type.js';

function printStorage(d: Pick<Declaration, 'storage' | 'inline'>): string {
  return `${d.storage === null ? '' : `${d.storage} `}${d.inline ? 'inline ' : ''}`;
}

export function printDeclaration(d: Declaration): string {
  const thread = d.threadLocal ? '_Thread_local ' : '';
  const declarators = d.declarators.map(({ type, name, attributes, init }) => {
    const value = init === null ? '' : ` = ${printInitializer(init)}`;
    return ` ${printDeclarator(type, name)}${printAttributes(attributes)}${value}`;
  });
  return `${printStorage(d)}${thread}${printSpecifier(d.specifier)}${declarators.join(',')};`;
}

export function printFunction(f: FunctionDefinition): string {
  const attributes = printAttributes(f.attributes).trimStart();
  const head = `${attributes} ${printStorage(f)}${printSpecifier(specifierOf(f.type))}`;
  const { type } = f;
  const params = type.kind === 'function' && type.oldStyle ? type.params : [];
  const old = params.map((param) => `${printParameter(param)};\n`).join('');
  return `${head} ${printDeclarator(type, f.name)}\n${old}${printBlock(f.body)}`.trimStart();
}
