/**
 * Bytes compared with bytes.
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
