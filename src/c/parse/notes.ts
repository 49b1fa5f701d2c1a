/**
 * What the normaliser takes out of the text before tree-sitter sees it. Every note is found again by the index of a token of
 * the unit; what has to be parsed in its own right (the operand of `typeof`, the body of a struct …) is a *fragment*: a
 * numbered piece of text that is parsed behind the declaration it belongs to.
 */
import type { Attribute, Qualifiers, Storage } from '../ast.js';

export type Fragment = number & { readonly brand: 'fragment' };

/** An argument of an attribute: one token that stands for itself, or an expression, or a type. */
export type ArgumentNote =
  | { readonly kind: 'token'; readonly first: number; readonly last: number }
  | {
      readonly kind: 'constant';
      readonly text: string;
      readonly first: number;
      readonly last: number;
    }
  | { readonly kind: 'expr'; readonly fragment: Fragment }
  | { readonly kind: 'type'; readonly fragment: Fragment };

export interface AttributeNote {
  readonly name: Attribute['name'];
  readonly args: readonly ArgumentNote[];
  readonly first: number;
  readonly last: number;
}

export type SpecifierShape =
  | { readonly kind: 'basic'; readonly words: string }
  | { readonly kind: 'typedef-name'; readonly name: string }
  | { readonly kind: 'typeof-expr'; readonly fragment: Fragment }
  | { readonly kind: 'typeof-type'; readonly fragment: Fragment }
  | { readonly kind: 'auto' }
  | { readonly kind: 'va-list' }
  | {
      readonly kind: 'record';
      readonly union: boolean;
      readonly tag: string | null;
      readonly body: Fragment | null;
    }
  | { readonly kind: 'enum'; readonly tag: string | null; readonly body: Fragment | null };

/** Declaration specifiers (C11 6.7), all of them printed as one primitive type. */
export interface SpecifierNote {
  readonly first: number;
  readonly last: number;
  readonly storage: Storage;
  readonly inline: boolean;
  readonly threadLocal: boolean;
  readonly qualifiers: Qualifiers;
  readonly shape: SpecifierShape;
  /** Attributes of the type itself: those beside `struct`, behind `}`, and address spaces. */
  readonly typeAttributes: readonly AttributeNote[];
  /** Attributes that belong to whatever is declared. */
  readonly attributes: readonly AttributeNote[];
  /** In the order of the declarators. */
  readonly declarators: DeclaratorNote[];
}

export interface DeclaratorNote {
  /** Token of the declared name; -1 for an abstract declarator or an unnamed bit-field. */
  readonly name: number;
  readonly attributes: readonly AttributeNote[];
  /** Parameter declarations between `)` and `{` (C11 6.9.1p6). */
  readonly oldStyleParams: Fragment | null;
}

/** What stood behind a `*`, or inside `[ ]` before the size. */
export interface QualifierNote {
  readonly qualifiers: Qualifiers;
  readonly attributes: readonly AttributeNote[];
}

export interface PathNote {
  readonly kind: 'field' | 'index';
  readonly name: string;
  readonly fragment: Fragment | null;
  readonly first: number;
  readonly last: number;
}

/** An operand that is printed as one constant. */
export type AtomNote = { readonly first: number; readonly last: number } & (
  | { readonly kind: 'string' }
  | { readonly kind: 'label-address'; readonly label: string }
  | { readonly kind: 'offsetof'; readonly type: Fragment; readonly path: readonly PathNote[] }
  | { readonly kind: 'types-compatible'; readonly left: Fragment; readonly right: Fragment }
  | { readonly kind: 'va-arg'; readonly list: Fragment; readonly type: Fragment }
  | {
      readonly kind: 'generic';
      readonly control: Fragment;
      readonly cases: readonly { readonly type: Fragment | null; readonly value: Fragment }[];
    }
);

export interface AsmOperandNote {
  readonly name: string | null;
  readonly constraint: string;
  readonly value: Fragment;
}

/** A statement or declaration that is printed as a lone `;` (or, inside a struct, as a lone type). */
export type StatementNote = { readonly first: number; readonly last: number } & (
  | { readonly kind: 'empty' }
  | { readonly kind: 'bare-declaration'; readonly specifier: SpecifierNote }
  | {
      readonly kind: 'static-assert';
      readonly condition: Fragment;
      readonly message: string | null;
    }
  | { readonly kind: 'local-labels'; readonly names: readonly string[] }
  | {
      readonly kind: 'asm';
      readonly volatile: boolean;
      readonly template: string;
      readonly outputs: readonly AsmOperandNote[];
      readonly inputs: readonly AsmOperandNote[];
      readonly clobbers: readonly string[];
      readonly labels: readonly string[];
    }
);

export class Notes {
  readonly specifiers = new Map<number, SpecifierNote>();
  readonly qualifiers = new Map<number, QualifierNote>();
  readonly atoms = new Map<number, AtomNote>();
  readonly statements = new Map<number, StatementNote>();
  /** `(` of an identifier list → the tokens of its names. */
  readonly identifierLists = new Map<number, readonly number[]>();
  readonly enumeratorAttributes = new Map<number, readonly AttributeNote[]>();
  /** Tokens `case` with a range. */
  readonly caseRanges = new Set<number>();
}
