/** Floating values as bytes, little endian. A long double is computed as a double, and kept as one in its first 8 bytes. */
export function floatBytes(value: number, bits: 32 | 64 | 80): Uint8Array {
  const bytes = new Uint8Array(bits === 80 ? 16 : bits / 8);
  const view = new DataView(bytes.buffer);
  if (bits === 32) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return bytes;
}
