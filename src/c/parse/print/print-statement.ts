/** Statements, AST → C. Every body is printed in braces. */
import type { AsmOperand, BlockStmt, Stmt } from '../../ast.js';
import { printDeclaration, printFunction } from './print-declaration.js';
import { printExpression, printStaticAssert } from './print-expression.js';

export function printBlock({ items }: BlockStmt): string {
  return `{\n${items.map(printStatement).join('')}}`;
}

function printBody(body: Stmt): string {
  if (body.kind === 'expression' && body.expr === null) return ';';
  return body.kind === 'block' ? printBlock(body) : `{\n${printStatement(body)}}`;
}

export function printStatement(s: Stmt): string {
  switch (s.kind) {
    case 'block':
      return `${printBlock(s)}\n`;
    case 'expression':
      return s.expr === null ? ';\n' : `${printExpression(s.expr)};\n`;
    case 'local-declaration':
      return s.declaration.kind === 'static-assert'
        ? `${printStaticAssert(s.declaration)}\n`
        : `${printDeclaration(s.declaration)}\n`;
    case 'local-function':
      return `${printFunction(s.definition)}\n`;
    case 'local-labels':
      return `__label__ ${s.names.join(', ')};\n`;
    case 'if': {
      const head = `if (${printExpression(s.test)}) ${printBody(s.then)}`;
      return s.otherwise === null ? `${head}\n` : `${head} else ${printBody(s.otherwise)}\n`;
    }
    case 'while':
      return `while (${printExpression(s.test)}) ${printBody(s.body)}\n`;
    case 'do':
      return `do ${printBody(s.body)} while (${printExpression(s.test)});\n`;
    case 'for': {
      let init = ';';
      if (s.init?.kind === 'declaration') init = printDeclaration(s.init);
      else if (s.init !== null) init = `${printExpression(s.init)};`;
      const test = s.test === null ? '' : printExpression(s.test);
      const step = s.step === null ? '' : printExpression(s.step);
      return `for (${init} ${test}; ${step}) ${printBody(s.body)}\n`;
    }
    case 'switch':
      return `switch (${printExpression(s.value)}) ${printBody(s.body)}\n`;
    case 'case': {
      const last = s.last === null ? '' : ` ... ${printExpression(s.last)}`;
      return `case ${printExpression(s.first)}${last}: ${printStatement(s.body)}`;
    }
    case 'default':
      return `default: ${printStatement(s.body)}`;
    case 'label':
      return `${s.name}: ${printStatement(s.body)}`;
    case 'goto':
      return `goto ${s.label};\n`;
    case 'computed-goto':
      return `goto *${printExpression(s.target)};\n`;
    case 'break':
      return 'break;\n';
    case 'continue':
      return 'continue;\n';
    case 'return':
      return s.value === null ? 'return;\n' : `return ${printExpression(s.value)};\n`;
    case 'asm':
      return `${printAsm(s)}\n`;
  }
}

function printAsm(s: Extract<Stmt, { kind: 'asm' }>): string {
  const words = `asm${s.volatile ? ' volatile' : ''}${s.labels.length > 0 ? ' goto' : ''}`;
  const sections = [
    s.outputs.map(printOperand).join(', '),
    s.inputs.map(printOperand).join(', '),
    s.clobbers.map((clobber) => `"${clobber}"`).join(', '),
    s.labels.join(', '),
  ];
  // An asm without operands takes `%` as it stands, unless there is a colon.
  while (sections.length > 0 && sections.at(-1) === '') sections.pop();
  if (sections.length === 0 && s.template.includes('%%')) sections.push('');
  return `${words} ("${s.template}"${sections.map((section) => ` : ${section}`).join('')});`;
}

function printOperand({ name, constraint, value }: AsmOperand): string {
  return `${name === null ? '' : `[${name}] `}"${constraint}" (${printExpression(value)})`;
}
