/**
 * How long an answer may be to a peer that has not proved to be there.
 *
 * @module
 */

import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import type { Packet } from "../../lib/protocol/packet.ts";

/** An answer this many times as long as its cause is no weapon. */
const MAX_FACTOR = 1.5;
/**
 * The exception: an ERROR says what is wrong, however short the datagram that
 * caused it, and is limited in number instead (`lib/policy/rate.ts`). The
 * longest text is the one with the largest numbers in it, 73 characters; the
 * opcode, the code and the NUL make five bytes more.
 */
const MAX_ERROR_BYTES = 5 +
  "not enough disk space - need 100000000000000000000, have 9007199254740991"
    .length;

/**
 * Checks an answer.
 *
 * @param reply The answer.
 * @param cause The datagram that it answers.
 * @throws If it is too long.
 */
export function checkReply(reply: Packet, cause: Uint8Array): void {
  const { kind } = reply;
  if (kind === "malformed") throw new Error("An answer makes no sense");
  const { length } = encodePacket(reply);
  const bound = kind === "error" ? MAX_ERROR_BYTES : 0;
  if (length > Math.max(bound, MAX_FACTOR * cause.length)) {
    const bytes = cause.length;
    throw new Error(`${kind} of ${length} bytes in answer to ${bytes} bytes`);
  }
  if (decodePacket(cause).kind === "error") {
    throw new Error(`An ERROR is answered, with ${kind}`);
  }
}
