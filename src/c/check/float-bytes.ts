/** Floating values as bytes, little endian; long double is x87 extended precision in 16 bytes. */
export function floatBytes(value: number, bits: 32 | 64 | 80): Uint8Array {
  if (bits === 80) return extended(value);
  const bytes = new Uint8Array(bits / 8);
  const view = new DataView(bytes.buffer);
  if (bits === 32) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return bytes;
}

function extended(value: number): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  const double = new DataView(new ArrayBuffer(8));
  double.setFloat64(0, value);
  const raw = double.getBigUint64(0);
  const sign = raw >> 63n;
  let exponent = Number((raw >> 52n) & 0x7ffn);
  let mantissa = raw & 0xf_ffff_ffff_ffffn;
  if (exponent === 0x7ff) {
    view.setBigUint64(0, (1n << 63n) | (mantissa << 11n), true);
    view.setUint16(8, 0x7fff | (Number(sign) << 15), true);
    return bytes;
  }
  if (exponent === 0) {
    if (mantissa === 0n) {
      view.setUint16(8, Number(sign) << 15, true);
      return bytes;
    }
    exponent = 1;
    while ((mantissa & (1n << 52n)) === 0n) {
      mantissa <<= 1n;
      exponent -= 1;
    }
  } else {
    mantissa |= 1n << 52n;
  }
  view.setBigUint64(0, mantissa << 11n, true);
  view.setUint16(8, (exponent - 1023 + 16383) | (Number(sign) << 15), true);
  return bytes;
}
