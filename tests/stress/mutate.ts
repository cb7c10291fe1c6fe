/**
 * Datagrams that are almost right: valid ones with a few bytes changed.
 *
 * @module
 */

import { bytesOf, VECTORS } from "../protocol/vectors.ts";
import { encodePacket } from "../../lib/protocol/codec.ts";
import { pattern, writeRequest } from "../peer.ts";
import type { Random } from "../random.ts";

/** What the protocol is sensitive to. */
const BYTES = [0x00, 0x01, 0x02, 0x03, 0x05, 0x2e, 0x30, 0x7f, 0xff] as const;
const MAX_CHANGES = 4;
const MAX_INSERTED = 40;
/** More than any request may have, so that cutting at the limit is met too. */
const MAX_BYTES = 1_400;

/** Every kind of packet, and some that a live transfer takes. */
const SEEDS: readonly [Uint8Array, ...Uint8Array[]] = [
  encodePacket(writeRequest("file", { blksize: "1428", tsize: "1000" })),
  encodePacket(writeRequest("file", { windowsize: "64", timeout: "255" })),
  encodePacket({ kind: "data", block: 1, payload: pattern(512) }),
  encodePacket({ kind: "data", block: 2, payload: pattern(20) }),
  ...VECTORS.map(({ hex }) => bytesOf(hex)),
];

/** A datagram made from a valid one. */
export function mutated(random: Random): Uint8Array {
  let bytes = random.pick(SEEDS);
  for (let i = random.int(0, MAX_CHANGES); i > 0; i--) {
    bytes = change(bytes, random);
  }
  return bytes.length > MAX_BYTES ? bytes.subarray(0, MAX_BYTES) : bytes;
}

function change(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.int(0, bytes.length);
  const head = bytes.slice(0, at);
  switch (random.int(0, 5)) {
    case 0: { // One bit.
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << random.int(0, 7));
      return changed;
    }
    case 1: { // One byte, mostly near the beginning.
      const changed = bytes.slice();
      changed[random.chance(0.5) ? random.int(0, 3) : at] = random.pick(BYTES);
      return changed;
    }
    case 2: // The end is lost.
      return head;
    case 3: { // Bytes come in between.
      const length = random.int(1, MAX_INSERTED);
      return joined(head, inserted(length, random), bytes.subarray(at));
    }
    case 4: // Bytes are lost.
      return joined(head, bytes.subarray(at + random.int(1, MAX_INSERTED)));
    default: { // It goes on as another packet.
      const other = random.pick(SEEDS);
      return joined(head, other.subarray(random.int(0, other.length)));
    }
  }
}

/** The same byte again and again, or noise. */
function inserted(length: number, random: Random): Uint8Array {
  return random.chance(0.5)
    ? new Uint8Array(length).fill(random.pick(BYTES))
    : random.bytes(length);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, it) => sum + it.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
