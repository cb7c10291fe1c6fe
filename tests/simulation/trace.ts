/**
 * What happened, in words.
 *
 * @module
 */

import type { News, Order } from "../../lib/channel.ts";
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

/** Says in one line what the front and a thread say to each other. */
export function describeBatch(batch: readonly (Order | News)[]): string {
  return batch.map((it) => {
    const seat = "seat" in it ? ` ${it.seat}` : "";
    if (it.kind !== "open") return it.kind + seat;
    const { evicts } = it;
    return `open${seat}` +
      (evicts === undefined ? "" : ` at the cost of ${evicts}`);
  }).join(", ");
}

function describeOptions(options: readonly Option[]): string {
  return options.map(({ name, value }) => ` ${name}=${value}`).join("");
}
