/**
 * Macro expansion (C11 6.10.3) as a token stream: `get` gives the next token of the expanded text.
 * It follows the behaviour of gcc: a stack of contexts, a macro disabled while a context of its is open, a name met
 * meanwhile painted for good, arguments expanded only where a parameter is neither stringified nor pasted, and padding
 * that keeps white space right for `#`. Each token that an expansion puts in place knows its `Expansion`.
 */
import type { Expansion } from '../token.js';
import { placeInFile } from '../source-file.js';
import { MacroExpansion } from './expansion.js';
import type { Limits } from './limits.js';
import type { Macro } from './macro.js';
import type { BuiltinName, Name, Names } from './names.js';
import { pasteSpelling } from './paste.js';
import type { PpToken } from './pp-token.js';
import { endToken, Mark, padBare, padFrom, padNext, placed, withMarks } from './pp-token.js';
import type { Problems } from './problems.js';
import { substitute } from './substitute.js';

export interface MacroArgument {
  tokens: readonly PpToken[];
  /** A variadic argument that was left out altogether, which swallows the comma in `, ## args`. */
  omitted: boolean;
  expanded: readonly PpToken[] | null;
}

/** Tokens waiting to be read again: a replacement list, an argument, a token put back. */
interface Context {
  readonly items: readonly PpToken[];
  next: number;
  readonly end: number;
  /** Whose macro is disabled until this context is used up. */
  readonly name: Name | null;
  /** The expansion that the tokens come from. */
  readonly expansion: Expansion | null;
  /** The items are a macro's own body; each gets its `via` when it is read. */
  readonly fresh: boolean;
  /** It ends in `endToken` and stays, for whoever pushed it to take away. */
  readonly closed: boolean;
  readonly below: Context | null;
}

/** What the expander needs from the reader of source text, and from those who know the files. */
export interface Source {
  /** The next token of the source, directives carried out; `endToken` at the end. */
  lex(expander: Expander): PpToken;
  /** Puts back the token that `lex` gave last. */
  putBack(token: PpToken): void;
}

export interface Builtins {
  /** The replacement of a built-in name, or null where it does not apply (`_Pragma` in a directive). */
  expand(builtin: BuiltinName, use: PpToken, expander: Expander): PpToken | null;
}

export class Expander {
  private context: Context | null = null;
  /** Directives lex their own line: no padding, and its end is `endToken`. */
  inDirective = false;
  /** #include wants the white space of its expanded operand all the same. */
  directiveWantsPadding = false;
  /** Names are given as they are. */
  preventExpansion = 0;
  /** 1: looking for the `(` of an invocation; 2: collecting arguments. */
  parsingArguments: 0 | 1 | 2 = 0;
  /** The same, of what a directive has interrupted. */
  private parsingAround: 0 | 1 | 2 = 0;
  /** How many tokens expansions have yielded. */
  produced = 0;
  /** Where arguments grow until their length is known. */
  private readonly scratch: PpToken[] = [];
  private top = 0;
  private depth = 0;

  constructor(
    readonly names: Names,
    private readonly source: Source,
    private readonly builtins: Builtins,
    readonly problems: Problems,
    private readonly limits: Limits,
  ) {}

  get atBase(): boolean {
    return this.context === null;
  }

  /** In the midst of an invocation, which may have begun before the directive that is carried out now. */
  get midway(): boolean {
    return this.context !== null || this.parsingArguments !== 0 || this.parsingAround !== 0;
  }

  /** The next token; paddings are tokens too (`Mark.padding`). */
  get(): PpToken {
    for (;;) {
      const context = this.context;
      let token: PpToken;
      if (context === null) token = this.source.lex(this);
      else if (context.next < context.end) {
        token = context.items[context.next++] as PpToken;
        if (context.fresh && context.expansion !== null) token = placed(token, context.expansion);
        if ((token.bits & Mark.pasteLeft) !== 0) {
          this.paste(token, context);
          if (this.inDirective) continue;
          return padFrom(token);
        }
      } else if (context.closed) return endToken;
      else {
        this.pop(context);
        if (this.inDirective) continue;
        return padNext;
      }
      const name = token.name;
      if (name === null) return token;
      if (name.seen !== this.names.epoch) this.names.look(name);
      if (!name.active || (token.bits & Mark.noExpand) !== 0) return token;
      if (name.disabled > 0) return withMarks(token, token.bits | Mark.noExpand);
      if (this.preventExpansion > 0 || !this.enter(name, token)) return token;
      if (this.inDirective) continue;
      return padFrom(token);
    }
  }

  /** The next token that is no padding. */
  getSolid(): PpToken {
    for (;;) {
      const token = this.get();
      if ((token.bits & Mark.padding) === 0) return token;
    }
  }

  /** Puts back the token that `get` gave last. */
  putBack(token: PpToken): void {
    if (this.context === null) this.source.putBack(token);
    else if (token !== endToken) this.context.next--;
  }

  /** Runs a directive in the midst of whatever was going on. */
  aside<T>(run: () => T): T {
    const { inDirective, preventExpansion, parsingArguments, parsingAround } = this;
    this.parsingAround = parsingArguments;
    this.inDirective = true;
    this.preventExpansion = 0;
    this.parsingArguments = 0;
    try {
      return run();
    } finally {
      this.inDirective = inDirective;
      this.preventExpansion = preventExpansion;
      this.parsingArguments = parsingArguments;
      this.parsingAround = parsingAround;
    }
  }

  /** Expands a list of tokens by itself (a macro argument, C11 6.10.3.1; a pragma's operand). */
  expandList(tokens: readonly PpToken[]): PpToken[] {
    if (++this.depth > this.limits.macroNesting)
      this.problems.fail(
        'limit',
        `macro arguments nest deeper than ${this.limits.macroNesting} levels`,
        tokens[0] ?? endToken,
      );
    this.push(tokens, null, null, false, true);
    const expanded: PpToken[] = [];
    for (;;) {
      const token = this.get();
      if ((token.bits & Mark.end) !== 0) break;
      expanded.push(token);
    }
    if (this.context !== null) this.pop(this.context);
    this.depth--;
    return expanded;
  }

  expandArgument(argument: MacroArgument): readonly PpToken[] {
    argument.expanded ??=
      argument.tokens.length === 0 || !argument.tokens.some(mayExpand)
        ? argument.tokens
        : this.expandList(argument.tokens);
    return argument.expanded;
  }

  private push(
    items: readonly PpToken[],
    name: Name | null,
    expansion: Expansion | null,
    fresh: boolean,
    closed = false,
  ): void {
    this.produced += items.length;
    if (this.produced > this.limits.expandedTokens) {
      const at = items[0] ?? endToken;
      this.problems.fail(
        'limit',
        `macro expansion yields more than ${this.limits.expandedTokens} tokens`,
        expansion === null ? at : expansion.use,
      );
    }
    this.context = {
      items,
      next: 0,
      end: items.length,
      name,
      expansion,
      fresh,
      closed,
      below: this.context,
    };
  }

  private pop(context: Context): void {
    if (context.name !== null) context.name.disabled--;
    this.context = context.below;
  }

  /** Begins the expansion of `name`; false where it turns out to be none. */
  private enter(name: Name, use: PpToken): boolean {
    const macro = name.macro;
    if (macro === null) {
      if (name.builtin === null) return false;
      const replacement = this.builtins.expand(name.builtin, use, this);
      if (replacement === null) return false;
      this.push([replacement], null, null, false);
      return true;
    }
    if (!macro.functionLike) {
      const expansion = new MacroExpansion(macro, use);
      name.disabled++;
      this.push(macro.body, name, expansion, true);
      return true;
    }
    const found = this.arguments(macro, use);
    if (found === null) return false;
    const expansion = new MacroExpansion(macro, use);
    const simple = macro.parameterNames.length === 0;
    const items = simple ? macro.body : substitute(macro, found, expansion, this);
    name.disabled++;
    this.push(items, name, expansion, simple);
    return true;
  }

  /** The arguments of an invocation; null where no `(` follows. */
  private arguments(macro: Macro, use: PpToken): MacroArgument[] | null {
    const outer = this.parsingArguments;
    this.preventExpansion++;
    this.parsingArguments = 1;
    let padding: PpToken | null = null;
    let token = this.get();
    while ((token.bits & Mark.padding) !== 0) {
      if (padding === null || padding === padNext || (padding === padBare && token === padNext))
        padding = token;
      token = this.get();
    }
    let found: MacroArgument[] | null = null;
    if (token.kind === 'punctuator' && token.text === '(') {
      this.parsingArguments = 2;
      found = this.collect(macro, use);
    } else if ((token.bits & Mark.end) === 0 || this.context !== null) {
      this.putBack(token);
      if (padding !== null) this.push([padding], null, null, false);
    }
    this.parsingArguments = outer;
    this.preventExpansion--;
    return found;
  }

  /** Collects arguments up to the closing parenthesis (C11 6.10.3p11). */
  private collect(macro: Macro, use: PpToken): MacroArgument[] {
    const wanted = macro.parameterNames.length;
    const found: PpToken[][] = [];
    let closed = false;
    while (!closed) {
      const start = this.top;
      const rest = macro.variadic && found.length === wanted - 1;
      let depth = 0;
      for (;;) {
        const token = this.get();
        if ((token.bits & Mark.padding) !== 0) {
          if (this.top === start) continue;
        } else if ((token.bits & Mark.end) !== 0) {
          this.problems.fail(
            'bad-input',
            `unterminated argument list invoking macro "${macro.name}"`,
            use,
            this.definedHere(macro),
          );
        } else if (token.kind === 'punctuator') {
          const text = token.text;
          if (text === '(') depth++;
          else if (text === ')') {
            if (depth-- === 0) {
              closed = true;
              break;
            }
          } else if (text === ',' && depth === 0 && !rest) break;
        }
        this.scratch[this.top++] = token;
      }
      let end = this.top;
      while (end > start && ((this.scratch[end - 1] as PpToken).bits & Mark.padding) !== 0) end--;
      found.push(this.scratch.slice(start, end));
      this.top = start;
    }
    return this.checkedArguments(macro, use, found);
  }

  private checkedArguments(macro: Macro, use: PpToken, found: PpToken[][]): MacroArgument[] {
    const wanted = macro.parameterNames.length;
    let count = found.length;
    const onlyEmpty = count === 1 && found[0]?.length === 0;
    if (wanted === 0 && onlyEmpty) count = 0;
    const variadicLeftOut = macro.variadic && count === wanted - 1;
    if (count !== wanted && !variadicLeftOut)
      this.problems.fail(
        'bad-input',
        count < wanted
          ? `macro "${macro.name}" requires ${wanted} arguments, but only ${count} given`
          : `macro "${macro.name}" passed ${count} arguments, but takes just ${wanted}`,
        use,
        this.definedHere(macro),
      );
    const result: MacroArgument[] = [];
    for (let i = 0; i < wanted; i++) {
      const omitted = macro.variadic && i === wanted - 1 && (variadicLeftOut || onlyEmpty);
      result.push({ tokens: found[i] ?? [], omitted, expanded: null });
    }
    return result;
  }

  private definedHere(
    macro: Macro,
  ): readonly { message: string; at: ReturnType<typeof placeInFile> }[] {
    return [
      {
        message: `macro "${macro.name}" defined here`,
        at: placeInFile(macro.file, macro.line, macro.column, macro.name.length),
      },
    ];
  }

  /** Joins `left` with what follows it in its context, as long as `##` goes on (C11 6.10.3.3). */
  private paste(left: PpToken, context: Context): void {
    this.push([this.pasted(left, context.items, context)], null, null, false);
  }

  private pasted(
    left: PpToken,
    items: readonly PpToken[],
    context: { next: number; expansion: Expansion | null; end: number },
  ): PpToken {
    let result = left;
    let more = true;
    while (more && context.next < context.end) {
      const right = items[context.next++] as PpToken;
      more = (right.bits & Mark.pasteLeft) !== 0;
      if ((right.bits & Mark.padding) !== 0) continue;
      const joined = pasteSpelling(result, right, this.names, this.problems, context.expansion);
      if (joined === null) {
        this.problems.fail(
          'bad-input',
          `pasting "${result.text}" and "${right.text}" does not give a valid preprocessing token`,
          context.expansion === null ? left : placed(left, context.expansion),
        );
      }
      result = joined;
    }
    return withMarks(result, result.bits & ~Mark.pasteLeft);
  }

  /** Pastes within a list (the operand of `#__VA_OPT__`). */
  pasteWithin(items: readonly PpToken[], expansion: Expansion): PpToken[] {
    const result: PpToken[] = [];
    const cursor = { next: 0, expansion, end: items.length };
    while (cursor.next < cursor.end) {
      const token = items[cursor.next++] as PpToken;
      result.push((token.bits & Mark.pasteLeft) === 0 ? token : this.pasted(token, items, cursor));
    }
    return result;
  }
}

/** Could expansion change this token? Arguments in which nothing can are taken as they are. */
function mayExpand(token: PpToken): boolean {
  return token.name !== null && token.name.active;
}
