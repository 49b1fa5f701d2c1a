/** The name behind #undef, #ifdef and their like. */
import type { Lexer } from './lexer.js';
import { END } from './pp-token.js';
import type { Problems } from './problems.js';
import { DEFINED, spellingOf } from './spellings.js';
import type { TokenStore } from './token-store.js';

const UNDEF = spellingOf('undef');

export function readMacroName(
  store: TokenStore,
  directive: number,
  lexer: Lexer,
  problems: Problems,
): number {
  const token = lexer.next();
  if (token === END)
    problems.fail(
      'bad-input',
      `no macro name given in #${store.text(directive)} directive`,
      directive,
    );
  const name = store.name(token);
  if (name < 0) problems.fail('bad-input', 'macro names must be identifiers', token);
  if (store.spelling(directive) === UNDEF) failIfReserved(store, name, token, problems);
  return name;
}

/** `defined` and poisoned names may be tested, but neither defined nor undefined. */
export function failIfReserved(
  store: TokenStore,
  name: number,
  token: number,
  problems: Problems,
): void {
  if (name === DEFINED)
    problems.fail('bad-input', '"defined" cannot be used as a macro name', token);
  if (store.names.isPoisoned(name))
    problems.fail('bad-input', `attempt to use poisoned "${store.text(token)}"`, token);
}
