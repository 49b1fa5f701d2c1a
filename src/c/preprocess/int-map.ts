/** From positive integers to positive integers, open addressing: half a `Map`'s time, and nothing for the garbage collector. */
export class IntMap {
  /** A key and its value; 0 for neither. */
  private cells = new Int32Array(1 << 8);
  private count = 0;

  /** 0 where there is none. */
  get(key: number): number {
    const { cells } = this;
    return cells[slotOf(cells, key) + 1] as number;
  }

  set(key: number, value: number): void {
    const at = slotOf(this.cells, key);
    if (this.cells[at] === 0) this.count++;
    this.cells[at] = key;
    this.cells[at + 1] = value;
    if (this.count * 4 > this.cells.length) this.grow();
  }

  private grow(): void {
    const { cells } = this;
    const more = new Int32Array(cells.length * 4);
    for (let i = 0; i < cells.length; i += 2) {
      const key = cells[i] as number;
      if (key === 0) continue;
      const at = slotOf(more, key);
      more[at] = key;
      more[at + 1] = cells[i + 1] as number;
    }
    this.cells = more;
  }
}

/** Where the key is, or would be. */
function slotOf(cells: Int32Array, key: number): number {
  const mask = cells.length - 2;
  let at = (Math.imul(key, 0x9e3779b1) >>> 7) & mask;
  while (cells[at] !== key && cells[at] !== 0) at = (at + 2) & mask;
  return at;
}
