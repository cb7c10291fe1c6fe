/**
 * How often one block may be acknowledged.
 *
 * @module
 */

import type { Packet } from "../../lib/protocol/packet.ts";
import { MAX_BLOCK } from "./expectation.ts";

/** The most ACKs of a block that are repeated because nothing comes. */
const MAX_TIMED = 10;
/** How often a gap is told that is still the same one. */
const MAX_GAPS = 1;
/** The same where numbers begin anew: 1 may be early, the next one, or block 1. */
const MAX_GAPS_AT_WRAP = 3;
/**
 * The most answers to repeated blocks at once: four, four more when the round
 * trip grows, and four for the last block; and when there is one more.
 */
const MAX_ANSWERS = 12;
const ANSWER_EVERY_MS = 100;

/** Counts the ACKs of one upload. */
export class AckCount {
  /** How often again because nothing came, and since then for a gap behind. */
  #timed = 0;
  #gaps = 0;
  /** When all answers to repeated blocks are made up for. */
  #squareAt: number;

  constructor(now: number) {
    this.#squareAt = now;
  }

  /** Another block is acknowledged. */
  goOn(): void {
    this.#timed = this.#gaps = 0;
  }

  /**
   * A block is acknowledged once more: as nothing comes, or the wrong thing.
   *
   * @param wire Its number on the wire.
   * @param cause What is answered.
   * @returns Whether that is too often.
   */
  isTooOften(
    block: number,
    wire: number,
    cause: Packet | undefined,
    now: number,
  ): boolean {
    if (cause?.kind === "data" && cause.block === wire) {
      this.#squareAt = Math.max(this.#squareAt, now) + ANSWER_EVERY_MS;
      return this.#squareAt - now > MAX_ANSWERS * ANSWER_EVERY_MS;
    }
    const isAtWrap = block === MAX_BLOCK || block === MAX_BLOCK + 1;
    const most = isAtWrap ? MAX_GAPS_AT_WRAP : MAX_GAPS;
    if (cause !== undefined && ++this.#gaps <= most) return false;
    // It may be the clock that acts at the moment something comes.
    this.#gaps = 0;
    return ++this.#timed > MAX_TIMED;
  }
}
