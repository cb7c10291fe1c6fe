/**
 * Whatever the bytes: decoding, classifying and receiving never throw, what was
 * understood can be encoded and means the same again, and every answer can be
 * encoded.
 *
 * @module
 */

import { NEGOTIATION } from "../../lib/config.ts";
import { isSameBytes } from "../../lib/protocol/bytes.ts";
import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import type { Packet } from "../../lib/protocol/packet.ts";
import { classify } from "../../lib/protocol/request.ts";
import { expire, open, receive } from "../../lib/protocol/transfer.ts";
import type { Step, Transfer } from "../../lib/protocol/transfer_state.ts";
import type { Random } from "../random.ts";
import { TERMS } from "../protocol/scenario.ts";
import { checkReply } from "./reply_bound.ts";
import { mutated } from "./mutate.ts";

/** A transfer gets this many datagrams on average. */
const DATAGRAMS_PER_TRANSFER = 20;
/** From a burst to a silence that ends a transfer, milliseconds. */
const WAITS_MS = [0, 0, 0, 1, 400, 2_000, 70_000] as const;

/**
 * Plays mutated datagrams.
 *
 * @param cases How many.
 * @param random Chance; its seed belongs into the report of a failure.
 * @throws If one is not treated as it should; the message holds its bytes.
 */
export function fuzzCore(cases: number, random: Random): void {
  const transfer = new LiveTransfer(random);
  for (let i = 0; i < cases; i++) {
    const bytes = mutated(random);
    try {
      const packet = decodePacket(bytes);
      checkRoundTrip(packet);
      checkVerdict(packet, bytes);
      transfer.take(packet);
    } catch (error) {
      const hex = [...bytes].map((it) => it.toString(16).padStart(2, "0"));
      const where = `seed ${random.seed}, case ${i}: ${hex.join(" ")}`;
      throw new Error(where, { cause: error });
    }
  }
}

function checkRoundTrip(packet: Packet): void {
  if (packet.kind === "malformed") return;
  const encoded = encodePacket(packet);
  const again = decodePacket(encoded);
  if (
    again.kind !== packet.kind || !isSameBytes(encodePacket(again), encoded)
  ) {
    throw new Error(`A ${packet.kind} does not survive encoding`);
  }
}

function checkVerdict(packet: Packet, bytes: Uint8Array): void {
  const verdict = classify(packet, NEGOTIATION);
  if (verdict.kind === "ignore") return;
  checkReply(verdict.reply, bytes);
}

/** Takes what comes, in every phase, and begins anew when it is closed. */
class LiveTransfer {
  readonly #random: Random;
  #transfer: Transfer;
  #now = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#transfer = this.#open();
  }

  take(packet: Packet): void {
    const { phase } = this.#transfer;
    const isOver = this.#random.int(0, DATAGRAMS_PER_TRANSFER - 1) === 0;
    if (phase === "closed" || isOver) this.#transfer = this.#open();
    this.#now += this.#random.pick(WAITS_MS);
    this.#apply(expire(this.#transfer, this.#now));
    this.#apply(receive(this.#transfer, packet, this.#now));
  }

  #apply({ transfer, actions }: Step): void {
    const { terms, phase, deadline } = transfer;
    for (const action of actions) {
      if (action.kind === "send") encodePacket(action.packet);
      if (action.kind === "write" && action.payload.length > terms.blksize) {
        throw new Error(`${action.payload.length} bytes are written at once`);
      }
    }
    if (phase !== "closed" && !(deadline > this.#now)) {
      throw new Error(`The deadline ${deadline} is over in phase ${phase}`);
    }
    this.#transfer = transfer;
  }

  #open(): Transfer {
    const terms = {
      ...{ ...TERMS, timeoutMs: 1_000, minTimeoutMs: 30 },
      ...{ idleMs: 60_000, durationMs: 600_000 },
      blksize: this.#random.pick([8, 512, 1_428]),
      windowsize: this.#random.pick([1, 4, 64]),
      maxBytes: this.#random.pick([1_000, Infinity]),
    };
    return open(terms, { kind: "ack", block: 0 }, this.#now).transfer;
  }
}
