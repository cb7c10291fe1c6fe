/**
 * Counts the packets of one upload, with an addition or two for each.
 *
 * @module
 */

import type { Counts } from "../protocol/counts.ts";
import type { ErrorPacket, Packet } from "../protocol/packet.ts";
import { wireNumber } from "../protocol/rollover.ts";
import type { Reply, Transfer } from "../protocol/transfer_state.ts";

/** The packets so far. */
export class Tally {
  #requests = 0;
  #repeatsIn = 0;
  #repeatsOut = 0;
  #stuck = 0;
  /** What was sent last. */
  #sent: Reply | ErrorPacket | undefined;

  /** Counts a packet of the client, and what it did to the transfer. */
  receive(packet: Packet, before: Transfer, after: Transfer): void {
    if (packet.kind === "wrq") {
      this.#requests++;
    } else if (packet.kind !== "data") {
      return;
    } else if (after.block !== before.block) {
      this.#stuck = 0;
    } else if (after.phase !== "failed") {
      // One that ends the upload is not a repetition.
      this.#repeatsIn++;
      if (packet.block === wireNumber(before.block, before.rollover ?? 0)) {
        this.#stuck++;
      }
    }
  }

  /** Counts an answer. */
  send(packet: Reply | ErrorPacket): void {
    const sent = this.#sent;
    const isRepeated = packet === sent ||
      packet.kind === "ack" && sent?.kind === "ack" &&
        packet.block === sent.block;
    if (isRepeated) this.#repeatsOut++;
    this.#sent = packet;
  }

  /** The code of what was sent last, if that is an ERROR. */
  get errorCode(): number | undefined {
    return this.#sent?.kind === "error" ? this.#sent.code : undefined;
  }

  /** The counts of an upload that has come so far. */
  of({ block, roundTrip }: Transfer): Counts {
    return {
      blocks: block,
      requests: this.#requests,
      repeatsIn: this.#repeatsIn,
      repeatsOut: this.#repeatsOut,
      stuck: this.#stuck,
      roundTripMs: roundTrip?.meanMs,
    };
  }
}
