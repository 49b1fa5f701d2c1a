import { it } from 'vitest';
import { runMutants } from './run-mutants.js';

it('mutants, share 2 of 2', () => runMutants(1));
