/**
 * Files of gcc's torture suite that are not run, or not expected to pass, each with the reason. What uses a construct of the
 * checker's own list (`src/c/unsupported.ts`) need not stand here: its diagnostic says so.
 */
export const NOT_APPLICABLE: ReadonlyMap<string, string> = new Map([
  ['20000227-1.c', 'its text is not UTF-8'],
  ['20101011-1.c', 'signals'],
  ['20210505-1.c', 'setjmp'],
  ['pr56982.c', 'setjmp'],
  ['built-in-setjmp.c', '__builtin_setjmp'],
  ['pr60003.c', '__builtin_setjmp'],
  ['pr64242.c', '__builtin_setjmp'],
  ['pr84521.c', '__builtin_setjmp'],
  ['eeprof-1.c', 'needs -finstrument-functions'],
  ['fprintf-2.c', 'files'],
  ['printf-2.c', 'files'],
  ['user-printf.c', 'files'],
  ['loop-2f.c', 'mmap'],
  ['loop-2g.c', 'mmap'],
  ['pr47237.c', '__builtin_apply'],
  ['va-arg-pack-1.c', '__builtin_va_arg_pack'],
  ['980709-1.c', 'pow of the mathematical library'],
]);

/** Programs whose behaviour C leaves undefined, which the engine stops where gcc goes on. */
export const UNDEFINED: ReadonlyMap<string, string> = new Map([
  ['921202-1.c', 'uses the value of a function that returns none'],
  ['pr55875.c', 'uses the value of a function that returns none'],
  ['pr67037.c', 'calls a function without parameters with an argument'],
]);

/** Programs that decide on what has no value, which a tracking module stops. */
export const UNSET: ReadonlyMap<string, string> = new Map([
  ['20030404-1.c', 'compares two locals that are never assigned'],
  ['20090527-1.c', 'compares a member that is never assigned'],
  ['941014-2.c', 'tests a member of what malloc gave'],
  ['string-opt-18.c', 'copies a string from an array without a value'],
]);

/** Ours to fix. */
export const KNOWN_FAILURES: ReadonlyMap<string, string> = new Map([
  ['991014-1.c', 'arrays of more than 2^48 elements are refused'],
]);
