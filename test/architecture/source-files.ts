/** The sources as the TypeScript parser sees them: imports, names, texts and uses of globals, file by file. */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export interface Import {
  readonly specifier: string;
  /** Path in the repository, null for a package. */
  readonly path: string | null;
  readonly room: string | null;
  /** Nothing of it is left at run time. */
  readonly typeOnly: boolean;
}

export interface SourceFile {
  readonly path: string;
  readonly room: string;
  /** A test, or a text that tests share. */
  readonly isTest: boolean;
  readonly imports: readonly Import[];
  /** Identifiers, those of properties included. */
  readonly names: readonly string[];
  /** String literals and pieces of templates, without the specifiers of imports. */
  readonly texts: readonly string[];
  /** Uses of what looks like a global: `process.argv`, `Math.random`, `fetch`. */
  readonly globals: readonly string[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));

export function sourceFiles(): readonly SourceFile[] {
  return pathsUnder('src').map(sourceFile);
}

/** `src/c/parse/x.ts` is in `c/parse`, `src/c/types.ts` in `c`, `src/packs/…` in `packs`, `src/x.ts` in `pipeline`. */
export function roomOf(path: string): string {
  const parts = path.split('/');
  if (parts[0] !== 'src') return parts[0] ?? '';
  if (parts.length === 2) return 'pipeline';
  const [, first = '', second = ''] = parts;
  return first === 'c' && parts.length > 3 ? `c/${second}` : first;
}

export function roomNames(files: readonly SourceFile[]): string[] {
  return [...new Set(files.map((file) => file.room))].sort();
}

function pathsUnder(directory: string): string[] {
  return readdirSync(posix.join(root, directory), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${directory}/${entry.name}`;
      if (entry.isDirectory()) return pathsUnder(path);
      return path.endsWith('.ts') ? [path] : [];
    })
    .sort();
}

function sourceFile(path: string): SourceFile {
  const text = readFileSync(posix.join(root, path), 'utf8');
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const imports: Import[] = [];
  const names = new Set<string>();
  const texts: string[] = [];
  const globals: string[] = [];
  const declared = new Set<string>();

  const note = (specifier: string, typeOnly: boolean): void => {
    const local = specifier.startsWith('.');
    const target = local
      ? posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts')
      : null;
    imports.push({
      specifier,
      path: target,
      room: target === null ? null : roomOf(target),
      typeOnly,
    });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      note(node.moduleSpecifier.text, isTypeOnly(node.importClause));
      if (node.importClause) visit(node.importClause);
      return;
    }
    if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
      if (ts.isStringLiteral(node.moduleSpecifier))
        note(node.moduleSpecifier.text, node.isTypeOnly);
      return;
    }
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      if (ts.isStringLiteral(node.argument.literal)) note(node.argument.literal.text, true);
      return;
    }
    if (ts.isCallExpression(node) && loads(node.expression)) {
      const [argument] = node.arguments;
      // What cannot be read here cannot be judged: it is listed as a package that no rule has.
      note(argument && ts.isStringLiteral(argument) ? argument.text : node.getText(), false);
    }
    if (ts.isIdentifier(node)) {
      names.add(node.text);
      if (declares(node)) declared.add(node.text);
    } else if (
      ts.isStringLiteralLike(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node)
    )
      texts.push(node.text);
    const used = globalUse(node);
    if (used !== null) globals.push(used);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return {
    path,
    room: roomOf(path),
    isTest: /\.test\.ts$|\/testing\//.test(path),
    imports,
    names: [...names],
    texts,
    globals: globals.filter((name) => !declared.has(name.split('.')[0] ?? '')),
  };
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const { name, namedBindings } = clause;
  if (name !== undefined || namedBindings === undefined || !ts.isNamedImports(namedBindings))
    return false;
  return namedBindings.elements.every((element) => element.isTypeOnly);
}

/** `import('x')`, `require('x')`. */
function loads(callee: ts.Expression): boolean {
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(callee) && callee.text === 'require')
  );
}

/** The name of a variable, parameter, function or import of this file, which hides a global of that name. */
function declares(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isBindingElement(parent) ||
      ts.isFunctionDeclaration(parent) ||
      ts.isImportSpecifier(parent)) &&
    parent.name === node
  );
}

/** `a.b` where `a` is a plain name, and a plain name that is used as a value by itself. */
function globalUse(node: ts.Node): string | null {
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression))
    return `${node.expression.text}.${node.name.text}`;
  if (ts.isElementAccessExpression(node) && ts.isIdentifier(node.expression))
    return `${node.expression.text}.[]`;
  if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && ts.isIdentifier(node.expression))
    return node.expression.text;
  return null;
}
