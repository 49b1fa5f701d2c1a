/** Matches every `(`, `[` and `{` of a unit with its partner, in one pass. */
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { Diagnostic } from '../../base/diagnostic.js';
import type { TokenList } from '../token-list.js';
import { digraphs } from './digraphs.js';
import { diagnosticAt } from './source-place.js';

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** What a spelling is; 0 stands for one that was not met before. */
const NEITHER = 1;
const OPENS = 2;
const CLOSES = 3;
const DIGRAPH = 4;

/**
 * For a bracket the index of its partner, for every other token -1. `known`: those of the first tokens, up to a place outside of
 * all brackets. Null where a bracket is spelled as a digraph, which nobody expects: see `withoutDigraphs`.
 */
export function matchBrackets(
  tokens: TokenList,
  known: Int32Array = new Int32Array(0),
): Result<Int32Array, Diagnostic> | null {
  const partner = new Int32Array(tokens.length);
  partner.set(known);
  partner.fill(-1, known.length);
  const open: number[] = [];
  const { spellings } = tokens;
  const roles = new Uint8Array(tokens.spellingTexts.length);
  for (let i = known.length; i < spellings.length; i++) {
    const spelling = spellings[i] as number;
    let role = roles[spelling] as number;
    if (role === NEITHER) continue;
    if (role === 0) role = roles[spelling] = roleOf(tokens.textAt(i));
    if (role === NEITHER) continue;
    if (role === DIGRAPH) return null;
    if (role === OPENS) {
      open.push(i);
      continue;
    }
    const text = tokens.textAt(i);
    const from = open.pop();
    if (from === undefined) {
      return err(diagnosticAt('bad-input', `'${text}' closes nothing`, tokens.at(i)));
    }
    const opener = tokens.textAt(from);
    if (closers[opener] !== text) {
      const wrong = diagnosticAt('bad-input', `'${text}' does not close '${opener}'`, tokens.at(i));
      const here = diagnosticAt('bad-input', `'${opener}' was opened here`, tokens.at(from));
      return err({ ...wrong, notes: [...wrong.notes, { message: here.message, at: here.at }] });
    }
    partner[from] = i;
    partner[i] = from;
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) {
    const message = `'${tokens.textAt(unclosed)}' is never closed`;
    return err(diagnosticAt('bad-input', message, tokens.at(unclosed)));
  }
  return ok(partner);
}

function roleOf(text: string): number {
  switch (text) {
    case '(':
    case '[':
    case '{':
      return OPENS;
    case ')':
    case ']':
    case '}':
      return CLOSES;
    default:
      return digraphs.has(text) ? DIGRAPH : NEITHER;
  }
}
