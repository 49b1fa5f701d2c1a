/** Names of which gcc 12 for x86-64 says `__has_builtin(…)` is 1 in C. */
export function isGccBuiltin(name: string): boolean {
  return name.startsWith('__builtin_');
}
