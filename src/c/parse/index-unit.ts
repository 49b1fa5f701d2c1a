/**
 * Cuts a preprocessed unit into its top-level declarations and says what each declares, by matching brackets and looking at
 * specifiers and declarators only; function bodies are jumped over. Nothing is parsed here but on demand, one declaration
 * at a time. Names are indexed from the tokens, so a declaration that is no C may be indexed oddly; parsing it says so.
 */
import type { Diagnostic } from '../../base/diagnostic.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { ExternalDeclaration } from '../ast.js';
import type { Token } from '../token.js';
import { TokenArray, TokenList } from '../token-list.js';
import type { DeclarationRange, UnitIndex } from '../unit-index.js';
import { matchBrackets } from './brackets.js';
import { Cutter, type Inherited } from './cut-unit.js';
import { withoutDigraphs } from './digraphs.js';
import { parseDeclaration } from './parse-declaration.js';
import type { PragmaMark } from './pragma-layout.js';
import { PragmaLayout } from './pragma-layout.js';

/**
 * `pragmas`: as the preprocessor lists them; those that say how structs are laid out are obeyed. `like`: an index of a unit that may
 * begin with the very same tokens, as that of another version does; what it found there is taken over, and the result is the same.
 */
export function indexUnit(
  path: string,
  spelled: TokenList | readonly Token[],
  pragmas: readonly PragmaMark[] = [],
  like: UnitIndex | null = null,
): Result<UnitIndex, Diagnostic> {
  const tokens = spelled instanceof TokenList ? spelled : new TokenArray(spelled);
  const start = like instanceof LazyUnit ? like.startOf(tokens) : nothing;
  const matched = matchBrackets(tokens, start.partner);
  if (matched === null) return indexUnit(path, withoutDigraphs(tokens), pragmas);
  if (!matched.ok) return err(matched.error);
  const cutter = new Cutter(tokens, matched.value, start);
  cutter.run();
  return ok(new LazyUnit(path, tokens, matched.value, cutter, pragmas, start));
}

/** What an index may take over of another: all that came of the first tokens. */
interface Start extends Inherited {
  readonly partner: Int32Array;
  readonly from: LazyUnit | null;
}

const nothing: Start = { tokens: 0, partner: new Int32Array(0), declarations: [], from: null };

class LazyUnit implements UnitIndex {
  readonly declarations: readonly DeclarationRange[];
  readonly ordinary: ReadonlyMap<string, number[]>;
  readonly tags: ReadonlyMap<string, number[]>;
  /** Names of types, in the order in which they are declared, and the declarations that do. */
  readonly types: ReadonlyMap<string, number>;
  private readonly fileTypes: ReadonlySet<string>;
  private readonly layout: PragmaLayout;
  private readonly parsed = new Map<number, ReturnType<UnitIndex['parse']>>();
  /** How many declarations read as they do in the unit that was taken over from. */
  private readonly alike: number;

  constructor(
    readonly path: string,
    readonly tokens: TokenList,
    private readonly partner: Int32Array,
    cut: Cutter,
    private readonly pragmas: readonly PragmaMark[],
    private readonly start: Start,
  ) {
    this.declarations = cut.declarations;
    this.ordinary = cut.ordinary;
    this.tags = cut.tags;
    this.types = cut.types;
    this.fileTypes = new Set(cut.types.keys());
    this.layout = new PragmaLayout(pragmas);
    this.alike = this.parsesLike(start.from) ? start.declarations.length : 0;
  }

  /** How much of it another unit begins with. */
  startOf(tokens: TokenList): Start {
    const alike = tokens.commonStart(this.tokens);
    // The last one may end otherwise, for what comes behind it.
    let count = 0;
    for (let high = this.declarations.length; count < high;) {
      const middle = (count + high) >> 1;
      if ((this.declarations[middle]?.last ?? Infinity) + 1 < alike) count = middle + 1;
      else high = middle;
    }
    const end = (this.declarations[count - 1]?.last ?? -1) + 1;
    return {
      tokens: end,
      partner: this.partner.subarray(0, end),
      declarations: this.declarations.slice(0, count),
      from: this,
    };
  }

  readsLike(other: UnitIndex): boolean {
    if (!(other instanceof LazyUnit) || !this.hasTypesOf(other)) return false;
    const texts = ({ pragmas }: LazyUnit): string => pragmas.map(({ text }) => text).join('\n');
    if (texts(this) !== texts(other)) return false;
    // Behind what both begin with, pragmas may have come to lie elsewhere among the declarations.
    const alike = this.tokens.commonStart(other.tokens);
    return [this, other].every(({ pragmas }) => pragmas.every(({ index }) => index <= alike));
  }

  private hasTypesOf(other: LazyUnit): boolean {
    if (other.fileTypes.size !== this.fileTypes.size) return false;
    for (const type of this.fileTypes) if (!other.fileTypes.has(type)) return false;
    return true;
  }

  /** Which names are types, anywhere in the unit, and pragmas have a part in how a declaration is read. */
  private parsesLike(other: LazyUnit | null): boolean {
    if (other === null || !this.hasTypesOf(other)) return false;
    const early = (pragmas: readonly PragmaMark[]): string =>
      pragmas
        .filter(({ index }) => index <= this.start.tokens)
        .map(({ index, text }) => `${index} ${text}\n`)
        .join('');
    return early(this.pragmas) === early(other.pragmas);
  }

  parse(declaration: number): Result<readonly ExternalDeclaration[], Diagnostic> {
    const { from } = this.start;
    if (from !== null && declaration < this.alike) {
      const there = from.parse(declaration);
      // What is wrong has its place in the other unit.
      if (there.ok) return there;
    }
    const known = this.parsed.get(declaration);
    if (known !== undefined) return known;
    const range = this.declarations[declaration];
    if (range === undefined) throw new RangeError(`no declaration ${declaration}`);
    const result = parseDeclaration(this.tokens, this.partner, this.fileTypes, this.layout, range);
    this.parsed.set(declaration, result);
    return result;
  }
}
