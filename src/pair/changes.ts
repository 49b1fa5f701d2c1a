/**
 * Which functions a candidate adds, removes, modifies or affects. The judge is the preprocessed text: a function whose
 * expanded tokens are equal, and whose types, callees' inlines and constants are equal, did not change, whatever the diff says.
 *
 * A changed macro shows in the tokens of every function that uses it. A changed type or object affects every function that
 * mentions it, through other types too. A changed inline affects its direct callers.
 */
import type { ChangeKind } from '../report/report.js';
import type { NamedDeclaration } from './declarations.js';

export interface ChangedFunction {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly change: ChangeKind;
}

export type Declarations = ReadonlyMap<string, NamedDeclaration>;

/** `touched(file, first, last, side)` answers whether the diff has changed lines in that stretch of the old or new file. */
export type Touched = (file: string, first: number, last: number, side: 'old' | 'new') => boolean;

export function changedFunctions(
  before: Declarations,
  after: Declarations,
  touched: Touched,
): ChangedFunction[] {
  const changedNames = new Set<string>();
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    if (!isSame(before.get(name), after.get(name))) changedNames.add(name);
  }
  spreadThroughTypes(changedNames, before, after);

  const result: ChangedFunction[] = [];
  const push = (declaration: NamedDeclaration, change: ChangeKind): void => {
    const { name, file, line } = declaration;
    result.push({ name, file, line, change });
  };
  const changedInlines = new Set(
    [...changedNames].filter((name) => (after.get(name) ?? before.get(name))?.inline === true),
  );
  for (const [name, declaration] of after) {
    if (declaration.kind !== 'function') continue;
    const old = before.get(name);
    if (old?.kind !== 'function') {
      push(declaration, 'added');
    } else if (changedNames.has(name)) {
      const own =
        touched(declaration.file, declaration.firstLine, declaration.lastLine, 'new') ||
        touched(old.file, old.firstLine, old.lastLine, 'old');
      push(declaration, own ? 'modified' : 'affected');
    } else if (mentionsAny(declaration, changedNames, before, after, changedInlines)) {
      push(declaration, 'affected');
    }
  }
  for (const [name, declaration] of before) {
    if (declaration.kind === 'function' && after.get(name)?.kind !== 'function')
      push(declaration, 'removed');
  }
  return result.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
}

function isSame(a: NamedDeclaration | undefined, b: NamedDeclaration | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.sameText(b);
}

/** A type or object that mentions a changed type is changed itself; functions stop the spread. */
function spreadThroughTypes(changed: Set<string>, before: Declarations, after: Declarations): void {
  const queue = [...changed].filter((name) => isTypeLike(name, before, after));
  if (queue.length === 0) return;
  const users = new Map<string, string[]>();
  for (const declarations of [before, after]) {
    for (const declaration of declarations.values()) {
      if (declaration.kind === 'function') continue;
      for (const mention of declaration.mentions) {
        const list = users.get(mention);
        if (list) list.push(declaration.name);
        else users.set(mention, [declaration.name]);
      }
    }
  }
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    for (const user of users.get(name) ?? []) {
      if (changed.has(user) || !needsLayoutOf(user, name, before, after)) continue;
      changed.add(user);
      queue.push(user);
    }
  }
}

function isTypeLike(name: string, before: Declarations, after: Declarations): boolean {
  return (after.get(name) ?? before.get(name))?.kind !== 'function';
}

/**
 * A struct that only points to a changed struct has the layout it had. Telling `struct x *p` from `struct x v` is done on
 * the text: every mention is directly followed by `*`.
 */
function needsLayoutOf(
  user: string,
  name: string,
  before: Declarations,
  after: Declarations,
): boolean {
  if (!/^(struct|union) /.test(name)) return true;
  const text = (after.get(user) ?? before.get(user))?.text ?? '';
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const behind = text.slice(at + name.length);
    if (/^\w/.test(behind)) continue;
    if (!/^( const| volatile)* (\*|;)/.test(behind)) return true;
  }
  return false;
}

function mentionsAny(
  declaration: NamedDeclaration,
  changed: ReadonlySet<string>,
  before: Declarations,
  after: Declarations,
  changedInlines: ReadonlySet<string>,
): boolean {
  for (const mention of declaration.mentions) {
    if (!changed.has(mention) || mention === declaration.name) continue;
    if (isTypeLike(mention, before, after)) {
      if ((after.get(mention) ?? before.get(mention))?.kind === 'tag') return true;
      // A prototype that changed changes the call's conversions: the caller's own tokens would not show it.
      return true;
    }
    if (changedInlines.has(mention)) return true;
  }
  return false;
}
