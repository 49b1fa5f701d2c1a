/** The name behind #undef, #ifdef and their like. */
import type { Lexer } from './lexer.js';
import type { Name } from './names.js';
import { endToken, type PpToken } from './pp-token.js';
import type { Problems } from './problems.js';

export function readMacroName(directive: PpToken, lexer: Lexer, problems: Problems): Name {
  const token = lexer.next();
  if (token === endToken)
    problems.fail('bad-input', `no macro name given in #${directive.text} directive`, directive);
  if (token.name === null) problems.fail('bad-input', 'macro names must be identifiers', token);
  if (directive.text === 'undef') failIfReserved(token.name, token, problems);
  return token.name;
}

/** `defined` and poisoned names may be tested, but neither defined nor undefined. */
export function failIfReserved(name: Name, token: PpToken, problems: Problems): void {
  if (name.text === 'defined')
    problems.fail('bad-input', '"defined" cannot be used as a macro name', token);
  if (name.poisoned) problems.fail('bad-input', `attempt to use poisoned "${name.text}"`, token);
}
