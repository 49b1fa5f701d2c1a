/** One top-level declaration: tokens → text that tree-sitter can read → syntax tree → AST. */
import type { Diagnostic } from '../../base/diagnostic.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { ExternalDeclaration } from '../ast.js';
import type { TokenList } from '../token-list.js';
import type { DeclarationRange } from '../unit-index.js';
import { buildBareDeclaration, buildDeclaration, buildFunction } from './build-declaration.js';
import { buildStaticAssert } from './build-statement.js';
import { Builder, spanOf } from './builder.js';
import { asmWords } from './keywords.js';
import { isStaticAssert, walkStaticAssert } from './normalise-assert.js';
import { walkDeclaration } from './normalise-declaration.js';
import { Normaliser } from './normaliser.js';
import type { PragmaLayout } from './pragma-layout.js';
import { diagnosticAt } from './source-place.js';
import type { RawNode } from './syntax-tree.js';
import { readSyntaxTree } from './syntax-tree.js';

/** A syntax tree deeper than this is refused: those who walk it recurse. */
const MAX_TREE_DEPTH = 1000;

export function parseDeclaration(
  tokens: TokenList,
  partner: Int32Array,
  fileTypes: ReadonlySet<string>,
  pragmas: PragmaLayout,
  range: DeclarationRange,
): Result<readonly ExternalDeclaration[], Diagnostic> {
  if (asmWords.has(tokens.textAt(range.first))) {
    return ok([{ kind: 'asm', span: spanOf(range) }]);
  }
  const n = new Normaliser(tokens, partner, fileTypes, range.first, range.last + 1, pragmas);
  if (isStaticAssert(n)) walkStaticAssert(n, [';']);
  else walkDeclaration(n, 'file');
  if (n.failure === null && n.peek() !== '') n.expected('the end of the declaration');
  if (n.failure !== null) return err(n.failure);

  const printed = n.out.print(range.first);
  const read = readSyntaxTree(printed);
  if (read.kind === 'error') {
    const message = `syntax error at '${tokens.textAt(read.token)}'`;
    return err(diagnosticAt('bad-input', message, tokens.at(read.token)));
  }
  const [main, holder] = read.root.children;
  const fragments = fragmentsOf(holder);
  if (fragments.length !== printed.parents.length) throw new Error('a fragment is not a statement');
  const deep = tooDeep(main, fragments, printed.parents);
  if (deep !== null) {
    const message = `nested more than ${MAX_TREE_DEPTH} levels deep`;
    return err(diagnosticAt('limit', message, tokens.at(deep.first)));
  }
  const b = new Builder(tokens, n.notes, fragments);
  const built = main === undefined ? null : buildExternal(b, main);
  if (b.failure !== null) return err(b.failure);
  if (built === null || read.root.children.length > 2) {
    return err(diagnosticAt('bad-input', 'no declaration', tokens.at(range.first)));
  }
  return ok([built]);
}

/** The statements of the function that holds the fragments. */
function fragmentsOf(holder: RawNode | undefined): readonly RawNode[] {
  return holder?.children.at(-1)?.children.slice(1, -1) ?? [];
}

/** The first part of the tree that, together with all that it stands in, is higher than allowed. */
function tooDeep(
  main: RawNode | undefined,
  fragments: readonly RawNode[],
  parents: readonly number[],
): RawNode | null {
  const base = main?.height ?? 0;
  if (main !== undefined && base > MAX_TREE_DEPTH) return main;
  const totals: number[] = [];
  for (const [i, fragment] of fragments.entries()) {
    const total = fragment.height + (totals[parents[i] ?? -1] ?? base);
    if (total > MAX_TREE_DEPTH) return fragment;
    totals.push(total);
  }
  return null;
}

function buildExternal(b: Builder, main: RawNode): ExternalDeclaration | null {
  switch (main.type) {
    case 'function_definition':
      return buildFunction(b, main);
    case 'declaration':
      return buildDeclaration(b, main);
    case 'expression_statement': {
      const note = b.notes.statements.get(main.first);
      if (note?.kind === 'static-assert') return buildStaticAssert(b, note);
      if (note?.kind === 'bare-declaration') return buildBareDeclaration(b, note);
      b.unexpected(main, 'a declaration');
      return null;
    }
    default:
      b.unexpected(main, 'a declaration');
      return null;
  }
}
