/**
 * AST → C text that means the same: every operand in parentheses, every body in braces. It shows a person how the parser
 * understood a text, and lets gcc judge whether that was right. Known gaps: `register` of a parameter and `asm inline` are
 * not in the tree; old-style parameters that share a struct definition would print it twice.
 */
import type { ExternalDeclaration } from '../../ast.js';
import type { TokenList } from '../../token-list.js';
import { printDeclaration, printFunction } from './print-declaration.js';
import { printStaticAssert } from './print-expression.js';

/** A top-level `asm` has no tree: it is copied from the unit's tokens. */
export function printC(declaration: ExternalDeclaration, tokens: TokenList): string {
  const text = printOne(declaration, tokens);
  // A struct under `#pragma pack` is printed with the pragma inside its braces.
  return text.includes('\n#pragma pack') ? `${text}\n#pragma pack()` : text;
}

function printOne(declaration: ExternalDeclaration, tokens: TokenList): string {
  switch (declaration.kind) {
    case 'declaration':
      return printDeclaration(declaration);
    case 'function-definition':
      return printFunction(declaration);
    case 'static-assert':
      return printStaticAssert(declaration);
    case 'asm': {
      const { first, last } = declaration.span;
      const words = tokens.slice(first, last + 1).map((token) => token.text);
      return words.join(' ');
    }
  }
}
