/**
 * Macro expansion (C11 6.10.3) as a token stream: `get` gives the next token of the expanded text.
 * It follows the behaviour of gcc: a stack of contexts, a macro disabled while a context of its is open, a name met
 * meanwhile painted for good, arguments expanded only where a parameter is neither stringified nor pasted, and padding
 * that keeps white space right for `#`. Each token that an expansion puts in place knows its `Expansion`.
 */
import { placeInFile } from '../source-file.js';
import type { Limits } from './limits.js';
import type { Macro } from './macro.js';
import { ACTIVE, type BuiltinName } from './names.js';
import { pasteSpelling } from './paste.js';
import {
  END,
  foldPadding,
  Kind,
  KIND,
  Mark,
  NO_NAME,
  NO_VIA,
  PAD_NEXT,
  SPELLING,
} from './pp-token.js';
import type { Problems } from './problems.js';
import { CLOSE, COMMA, OPEN } from './spellings.js';
import { substitute } from './substitute.js';
import type { TokenStore } from './token-store.js';

export interface MacroArgument {
  tokens: readonly number[];
  /** A variadic argument that was left out altogether, which swallows the comma in `, ## args`. */
  omitted: boolean;
  expanded: readonly number[] | null;
}

/** Tokens waiting to be read again: a replacement list, an argument, a token put back. */
interface Context {
  readonly items: readonly number[];
  next: number;
  readonly end: number;
  /** Whose macro is disabled until this context is used up, -1 for none. */
  readonly name: number;
  /** The expansion that the tokens come from. */
  readonly expansion: number;
  /** The items are a macro's own body; each gets its `via` when it is read. */
  readonly fresh: boolean;
  /** It ends in `END` and stays, for whoever pushed it to take away. */
  readonly closed: boolean;
  readonly below: Context | null;
}

/** What a directive interrupts. */
interface Midst {
  readonly inDirective: boolean;
  readonly preventExpansion: number;
  readonly parsingArguments: 0 | 1 | 2;
  readonly parsingAround: 0 | 1 | 2;
}

/** What the expander needs from the reader of source text, and from those who know the files. */
export interface Source {
  /** The next token of the source, directives carried out; `END` at the end. */
  lex(expander: Expander): number;
  /** Puts back the token that `lex` gave last. */
  putBack(token: number): void;
}

export interface Builtins {
  /** The replacement of a built-in name, or null where it does not apply (`_Pragma` in a directive). */
  expand(builtin: BuiltinName, use: number, expander: Expander): number | null;
}

export class Expander {
  private context: Context | null = null;
  /** Directives lex their own line: no padding, and its end is `END`. */
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
  private readonly scratch: number[] = [];
  private top = 0;
  private depth = 0;

  constructor(
    readonly store: TokenStore,
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
  get(): number {
    const { store } = this;
    const { names } = store;
    for (;;) {
      const context = this.context;
      let token: number;
      if (context === null) token = this.source.lex(this);
      else if (context.next < context.end) {
        token = context.items[context.next++] as number;
        if (context.fresh) token = store.placed(token, context.expansion);
        if (((store.cells[token] as number) & Mark.pasteLeft) !== 0) {
          this.paste(token, context);
          if (this.inDirective) continue;
          return store.padFrom(token);
        }
      } else if (context.closed) return END;
      else {
        this.pop(context);
        if (this.inDirective) continue;
        return PAD_NEXT;
      }
      const bits = store.cells[token] as number;
      if ((bits & NO_NAME) !== Kind.identifier) return token;
      let name = store.cells[token + SPELLING] as number;
      if ((bits & Mark.alias) !== 0) name = names.aliased(name);
      if (names.seen[name] !== names.epoch) names.look(name);
      if (((names.flags[name] as number) & ACTIVE) === 0 || (bits & Mark.noExpand) !== 0)
        return token;
      if ((names.disabled[name] as number) > 0) return store.withBits(token, bits | Mark.noExpand);
      if (this.preventExpansion > 0 || !this.enter(name, token)) return token;
      if (this.inDirective) continue;
      return store.padFrom(token);
    }
  }

  /** The next token that is no padding. */
  getSolid(): number {
    const { store } = this;
    for (;;) {
      const token = this.get();
      if ((store.bits(token) & Mark.padding) === 0) return token;
    }
  }

  /** Puts back the token that `get` gave last. */
  putBack(token: number): void {
    if (this.context === null) this.source.putBack(token);
    else if (token !== END) this.context.next--;
  }

  /** A directive begins, in the midst of whatever was going on; gives what `endAside` goes back to. */
  beginAside(): Midst {
    const { inDirective, preventExpansion, parsingArguments, parsingAround } = this;
    this.parsingAround = parsingArguments;
    this.inDirective = true;
    this.preventExpansion = 0;
    this.parsingArguments = 0;
    return { inDirective, preventExpansion, parsingArguments, parsingAround };
  }

  endAside({ inDirective, preventExpansion, parsingArguments, parsingAround }: Midst): void {
    this.inDirective = inDirective;
    this.preventExpansion = preventExpansion;
    this.parsingArguments = parsingArguments;
    this.parsingAround = parsingAround;
  }

  /** Expands a list of tokens by itself (a macro argument, C11 6.10.3.1; a pragma's operand). */
  expandList(tokens: readonly number[]): number[] {
    if (++this.depth > this.limits.macroNesting)
      this.problems.fail(
        'limit',
        `macro arguments nest deeper than ${this.limits.macroNesting} levels`,
        tokens[0] ?? END,
      );
    this.push(tokens, -1, NO_VIA, false, true);
    const expanded: number[] = [];
    for (;;) {
      const token = this.get();
      if ((this.store.bits(token) & Mark.end) !== 0) break;
      expanded.push(token);
    }
    if (this.context !== null) this.pop(this.context);
    this.depth--;
    return expanded;
  }

  expandArgument(argument: MacroArgument): readonly number[] {
    argument.expanded ??=
      argument.tokens.length === 0 || !this.someMayExpand(argument.tokens)
        ? argument.tokens
        : this.expandList(argument.tokens);
    return argument.expanded;
  }

  private push(
    items: readonly number[],
    name: number,
    expansion: number,
    fresh: boolean,
    closed = false,
  ): void {
    this.produced += items.length;
    if (this.produced > this.limits.expandedTokens) {
      const at = items[0] ?? END;
      this.problems.fail(
        'limit',
        `macro expansion yields more than ${this.limits.expandedTokens} tokens`,
        expansion === NO_VIA ? at : this.store.useOf(expansion),
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
    if (context.name >= 0) this.disable(context.name, -1);
    this.context = context.below;
  }

  private disable(name: number, by: 1 | -1): void {
    const { disabled } = this.store.names;
    disabled[name] = (disabled[name] as number) + by;
  }

  /** Begins the expansion of `name`; false where it turns out to be none. */
  private enter(name: number, use: number): boolean {
    const { store } = this;
    const macro = store.names.macro(name);
    if (macro === null) {
      const builtin = store.names.builtin(name);
      if (builtin === null) return false;
      const replacement = this.builtins.expand(builtin, use, this);
      if (replacement === null) return false;
      this.push([replacement], -1, NO_VIA, false);
      return true;
    }
    if (!macro.functionLike) {
      const expansion = store.expansion(macro.number, use);
      this.disable(name, 1);
      this.push(macro.replacement.body, name, expansion, true);
      return true;
    }
    const found = this.arguments(macro, use);
    if (found === null) return false;
    const expansion = store.expansion(macro.number, use);
    const simple = macro.parameterNames.length === 0;
    const items = simple ? macro.replacement.body : substitute(macro, found, expansion, this);
    this.disable(name, 1);
    this.push(items, name, expansion, simple);
    return true;
  }

  /** The arguments of an invocation; null where no `(` follows. */
  private arguments(macro: Macro, use: number): MacroArgument[] | null {
    const { store } = this;
    const outer = this.parsingArguments;
    this.preventExpansion++;
    this.parsingArguments = 1;
    let padding: number | null = null;
    let token = this.get();
    while ((store.bits(token) & Mark.padding) !== 0) {
      padding = padding === null ? token : foldPadding(padding, token);
      token = this.get();
    }
    let found: MacroArgument[] | null = null;
    if (store.spelling(token) === OPEN) {
      this.parsingArguments = 2;
      found = this.collect(macro, use);
    } else if ((store.bits(token) & Mark.end) === 0 || this.context !== null) {
      this.putBack(token);
      if (padding !== null) this.push([padding], -1, NO_VIA, false);
    }
    this.parsingArguments = outer;
    this.preventExpansion--;
    return found;
  }

  /** Collects arguments up to the closing parenthesis (C11 6.10.3p11). */
  private collect(macro: Macro, use: number): MacroArgument[] {
    const { store, scratch } = this;
    const wanted = macro.parameterNames.length;
    const found: number[][] = [];
    let closed = false;
    while (!closed) {
      const start = this.top;
      const rest = macro.variadic && found.length === wanted - 1;
      let depth = 0;
      for (;;) {
        const token = this.get();
        const bits = store.cells[token] as number;
        if ((bits & Mark.padding) !== 0) {
          if (this.top === start) continue;
        } else if ((bits & Mark.end) !== 0) {
          this.problems.fail(
            'bad-input',
            `unterminated argument list invoking macro "${macro.name}"`,
            use,
            this.definedHere(macro),
          );
        } else if ((bits & KIND) === Kind.punctuator) {
          const spelling = store.cells[token + SPELLING] as number;
          if (spelling === OPEN) depth++;
          else if (spelling === CLOSE) {
            if (depth-- === 0) {
              closed = true;
              break;
            }
          } else if (spelling === COMMA && depth === 0 && !rest) break;
        }
        scratch[this.top++] = token;
      }
      let end = this.top;
      while (end > start && (store.bits(scratch[end - 1] as number) & Mark.padding) !== 0) end--;
      found.push(scratch.slice(start, end));
      this.top = start;
    }
    return this.checkedArguments(macro, use, found);
  }

  private checkedArguments(macro: Macro, use: number, found: number[][]): MacroArgument[] {
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
        at: placeInFile(macro.file, macro.line, macro.definition.column, macro.name.length),
      },
    ];
  }

  /** Joins `left` with what follows it in its context, as long as `##` goes on (C11 6.10.3.3). */
  private paste(left: number, context: Context): void {
    this.push([this.pasted(left, context.items, context)], -1, NO_VIA, false);
  }

  private pasted(
    left: number,
    items: readonly number[],
    context: { next: number; expansion: number; end: number },
  ): number {
    const { store } = this;
    let result = left;
    let more = true;
    while (more && context.next < context.end) {
      const right = items[context.next++] as number;
      const bits = store.bits(right);
      more = (bits & Mark.pasteLeft) !== 0;
      if ((bits & Mark.padding) !== 0) continue;
      const joined = pasteSpelling(store, result, right, this.problems, context.expansion);
      if (joined === null) {
        this.problems.fail(
          'bad-input',
          `pasting "${store.text(result)}" and "${store.text(right)}" does not give a valid preprocessing token`,
          context.expansion === NO_VIA ? left : store.placed(left, context.expansion),
        );
      }
      result = joined;
    }
    return store.withBits(result, store.bits(result) & ~Mark.pasteLeft);
  }

  /** Pastes within a list (the operand of `#__VA_OPT__`). */
  pasteWithin(items: readonly number[], expansion: number): number[] {
    const result: number[] = [];
    const cursor = { next: 0, expansion, end: items.length };
    while (cursor.next < cursor.end) {
      const token = items[cursor.next++] as number;
      const pastes = (this.store.bits(token) & Mark.pasteLeft) !== 0;
      result.push(pastes ? this.pasted(token, items, cursor) : token);
    }
    return result;
  }

  /** Could expansion change one of them? Arguments in which nothing can are taken as they are. */
  private someMayExpand(tokens: readonly number[]): boolean {
    const { store } = this;
    for (let i = 0; i < tokens.length; i++) {
      const name = store.name(tokens[i] as number);
      if (name >= 0 && store.names.isActive(name)) return true;
    }
    return false;
  }
}
