/**
 * The syntax tree that `c/parse` hands to `c/check`. It is plain data: no tree-sitter node, no types yet.
 * `Span` indexes the unit's preprocessed tokens (inclusive), so every node knows its lines and its macro expansions.
 */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/* ---------- types as written ---------- */

/** `__attribute__((name(args)))`, `[[name]]`, `_Alignas(x)` (as name `_Alignas`), `asm("name")` on a declarator (as `asm`). */
export interface Attribute {
  readonly name: string; // without leading and trailing `__`
  readonly args: readonly Expr[]; // arguments that are expressions; identifiers appear as `name` expressions
  /** `_Alignas(type)` and `aligned(typeof …)`: a type argument. */
  readonly type: TypeSyntax | null;
  readonly span: Span;
}

export interface Qualifiers {
  readonly const: boolean;
  readonly volatile: boolean;
  readonly restrict: boolean;
  readonly atomic: boolean;
}

/**
 * The same object stands for the same type specifier: in `struct { int x; } a, *b;` both declarators share
 * one `TypeSyntax`, and whoever gives it meaning may key on identity.
 */
export type TypeSyntax = {
  readonly span: Span;
  readonly qualifiers: Qualifiers;
  readonly attributes: readonly Attribute[];
} & TypeShape;

export type TypeShape =
  /** Keywords sorted as text: `int`, `long long unsigned`, `_Bool`, `double`, `__int128 unsigned`, `void`, `signed char` → `char signed`. */
  | { readonly kind: 'basic'; readonly words: string }
  | { readonly kind: 'typedef-name'; readonly name: string }
  | { readonly kind: 'typeof-expr'; readonly expr: Expr }
  | { readonly kind: 'typeof-type'; readonly type: TypeSyntax }
  | { readonly kind: 'auto' } // __auto_type
  | { readonly kind: 'va-list' } // __builtin_va_list
  | {
      readonly kind: 'record';
      readonly union: boolean;
      readonly tag: string | null;
      /** null: a mention (`struct x`), not a definition. */
      readonly members: readonly Member[] | null;
    }
  | {
      readonly kind: 'enum';
      readonly tag: string | null;
      readonly enumerators: readonly Enumerator[] | null;
    }
  | { readonly kind: 'pointer'; readonly to: TypeSyntax }
  | {
      readonly kind: 'array';
      readonly of: TypeSyntax;
      /** null: `[]` or `[*]`. */
      readonly size: Expr | null;
    }
  | {
      readonly kind: 'function';
      readonly returns: TypeSyntax;
      readonly params: readonly Param[];
      readonly variadic: boolean;
      /** `f()` or a K&R definition. */
      readonly oldStyle: boolean;
    };

/** A declarator inside a struct; `name` null with `bits` null is an anonymous struct or union (or a static_assert, kept apart). */
export type Member =
  | {
      readonly kind: 'field';
      readonly name: string | null;
      readonly type: TypeSyntax;
      readonly bits: Expr | null;
      readonly attributes: readonly Attribute[];
      readonly span: Span;
    }
  | { readonly kind: 'static-assert'; readonly decl: StaticAssert };

export interface Enumerator {
  readonly name: string;
  readonly value: Expr | null;
  readonly attributes: readonly Attribute[];
  readonly span: Span;
}

export interface Param {
  readonly name: string | null;
  readonly type: TypeSyntax;
  readonly attributes: readonly Attribute[];
  readonly span: Span;
}

/* ---------- declarations ---------- */

export interface StaticAssert {
  readonly kind: 'static-assert';
  readonly condition: Expr;
  readonly message: string | null;
  readonly span: Span;
}

export type Storage = 'typedef' | 'extern' | 'static' | 'auto' | 'register' | null;

/** One declarator of a declaration; `int a, *b;` gives two, sharing their specifier's `TypeSyntax`. */
export interface Declarator {
  readonly name: string;
  readonly type: TypeSyntax;
  readonly init: Initializer | null;
  readonly attributes: readonly Attribute[];
  readonly span: Span;
}

export interface Declaration {
  readonly kind: 'declaration';
  readonly storage: Storage;
  readonly inline: boolean;
  readonly threadLocal: boolean;
  /** The specifier alone: it may define a tag or enumerators even when there is no declarator. */
  readonly specifier: TypeSyntax;
  readonly declarators: readonly Declarator[];
  readonly span: Span;
}

export interface FunctionDefinition {
  readonly kind: 'function-definition';
  readonly storage: Storage;
  readonly inline: boolean;
  readonly name: string;
  /** Of kind `function`; for K&R definitions the parameter types come from the declaration list. */
  readonly type: TypeSyntax;
  readonly attributes: readonly Attribute[];
  readonly body: BlockStmt;
  readonly span: Span;
}

/** Top-level `asm("…");`. */
export interface TopLevelAsm {
  readonly kind: 'asm';
  readonly span: Span;
}

export type ExternalDeclaration = Declaration | FunctionDefinition | StaticAssert | TopLevelAsm;

export type Initializer =
  | { readonly kind: 'expr'; readonly expr: Expr; readonly span: Span }
  | { readonly kind: 'list'; readonly items: readonly InitItem[]; readonly span: Span };

export interface InitItem {
  readonly designators: readonly Designator[];
  readonly value: Initializer;
}

export type Designator =
  | { readonly kind: 'field'; readonly name: string; readonly span: Span }
  | {
      readonly kind: 'index';
      readonly first: Expr;
      readonly last: Expr | null;
      readonly span: Span;
    };

/* ---------- expressions ---------- */

export type UnaryOp = '+' | '-' | '~' | '!' | '*' | '&' | '++' | '--' | '__real__' | '__imag__';
export type BinaryOp =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '<<'
  | '>>'
  | '&'
  | '|'
  | '^'
  | '<'
  | '>'
  | '<='
  | '>='
  | '=='
  | '!='
  | '&&'
  | '||';
export type AssignOp = '=' | '+=' | '-=' | '*=' | '/=' | '%=' | '<<=' | '>>=' | '&=' | '|=' | '^=';

export type Expr = { readonly span: Span } & ExprShape;

export type ExprShape =
  | { readonly kind: 'name'; readonly name: string }
  /** The pp-number or character constant as spelled. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'character'; readonly text: string }
  /** Adjacent literals, each as spelled with prefix and quotes. */
  | { readonly kind: 'string'; readonly parts: readonly string[] }
  | { readonly kind: 'unary'; readonly op: UnaryOp; readonly operand: Expr }
  | { readonly kind: 'postfix'; readonly op: '++' | '--'; readonly operand: Expr }
  | { readonly kind: 'binary'; readonly op: BinaryOp; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'assign'; readonly op: AssignOp; readonly left: Expr; readonly right: Expr }
  /** `then` null is GNU `a ?: b`. */
  | {
      readonly kind: 'conditional';
      readonly test: Expr;
      readonly then: Expr | null;
      readonly otherwise: Expr;
    }
  | { readonly kind: 'comma'; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'call'; readonly callee: Expr; readonly args: readonly Expr[] }
  | { readonly kind: 'index'; readonly base: Expr; readonly index: Expr }
  | {
      readonly kind: 'member';
      readonly base: Expr;
      readonly name: string;
      readonly arrow: boolean;
    }
  | { readonly kind: 'cast'; readonly type: TypeSyntax; readonly operand: Expr }
  | {
      readonly kind: 'compound-literal';
      readonly type: TypeSyntax;
      readonly init: Initializer;
    }
  | { readonly kind: 'sizeof-expr'; readonly operand: Expr }
  | { readonly kind: 'sizeof-type'; readonly type: TypeSyntax }
  | { readonly kind: 'alignof-expr'; readonly operand: Expr }
  | { readonly kind: 'alignof-type'; readonly type: TypeSyntax }
  /** `__builtin_offsetof(type, a.b[3])`. */
  | {
      readonly kind: 'offsetof';
      readonly type: TypeSyntax;
      readonly path: readonly Designator[];
    }
  | {
      readonly kind: 'types-compatible';
      readonly left: TypeSyntax;
      readonly right: TypeSyntax;
    }
  | { readonly kind: 'va-arg'; readonly list: Expr; readonly type: TypeSyntax }
  | {
      readonly kind: 'generic';
      readonly control: Expr;
      readonly cases: readonly { readonly type: TypeSyntax | null; readonly value: Expr }[];
    }
  | { readonly kind: 'statement'; readonly body: BlockStmt } // ({ … })
  | { readonly kind: 'label-address'; readonly label: string }; // &&label

/* ---------- statements ---------- */

export interface AsmOperand {
  readonly name: string | null;
  readonly constraint: string;
  readonly value: Expr;
}

export interface BlockStmt {
  readonly kind: 'block';
  readonly items: readonly Stmt[];
  readonly span: Span;
}

export type Stmt =
  | BlockStmt
  | ({ readonly span: Span } & (
      | { readonly kind: 'expression'; readonly expr: Expr | null } // null: `;`
      | { readonly kind: 'local-declaration'; readonly declaration: Declaration | StaticAssert }
      /** A function defined inside a function (GNU). */
      | { readonly kind: 'local-function'; readonly definition: FunctionDefinition }
      /** `__label__ a, b;` */
      | { readonly kind: 'local-labels'; readonly names: readonly string[] }
      | {
          readonly kind: 'if';
          readonly test: Expr;
          readonly then: Stmt;
          readonly otherwise: Stmt | null;
        }
      | { readonly kind: 'while'; readonly test: Expr; readonly body: Stmt }
      | { readonly kind: 'do'; readonly body: Stmt; readonly test: Expr }
      | {
          readonly kind: 'for';
          readonly init: Declaration | Expr | null;
          readonly test: Expr | null;
          readonly step: Expr | null;
          readonly body: Stmt;
        }
      | { readonly kind: 'switch'; readonly value: Expr; readonly body: Stmt }
      /** `last` is not null for a case range `a ... b`. */
      | {
          readonly kind: 'case';
          readonly first: Expr;
          readonly last: Expr | null;
          readonly body: Stmt;
        }
      | { readonly kind: 'default'; readonly body: Stmt }
      | { readonly kind: 'label'; readonly name: string; readonly body: Stmt }
      | { readonly kind: 'goto'; readonly label: string }
      | { readonly kind: 'computed-goto'; readonly target: Expr }
      | { readonly kind: 'break' }
      | { readonly kind: 'continue' }
      | { readonly kind: 'return'; readonly value: Expr | null }
      | {
          readonly kind: 'asm';
          readonly volatile: boolean;
          readonly template: string;
          readonly outputs: readonly AsmOperand[];
          readonly inputs: readonly AsmOperand[];
          readonly clobbers: readonly string[];
          readonly labels: readonly string[];
        }
    ));
