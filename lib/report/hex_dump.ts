/**
 * Bytes for human eyes, in the layout of the original program.
 *
 * @module
 */

const BYTES_PER_ROW = 10;

/**
 * Dumps bytes, ten a row: the decimal offset, then each byte as two hexadecimal
 * digits and, if it is printable ASCII, as a character.
 *
 * @param bytes The bytes.
 * @param maxRows After so many rows it is only told how much is left.
 * @returns Rows such as `0000 : 00 ?  02 ?  6E n  2E .`.
 */
export function hexDump(bytes: Uint8Array, maxRows: number): string[] {
  const rows: string[] = [];
  const end = Math.min(bytes.length, maxRows * BYTES_PER_ROW);
  for (let offset = 0; offset < end; offset += BYTES_PER_ROW) {
    let row = `${String(offset).padStart(4, "0")} :`;
    for (const byte of bytes.subarray(offset, offset + BYTES_PER_ROW)) {
      const hex = byte.toString(16).toUpperCase().padStart(2, "0");
      const printable = byte >= 0x20 && byte < 0x7f;
      row += ` ${hex} ${printable ? String.fromCharCode(byte) : "?"} `;
    }
    rows.push(row.trimEnd());
  }
  const left = bytes.length - end;
  if (left > 0) rows.push(`... ${left} more byte${left === 1 ? "" : "s"}`);
  return rows;
}
