/** Bytes of a source file as text. Kernel sources are UTF-8; a stray byte becomes U+FFFD, as comments may hold anything. */
const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

export function utf8Text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
