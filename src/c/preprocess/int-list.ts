/** A growing list of 32-bit integers, which the garbage collector never looks into. */
export class IntList {
  length = 0;
  private values = new Int32Array(256);

  push(value: number): void {
    if (this.length === this.values.length) {
      const values = new Int32Array(this.length * 4);
      values.set(this.values);
      this.values = values;
    }
    this.values[this.length++] = value;
  }

  at(index: number): number {
    return this.values[index] as number;
  }
}
