/**
 * Makes a differing program smaller: chunks of lines go, then single statements' right sides become constants, as long as the
 * program still differs. Greedy, bounded by the number of tries.
 */
export async function reduce(
  text: string,
  differs: (text: string) => Promise<boolean>,
  tries: number,
): Promise<string> {
  let lines = text.split('\n');
  let left = tries;
  const attempt = async (candidate: readonly string[]): Promise<boolean> => {
    if (left <= 0 || !balanced(candidate)) return false;
    left--;
    if (!(await differs(candidate.join('\n')))) return false;
    lines = [...candidate];
    return true;
  };
  for (let size = Math.ceil(lines.length / 2); size >= 1 && left > 0;) {
    let taken = false;
    for (let at = 0; at < lines.length && left > 0;) {
      if (await attempt([...lines.slice(0, at), ...lines.slice(at + size)])) taken = true;
      else at += size;
    }
    if (!taken || size > 1) size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  for (let at = 0; at < lines.length && left > 0; at++) {
    for (const shorter of simpler(lines[at] ?? '')) {
      if (await attempt([...lines.slice(0, at), shorter, ...lines.slice(at + 1)])) break;
    }
  }
  return lines.join('\n');
}

/** A candidate whose braces do not match is no program; not worth a compiler. */
function balanced(lines: readonly string[]): boolean {
  let depth = 0;
  for (const line of lines) {
    for (const char of line) {
      if (char === '{') depth++;
      else if (char === '}' && --depth < 0) return false;
    }
  }
  return depth === 0;
}

/** Forms of a line with a parenthesised operand replaced by 0 or 1, or by what it holds. */
function* simpler(line: string): Iterable<string> {
  for (let open = line.indexOf('('); open >= 0; open = line.indexOf('(', open + 1)) {
    let depth = 0;
    let close = open;
    for (; close < line.length; close++) {
      if (line[close] === '(') depth++;
      else if (line[close] === ')' && --depth === 0) break;
    }
    if (close === line.length || close - open < 4) continue;
    const [before, inside, after] = [
      line.slice(0, open),
      line.slice(open, close + 1),
      line.slice(close + 1),
    ];
    const called = /[A-Za-z_]\w*$/.exec(before);
    const plain = called === null ? before : before.slice(0, called.index);
    for (const constant of ['0', '1']) yield `${plain}${constant}${after}`;
    if (called !== null) yield `${plain}${inside}${after}`;
  }
}
