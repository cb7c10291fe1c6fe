/**
 * Times the wire format. Each group is compared with a mere copy of the bytes,
 * for the machine's mood changes both alike; where a packet is encoded, with a
 * copy into a new buffer, for that is what is asked for.
 *
 * @module
 */

import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import type { AckPacket, OackPacket } from "../../lib/protocol/packet.ts";

/** The default, what fits an Ethernet frame, and the largest in use. */
const BLKSIZES: readonly number[] = [512, 1_468, 8_192];
const OPTIONS = [
  { name: "blksize", value: "1468" },
  { name: "windowsize", value: "16" },
  { name: "timeout", value: "1" },
  { name: "tsize", value: "100000000" },
] as const;
const ACK: AckPacket = { kind: "ack", block: 4_711 };
const OACK: OackPacket = { kind: "oack", options: OPTIONS };

/** Where results go, lest the compiler see that nobody needs them. */
const kept: [unknown] = [undefined];

function benchCopy(group: string, bytes: Uint8Array): void {
  const copy = new Uint8Array(bytes.length);
  const name = `${group}: copy its ${bytes.length} bytes`;
  Deno.bench({ name, group, baseline: true, fn: () => copy.set(bytes) });
}

function benchNewCopy(group: string, bytes: Uint8Array): void {
  const name = `${group}: copy its ${bytes.length} bytes into a new buffer`;
  const fn = () => {
    const copy = new Uint8Array(bytes.length);
    copy.set(bytes);
    kept[0] = copy;
  };
  Deno.bench({ name, group, baseline: true, fn });
}

function benchDecode(group: string, bytes: Uint8Array): void {
  benchCopy(group, bytes);
  const fn = () => {
    kept[0] = decodePacket(bytes);
  };
  Deno.bench({ name: `${group}: decodePacket()`, group, fn });
}

function benchEncode(group: string, packet: AckPacket | OackPacket): void {
  benchNewCopy(group, encodePacket(packet));
  const fn = () => {
    kept[0] = encodePacket(packet);
  };
  Deno.bench({ name: `${group}: encodePacket()`, group, fn });
}

for (const blksize of BLKSIZES) {
  const payload = new Uint8Array(blksize).fill(0xa5);
  const bytes = encodePacket({ kind: "data", block: 4_711, payload });
  benchDecode(`DATA ${blksize}`, bytes);
}
benchDecode(
  "WRQ with 4 options",
  encodePacket({
    kind: "wrq",
    filename: "firmware.bin",
    mode: "octet",
    options: OPTIONS,
  }),
);
benchEncode("ACK", ACK);
benchEncode("OACK with 4 options", OACK);
