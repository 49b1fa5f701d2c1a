/** Matches every `(`, `[` and `{` of a unit with its partner, in one pass. */
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { Diagnostic } from '../../base/diagnostic.js';
import type { Token } from '../token.js';
import { diagnosticAt } from './source-place.js';

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** For a bracket the index of its partner, for every other token -1. */
export function matchBrackets(tokens: readonly Token[]): Result<Int32Array, Diagnostic> {
  const partner = new Int32Array(tokens.length).fill(-1);
  const open: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token?.kind !== 'punctuator') continue;
    const { text } = token;
    switch (text) {
      case '(':
      case '[':
      case '{':
        open.push(i);
        break;
      case ')':
      case ']':
      case '}': {
        const from = open.pop();
        const opener = from === undefined ? undefined : tokens[from];
        if (from === undefined || opener === undefined) {
          return err(diagnosticAt('bad-input', `'${text}' closes nothing`, token));
        }
        if (closers[opener.text] !== text) {
          const wrong = diagnosticAt(
            'bad-input',
            `'${text}' does not close '${opener.text}'`,
            token,
          );
          const here = diagnosticAt('bad-input', `'${opener.text}' was opened here`, opener);
          return err({ ...wrong, notes: [...wrong.notes, { message: here.message, at: here.at }] });
        }
        partner[from] = i;
        partner[i] = from;
        break;
      }
      default:
    }
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) {
    const token = tokens[unclosed];
    return err(diagnosticAt('bad-input', `'${token?.text ?? ''}' is never closed`, token));
  }
  return ok(partner);
}
