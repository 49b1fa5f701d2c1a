/**
 * Puts a counter at the start of each loop body written under a TDP iterator macro, which our own code generator does by
 * itself. Source text is enough here: the kernel writes these loops as `macro(…) {` or `macro(…)` with one statement.
 */
const MACRO = /^([ \t]+)((?:for_each_\w*tdp_pte|tdp_root_for_each|tdp_mmu_for_each)\w*)\(/gm;

export function countLoops(text: string): string {
  let result = '';
  let from = 0;
  for (const match of text.matchAll(MACRO)) {
    // The macros themselves are written in terms of each other.
    const line = text.slice(text.lastIndexOf('\n', match.index - 1) + 1, match.index);
    if (line.startsWith('#') || precededByBackslash(text, match.index)) continue;
    const close = closing(text, match.index + match[0].length);
    const brace = /^\s*\{/.exec(text.slice(close));
    if (brace !== null) {
      result += text.slice(from, close + brace[0].length) + ' pc_loops++;';
      from = close + brace[0].length;
    } else {
      const end = text.indexOf(';', close);
      result += `${text.slice(from, close)} { pc_loops++; ${text.slice(close, end + 1)} }`;
      from = end + 1;
    }
  }
  return `extern unsigned long long pc_loops;\n${result}${text.slice(from)}`;
}

function precededByBackslash(text: string, at: number): boolean {
  return text.slice(0, at).trimEnd().endsWith('\\');
}

function closing(text: string, from: number): number {
  let depth = 1;
  for (let i = from; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i + 1;
  }
  return text.length;
}
