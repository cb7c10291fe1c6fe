/**
 * Whether bytes are the same.
 *
 * @module
 */

/**
 * Whether two sequences of bytes are the same.
 *
 * @param b The other, if there is one.
 */
export function isSameBytes(
  a: Uint8Array,
  b: Uint8Array | undefined,
): boolean {
  return b !== undefined && a.length === b.length &&
    a.every((byte, i) => byte === b[i]);
}

/**
 * A checksum of some bytes, FNV-1a: cheap, and it need not withstand anybody, for
 * all that is compared comes from one client.
 */
export function sumOf(bytes: Uint8Array): number {
  let sum = 0x811c9dc5;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193);
  return sum;
}
