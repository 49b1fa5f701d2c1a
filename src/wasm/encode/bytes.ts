/** Bytes as they grow, and the numbers of the binary format (LEB128, WebAssembly Core Specification 5.2.2). */
export class Bytes {
  private buffer: Uint8Array;
  length = 0;

  constructor(size = 1024) {
    this.buffer = new Uint8Array(size);
  }

  private room(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.length + more));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
  }

  byte(value: number): void {
    if (this.length === this.buffer.length) this.room(1);
    this.buffer[this.length++] = value;
  }

  unsigned(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  signed32(value: number): void {
    let rest = value | 0;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) {
        this.byte(low);
        return;
      }
      this.byte(low | 0x80);
    }
  }

  signed64(value: bigint): void {
    let rest = BigInt.asIntN(64, value);
    while (rest < -0x4000_0000n || rest > 0x3fff_ffffn) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.signed32(Number(rest));
  }

  float(value: number, bits: 32 | 64): void {
    const view = new DataView(new ArrayBuffer(8));
    if (bits === 32) view.setFloat32(0, value, true);
    else view.setFloat64(0, value, true);
    this.raw(new Uint8Array(view.buffer, 0, bits / 8));
  }

  raw(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** With its length in front. */
  sized(bytes: Uint8Array): void {
    this.unsigned(bytes.length);
    this.raw(bytes);
  }

  text(text: string): void {
    this.sized(new TextEncoder().encode(text));
  }

  done(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  /** A view of what there is so far, valid until more comes. */
  view(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }
}
