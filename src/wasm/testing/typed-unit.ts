/** For tests of the engine: C text to a typed unit, through the whole front end. */
import { checkUnit, HOSTED_OPTIONS } from '../../c/check/check-unit.js';
import { indexUnit } from '../../c/parse/index-unit.js';
import { preprocess } from '../../c/preprocess/preprocess.js';
import type { TypedUnit } from '../../c/typed.js';

export function typedUnit(path: string, text: string): TypedUnit {
  const tokens = preprocess({ main: { path, text }, read: () => null, includeDirs: [] });
  if (!tokens.ok) throw new Error(tokens.error.message);
  const index = indexUnit(path, tokens.value.tokens);
  if (!index.ok) throw new Error(index.error.message);
  return checkUnit(index.value, HOSTED_OPTIONS);
}
