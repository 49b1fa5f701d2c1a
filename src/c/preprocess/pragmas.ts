/**
 * #pragma and _Pragma (C11 6.10.6, 6.10.9). They are taken out of the token stream and listed with the place they had in
 * it; those that the preprocessor itself obeys (once, push_macro, pop_macro, GCC error) are carried out.
 */
import type { SourceFile } from '../token.js';
import type { Token } from '../token.js';
import { sourceFile } from '../source-file.js';
import type { Buffer } from './buffer.js';
import type { Expander } from './expander.js';
import { Lexer } from './lexer.js';
import type { Macro } from './macro.js';
import type { BuiltinName, Name } from './names.js';
import type { PpToken } from './pp-token.js';
import { endToken, Kind, madeToken, Mark } from './pp-token.js';

export interface Pragma {
  /** It stands before the token with this index. */
  readonly index: number;
  readonly file: SourceFile;
  readonly line: number;
  readonly column: number;
  /** What follows `#pragma`, with single spaces. */
  readonly text: string;
  readonly tokens: readonly Token[];
}

interface SavedMacro {
  readonly macro: Macro | null;
  readonly builtin: BuiltinName | null;
}

type PendingPragma = Omit<Pragma, 'index'>;

function namesFile(token: PpToken | undefined): boolean {
  return token?.kind === 'string' || token?.text === '<';
}

export class Pragmas {
  readonly list: Pragma[] = [];
  /** Macros have been put aside, or names forbidden. */
  stateful = false;
  /** By the token that stands for each. */
  private readonly pending = new Map<PpToken, PendingPragma>();
  private readonly pushed = new Map<Name, SavedMacro[]>();

  /** `outputLength` tells how many tokens have been given out. */
  constructor(private readonly outputLength: () => number) {}

  /** A #pragma line; the lexer stands behind `pragma`. */
  directive(name: PpToken, buffer: Buffer, expander: Expander): void {
    const tokens: PpToken[] = [];
    for (let token = buffer.lexer.next(); token !== endToken; token = buffer.lexer.next())
      tokens.push(token);
    this.obey(tokens, name, buffer, expander);
    this.list.push({ index: this.outputLength(), ...this.made(tokens, name) });
  }

  /** `_Pragma ( "…" )`; the token that stands for it until it is given out. */
  operator(use: PpToken, buffer: Buffer | null, expander: Expander): PpToken {
    const open = expander.getSolid();
    const literal = expander.getSolid();
    const close = expander.getSolid();
    if (open.text !== '(' || literal.kind !== 'string' || close.text !== ')')
      expander.problems.fail('bad-input', '_Pragma takes a parenthesized string literal', use);
    const tokens = this.destringized(literal, expander);
    if (buffer !== null) this.obey(tokens, use, buffer, expander);
    const mark = madeToken('', Kind.other | Mark.pragma | (use.bits & Mark.space), use, use.via);
    this.pending.set(mark, this.made(tokens, use));
    return mark;
  }

  /** A token of `operator` has come out. */
  giveOut(token: PpToken): void {
    const pragma = this.pending.get(token);
    if (pragma !== undefined) this.list.push({ index: this.outputLength(), ...pragma });
  }

  private made(tokens: readonly PpToken[], at: PpToken): PendingPragma {
    let text = '';
    for (const token of tokens) text += (text !== '' && token.space ? ' ' : '') + token.text;
    return { file: at.file, line: at.line, column: at.column, text, tokens };
  }

  private destringized(literal: PpToken, expander: Expander): PpToken[] {
    const body = literal.text
      .slice(literal.text.indexOf('"') + 1, -1)
      .replace(/\\(["\\])/g, '$1')
      .replace(/\n/g, ' ');
    const lexer = new Lexer(sourceFile('<_Pragma>', body), expander.names, expander.problems);
    lexer.inDirective = true;
    const tokens: PpToken[] = [];
    for (let token = lexer.next(); token !== endToken; token = lexer.next()) {
      const spelling = token.kind === 'identifier' ? expander.names.of(token.text) : token.text;
      tokens.push(
        madeToken(spelling, Kind[token.kind] | (token.bits & Mark.space), literal, literal.via),
      );
    }
    return tokens;
  }

  private obey(tokens: readonly PpToken[], at: PpToken, buffer: Buffer, expander: Expander): void {
    const [first, second, third] = tokens;
    if (first === undefined) return;
    if (first.text === 'once' && buffer.includedAt !== null) buffer.loaded.once = true;
    if (first.text === 'push_macro' || first.text === 'pop_macro') {
      this.stateful = true;
      const spelling = /^"(.*)"$/.exec(third?.text ?? '')?.[1];
      if (second?.text !== '(' || spelling === undefined) return;
      const name = expander.names.of(spelling);
      const saved: SavedMacro[] = this.pushed.get(name) ?? [];
      this.pushed.set(name, saved);
      if (first.text === 'push_macro') saved.push({ macro: name.macro, builtin: name.builtin });
      else {
        const before = saved.pop();
        if (before === undefined) return;
        expander.names.change(name, before.macro, before.builtin);
      }
    }
    if (first.text === 'GCC' && second?.text === 'poison') {
      this.stateful = true;
      for (const token of tokens.slice(2)) if (token.name !== null) token.name.poisoned = true;
    }
    if (first.text === 'GCC' && second?.text === 'error')
      expander.problems.fail('bad-input', `#pragma GCC error ${third?.text ?? ''}`.trimEnd(), at);
    // Whether the file is newer is for a build to ask.
    if (first.text === 'GCC' && second?.text === 'dependency' && !namesFile(third))
      expander.problems.fail(
        'bad-input',
        '#pragma dependency expects "FILENAME" or <FILENAME>',
        at,
      );
  }
}
