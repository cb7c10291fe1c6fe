/**
 * What a packet is, in a line.
 *
 * @module
 */

import type { Option, Packet } from "../protocol/packet.ts";
import { count, quote } from "./words.ts";

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

function describeOptions(
  options: readonly Option[],
): string {
  return options.map(({ name, value }) => ` ${quote(name)}=${quote(value)}`)
    .join("");
}
