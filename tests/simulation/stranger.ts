/**
 * What comes from those who are no part of any upload.
 *
 * @module
 */

import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import type { RequestPacket } from "../../lib/protocol/packet.ts";
import { Random } from "../random.ts";
import { type Address, addressOf } from "./address.ts";

/** Something sent by a stranger. */
export interface Forgery {
  readonly bytes: Uint8Array;
  readonly from: Address;
}

/** Forges a packet after a genuine one, from another address. */
export function forge(
  genuine: Uint8Array,
  sender: Address,
  dice: number,
): Forgery {
  const random = new Random(dice);
  // The same port elsewhere, or another port of the same host.
  const from = random.chance(0.5)
    ? addressOf("10.2.0.1", sender.port)
    : addressOf(sender.hostname, sender.port + 10_000);
  return { bytes: forgeBytes(genuine, random), from };
}

/** Makes up a datagram for the listening port, from somebody passing by. */
export function makeNoise(dice: number): Forgery {
  const random = new Random(dice);
  const request: RequestPacket = {
    kind: "wrq",
    filename: random.pick(["config", "log", "ghost", "", "..", "a/b", "\xe4"]),
    mode: random.pick(["octet", "OCTET", "netascii", "mail", ""]),
    options: random.pick([
      [],
      [{ name: "blksize", value: "1428" }, { name: "rollover", value: "0" }],
      [{ name: "BLKSIZE", value: "99999" }, { name: "tsize", value: "5" }],
    ]),
  };
  const bytes = random.chance(0.5)
    ? encodePacket(request)
    : random.chance(0.3)
    ? encodePacket({ ...request, kind: "rrq" })
    : forgeBytes(encodePacket(request), random);
  return {
    bytes,
    from: addressOf(`10.3.${random.int(0, 3)}.1`, random.int(1, 65_535)),
  };
}

function forgeBytes(genuine: Uint8Array, random: Random): Uint8Array {
  const packet = decodePacket(genuine);
  switch (random.int(0, 6)) {
    case 0:
      return genuine;
    case 1:
      return encodePacket({ kind: "error", code: 0, message: "forged" });
    case 2: // Junk, down to an empty datagram.
      return Uint8Array.from(
        random.list(random.int(0, 20), () => random.int(0, 255)),
      );
    case 3: // The end of the file, before its time.
      return packet.kind === "data"
        ? encodePacket({ ...packet, payload: new Uint8Array(0) })
        : encodePacket({ kind: "oack", options: [] });
    case 4: // The block after this one.
      return packet.kind === "data"
        ? encodePacket({ ...packet, block: packet.block + 1 })
        : encodePacket({ kind: "ack", block: random.int(0, 3) });
    case 5:
      return encodePacket(
        { kind: "wrq", filename: "config", mode: "octet", options: [] },
      );
    default: {
      const flipped = genuine.slice();
      const index = random.int(0, Math.min(genuine.length - 1, 8));
      flipped[index] = (flipped[index] ?? 0) ^ 1 << random.int(0, 7);
      return flipped;
    }
  }
}
