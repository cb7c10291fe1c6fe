/**
 * Somebody who guesses a sender's port and asks for an upload in its name, amid
 * its blocks.
 *
 * @module
 */

import { encodePacket } from "../../lib/protocol/codec.ts";
import { type Address, LISTENER } from "./address.ts";
import type { SenderPlan } from "./scenario.ts";
import type { SenderContext } from "./sender.ts";

/** From a block to the front, through a thread and a carrier. */
const HEARD_WITHIN_MS = 40;
/** No sender asks for an option of that name, so none takes the answer for its. */
const REQUEST = encodePacket({
  ...{ kind: "wrq", filename: "ghost", mode: "octet" },
  options: [{ name: "TSIZE", value: "5" }],
});

/** One guess, if the sender's plan has one. */
export class Guess {
  readonly #plan: SenderPlan;
  readonly #address: Address;
  readonly #context: SenderContext;
  /** When the first block was acknowledged. */
  #provenAt: number | undefined;
  #isDone = false;

  /** Waits for its moment. */
  constructor(plan: SenderPlan, address: Address, context: SenderContext) {
    this.#plan = plan;
    this.#address = address;
    this.#context = context;
  }

  /** So many blocks are acknowledged. */
  acknowledged(blocks: number): void {
    const { clock, network } = this.#context;
    const { guessAfter = Infinity, latencyMs } = this.#plan;
    if (this.#isDone || blocks === 0) return;
    this.#provenAt ??= clock.now();
    if (blocks < guessAfter) return;
    // The front has to have heard of the first block.
    if (clock.now() - this.#provenAt < HEARD_WITHIN_MS) return;
    this.#isDone = true;
    network.inject(REQUEST, this.#address, LISTENER, latencyMs);
  }
}
