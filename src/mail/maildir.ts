/** The order in which git takes the mails of a maildir: `cur/` before `new/`, names with numbers compared as numbers. */
export function inMaildirOrder(names: readonly string[]): string[] {
  return [...names].sort(compareNames);
}

function compareNames(a: string, b: string): number {
  const digits = /^[0-9]/;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const x = a.slice(i);
    const y = b.slice(j);
    if (digits.test(x) && digits.test(y)) {
      const first = /^[0-9]+/.exec(x)?.[0] ?? '';
      const second = /^[0-9]+/.exec(y)?.[0] ?? '';
      const difference = BigInt(first) - BigInt(second);
      if (difference !== 0n) return difference < 0n ? -1 : 1;
      i += first.length;
      j += second.length;
      continue;
    }
    if (x.charAt(0) !== y.charAt(0)) return x.charAt(0) < y.charAt(0) ? -1 : 1;
    i++;
    j++;
  }
  return a.length - b.length;
}
