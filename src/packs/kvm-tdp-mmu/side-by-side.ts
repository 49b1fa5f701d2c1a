/** Two lists of lines beside each other: equal lines share a row, found by a longest common subsequence. */
export interface AlignedRow {
  readonly left: string | null;
  /** As diff -y: ' ' equal, '|' changed, '<' and '>' on one side only. */
  readonly mark: ' ' | '|' | '<' | '>';
  readonly right: string | null;
}

/** Beyond this many pairs of lines only the common beginning and end are looked for. */
const MOST_PAIRS = 2_000_000;

export function alignLines(left: readonly string[], right: readonly string[]): AlignedRow[] {
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start++;
  let [a, b] = [left.length, right.length];
  while (a > start && b > start && left[a - 1] === right[b - 1]) [a, b] = [a - 1, b - 1];
  const equal = (line: string): AlignedRow => ({ left: line, mark: ' ', right: line });
  return [
    ...left.slice(0, start).map(equal),
    ...pairUp(alignMiddle(left.slice(start, a), right.slice(start, b))),
    ...left.slice(a).map(equal),
  ];
}

function alignMiddle(left: readonly string[], right: readonly string[]): AlignedRow[] {
  const rows: AlignedRow[] = [];
  const onlyLeft = (line: string): void => void rows.push({ left: line, mark: '<', right: null });
  const onlyRight = (line: string): void => void rows.push({ left: null, mark: '>', right: line });
  if (left.length * right.length > MOST_PAIRS) {
    left.forEach(onlyLeft);
    right.forEach(onlyRight);
    return rows;
  }
  const width = right.length + 1;
  const longest = new Uint32Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      longest[i * width + j] =
        left[i] === right[j]
          ? 1 + (longest[(i + 1) * width + j + 1] ?? 0)
          : Math.max(longest[(i + 1) * width + j] ?? 0, longest[i * width + j + 1] ?? 0);
    }
  }
  let [i, j] = [0, 0];
  for (;;) {
    const [x, y] = [left[i], right[j]];
    if (x === undefined && y === undefined) return rows;
    if (x !== undefined && x === y) {
      rows.push({ left: x, mark: ' ', right: y });
      i++;
      j++;
    } else if (
      x !== undefined &&
      (y === undefined || (longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0))
    ) {
      onlyLeft(x);
      i++;
    } else if (y !== undefined) {
      onlyRight(y);
      j++;
    }
  }
}

/** Lines that went and lines that came at the same place stand beside each other. */
function pairUp(rows: readonly AlignedRow[]): AlignedRow[] {
  const result: AlignedRow[] = [];
  let gone: string[] = [];
  let come: string[] = [];
  const flush = (): void => {
    for (let at = 0; at < Math.max(gone.length, come.length); at++) {
      const [left, right] = [gone[at] ?? null, come[at] ?? null];
      result.push({ left, right, mark: left === null ? '>' : right === null ? '<' : '|' });
    }
    gone = [];
    come = [];
  };
  for (const row of rows) {
    if (row.mark === ' ') {
      flush();
      result.push(row);
    } else {
      if (row.left !== null) gone.push(row.left);
      if (row.right !== null) come.push(row.right);
    }
  }
  flush();
  return result;
}
