/** The names of the directives that begin, divide and end groups (C11 6.10.1), and C23's. */
import { spellingOf } from './spellings.js';

export const IF = spellingOf('if');
export const IFDEF = spellingOf('ifdef');
export const IFNDEF = spellingOf('ifndef');
export const ELIF = spellingOf('elif');
export const ELIFDEF = spellingOf('elifdef');
export const ELIFNDEF = spellingOf('elifndef');
export const ELSE = spellingOf('else');
export const ENDIF = spellingOf('endif');
