/**
 * What happened, in words.
 *
 * @module
 */

import { decodePacket } from "../../lib/protocol/codec.ts";
import type { Option } from "../../lib/protocol/packet.ts";

/** Takes a line of the story. */
export type Trace = (line: string) => void;

/** Says in one line what a datagram holds. */
export function describe(bytes: Uint8Array): string {
  const packet = decodePacket(bytes);
  switch (packet.kind) {
    case "rrq":
    case "wrq":
      return `${packet.kind.toUpperCase()} ${JSON.stringify(packet.filename)}` +
        ` ${packet.mode}${describeOptions(packet.options)}`;
    case "data":
      return `DATA ${packet.block} (${packet.payload.length} bytes)`;
    case "ack":
      return `ACK ${packet.block}`;
    case "oack":
      return `OACK${describeOptions(packet.options)}`;
    case "error":
      return `ERROR ${packet.code} ${JSON.stringify(packet.message)}`;
    case "malformed":
      return `junk (${bytes.length} bytes): ${packet.reason}`;
  }
}

function describeOptions(options: readonly Option[]): string {
  return options.map(({ name, value }) => ` ${name}=${value}`).join("");
}
