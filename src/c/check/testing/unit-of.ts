/** For the tests of the check stage: a typed unit from text that needs no preprocessing. */
import { indexUnit } from '../../parse/index-unit.js';
import { plainTokens } from '../../parse/testing/plain-tokens.js';
import type { TypedUnit } from '../../typed.js';
import { checkUnit, type CheckOptions } from '../check-unit.js';

export function unitOf(
  text: string,
  options: Partial<CheckOptions> = {},
  like: TypedUnit | null = null,
): TypedUnit {
  const { tokens, pragmas } = plainTokens(text);
  const index = indexUnit('test.c', tokens, pragmas);
  if (!index.ok) throw new Error(index.error.message);
  return checkUnit(index.value, options, like);
}
