/**
 * Loops that a macro wrote around a body of the caller's. The kernel's for-each macros end in `if (…) continue; else` or
 * `if (!…) {} else`, so the body is looked for below what the same expansion wrote.
 */
import type { Expr, Stmt } from '../c/typed.js';
import type { Expansion, Token } from '../c/token.js';
import type { Lowering } from './lowering.js';
import { operands } from './statements-within.js';

type For = Extract<Stmt, { kind: 'for' }>;

export function countedBody(
  f: Lowering,
  loop: For,
): { readonly body: Stmt; readonly counter: string } | null {
  if (f.options.loopCounter === null) return null;
  const at = f.fn.tokens.at(loop.span.first);
  if (at === undefined || at.via === null) return null;
  const macros = expansions(at);
  const outermost = macros[0];
  if (outermost === undefined) return null;
  const body = written(f, loop.body, outermost);
  if (body === null) return null;
  const calls = new Set<string>();
  if (loop.step !== null) calledIn(loop.step, calls);
  const counter = f.options.loopCounter({
    macros: macros.map((expansion) => expansion.macro),
    function: f.fn.ref.name,
    stepCalls: [...calls],
    at,
  });
  return counter === null ? null : { body, counter };
}

/** From the outermost to the innermost. */
function expansions(token: Token): readonly Expansion[] {
  const chain: Expansion[] = [];
  for (let via = token.via; via !== null; via = via.use.via) chain.unshift(via);
  return chain;
}

/** The statement that the expansion did not write itself. */
function written(f: Lowering, s: Stmt, outermost: Expansion): Stmt | null {
  const token = f.fn.tokens.at(s.span.first);
  if (token === undefined) return null;
  if (expansions(token)[0] !== outermost) return s;
  switch (s.kind) {
    case 'if':
      return (
        written(f, s.then, outermost) ??
        (s.otherwise === null ? null : written(f, s.otherwise, outermost))
      );
    case 'for':
    case 'while':
      return written(f, s.body, outermost);
    default:
      return null;
  }
}

function calledIn(e: Expr, names: Set<string>): void {
  if (e.kind === 'call' && e.callee.kind === 'direct') names.add(e.callee.function.name);
  if (e.kind === 'statement' && e.result !== null) calledIn(e.result, names);
  for (const part of operands(e)) calledIn(part, names);
}
