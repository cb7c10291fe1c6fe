/**
 * What the uploads of a thread send: blocks that were read in one go are answered
 * in one go, once all of them are dealt with. A machine that many of the blocks
 * come from is woken once then, and not for every answer, which is what a good
 * part of the time would go into on both sides.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import { post, type Socket } from "../socket.ts";

interface Letter {
  readonly socket: Socket;
  readonly bytes: Uint8Array;
  readonly to: Deno.NetAddr;
}

/** Datagrams on their way. */
export class Outbox {
  readonly #clock: Clock;
  readonly #beforeSending: () => void;
  readonly #onError: (error: unknown) => void;
  #letters: Letter[] = [];

  /**
   * Nothing is on its way yet.
   *
   * @param beforeSending Called before anything is sent, with which clients learn
   * what happened.
   * @param onError Called with what went wrong; see `tellDenied`.
   */
  constructor(
    clock: Clock,
    beforeSending: () => void,
    onError: (error: unknown) => void,
  ) {
    this.#clock = clock;
    this.#beforeSending = beforeSending;
    this.#onError = onError;
  }

  /**
   * Sends when everything that was read with what is answered here is dealt with,
   * or at the next {@linkcode flush}. The bytes are read by then, not now.
   */
  post(socket: Socket, bytes: Uint8Array, to: Deno.NetAddr): void {
    this.#letters.push({ socket, bytes, to });
    if (this.#letters.length === 1) this.#clock.soon(this.flush);
  }

  /** Sends at once, behind what there is. */
  postNow(socket: Socket, bytes: Uint8Array, to: Deno.NetAddr): void {
    this.flush();
    post(socket, bytes, to, this.#onError);
  }

  /** Sends what there is. */
  readonly flush = (): void => {
    const letters = this.#letters;
    if (letters.length === 0) return;
    this.#letters = [];
    this.#beforeSending();
    for (const { socket, bytes, to } of letters) {
      post(socket, bytes, to, this.#onError);
    }
  };
}
