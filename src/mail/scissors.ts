/** `-- >8 --`: what stands above is talk. Source: git-mailinfo(1) --scissors, and what git takes for such a line. */

export function isScissors(line: string): boolean {
  const text = line.trimEnd();
  if (text.length > 200) return false;
  let perforation = 0;
  let scissors = 0;
  let gap = 0;
  let within = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (/\s/.test(c)) {
      if (within) {
        perforation++;
        gap++;
      }
    } else if (c === '-') {
      within = true;
      perforation++;
    } else if (/^(>8|8<|>%|%<)/.test(text.slice(i, i + 2))) {
      within = true;
      perforation += 2;
      scissors += 2;
      i++;
    } else {
      within = false;
    }
  }
  const visible = text.trimStart().length;
  return scissors > 0 && visible >= 8 && visible < perforation * 3 && gap * 2 < perforation;
}
