/**
 * What a packet is, in a line, and its bytes in the layout of the original
 * program.
 *
 * @module
 */

import type { Option, Packet } from "../protocol/packet.ts";
import { count, quote } from "./words.ts";

const BYTES_PER_ROW = 10;

/** Describes a packet. */
export function describePacket(packet: Packet): string {
  switch (packet.kind) {
    case "rrq":
    case "wrq":
      return `${packet.kind === "rrq" ? "RRQ" : "WRQ"} ` +
        `${quote(packet.filename)} ${quote(packet.mode)}` +
        describeOptions(packet.options);
    case "data":
      return `DATA block ${packet.block}, ${
        count(packet.payload.length, "byte")
      }`;
    case "ack":
      return `ACK block ${packet.block & 0xffff}`;
    case "error":
      return `ERROR ${packet.code} ${quote(packet.message)}`;
    case "oack":
      return `OACK${describeOptions(packet.options)}`;
    case "malformed":
      return `malformed packet: ${packet.reason}`;
  }
}

/**
 * Dumps bytes, ten a row: the decimal offset, then each byte as two hexadecimal
 * digits and, if it is printable ASCII, as a character.
 *
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
  return left > 0 ? [...rows, `... ${count(left, "more byte")}`] : rows;
}

function describeOptions(options: readonly Option[]): string {
  return options.map(({ name, value }) => ` ${quote(name)}=${quote(value)}`)
    .join("");
}
