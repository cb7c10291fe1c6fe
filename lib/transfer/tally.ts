/**
 * Counts the packets of one upload, with an addition or two for each.
 *
 * @module
 */

import type { Counts } from "../protocol/counts.ts";
import type { ErrorPacket, Packet } from "../protocol/packet.ts";
import { wireNumber } from "../protocol/rollover.ts";
import {
  isAnswerUnderWay,
  type Reply,
  type Transfer,
} from "../protocol/transfer_state.ts";

/** What comes this soon behind a wait for storage came during it. */
const AT_ONCE_MS = 50;

/** The packets so far. */
export class Tally {
  #requests = 0;
  #repeatsIn = 0;
  #repeatsOut = 0;
  #stuck = 0;
  #diskMs = 0;
  #waitedAt = -Infinity;
  /** What was sent last. */
  #sent: Reply | ErrorPacket | undefined;

  /**
   * Counts a packet of the client, and what it did to the transfer.
   *
   * @param now The time by the transfer's clock.
   */
  receive(
    packet: Packet,
    before: Transfer,
    after: Transfer,
    now: number,
  ): void {
    if (packet.kind === "wrq") {
      this.#requests++;
    } else if (packet.kind !== "data") {
      return;
    } else if (after.block !== before.block) {
      this.#stuck = 0;
      // What waited in the kernel meanwhile shows nothing.
      if (now - this.#waitedAt > AT_ONCE_MS) this.#diskMs = 0;
    } else if (after.phase !== "failed") {
      // One that ends the upload is not a repetition.
      this.#repeatsIn++;
      const { acked, block } = before;
      const isLast = block > 0 &&
        packet.block === wireNumber(block, before.rollover ?? 0);
      const isAcked = acked === block && !isAnswerUnderWay(before, now);
      if (isLast && isAcked) this.#stuck++;
    }
  }

  /**
   * Notes that storage was waited for.
   *
   * @param now The time by the transfer's clock, which stood still meanwhile.
   */
  wait(ms: number, now: number): void {
    this.#diskMs += ms;
    this.#waitedAt = now;
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
      diskMs: this.#diskMs,
      roundTripMs: roundTrip?.meanMs,
    };
  }
}
