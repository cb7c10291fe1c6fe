/**
 * The server's side of a stop from afar; `lib/client/stop.ts` is the other.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import type { Peer } from "../policy/address.ts";
import { type Bucket, type Rate, take } from "../policy/rate.ts";
import { isSameBytes } from "../protocol/bytes.ts";
import {
  decodeStop,
  encodeStop,
  NONCE_BYTES,
  type Stop,
} from "../protocol/stop_message.ts";
import type { StopKey } from "../stop_key.ts";
import type { SendFrom } from "./listeners.ts";

/** Two clocks may differ by this much, and a message be under way. */
const MAX_AGE_MS = 60_000;
/**
 * Proofs that are checked: some 15 us each, so a tenth of a processor at most.
 * Only who has heard the run's number gets so far, and in a flood of ten times
 * as many, one of the twenty messages of `wotftp stop` still gets through.
 */
const PROOFS: Rate = { perSecond: 5_000, burst: 5_000 };

/** What a gate is made from. */
export interface GateOptions {
  /** The key. */
  readonly key: StopKey;
  /** The time. */
  readonly clock: Clock;
  /** Sends from a listening port. */
  readonly send: SendFrom;
  /** How many uploads are under way. */
  readonly countUploads: () => number;
  /** Called when somebody proved the right to stop the server. */
  readonly onStop: () => void;
}

/** Who asks, and the local address that is asked. */
interface Asker {
  readonly from: Peer;
  readonly to: string;
}

/** Answers those who may stop the server, and nobody else. */
export class StopGate {
  readonly #options: GateOptions;
  /** New at every start: what was recorded in one run is of no use in another. */
  readonly #run = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  /** What is left of {@linkcode PROOFS}. */
  #proofs: Bucket | undefined;
  /** Who is told when the server has stopped. */
  #waiting: Asker & { readonly stop: Stop } | undefined;

  /** Opens the gate. */
  constructor(options: GateOptions) {
    this.#options = options;
  }

  /**
   * Takes in a datagram of a listening port.
   *
   * @param to The local address that it came to.
   * @returns Whether it was meant for the gate.
   */
  take(bytes: Uint8Array, { hostname, port }: Peer, to: string): boolean {
    const decoded = decodeStop(bytes);
    if (decoded === undefined) return false;
    const { message, signed, proof } = decoded;
    const from = { hostname, port };
    if (message.kind === "hello") {
      // Without a limit, for a flood could use it up: the answer costs little,
      // is not longer than the question, and nothing is remembered.
      const { client } = message;
      this.#options.send(
        encodeStop({ kind: "challenge", client, run: this.#run }),
        from,
        to,
      );
    }
    if (message.kind === "stop" && this.#isFresh(message) && this.#mayCheck()) {
      this.#onStop({ ...message, client: message.client.slice() }, {
        signed: signed.slice(),
        proof: proof.slice(),
      }, { from, to });
    }
    return true;
  }

  /** Tells whoever waits for it that the server has stopped. */
  async sayStopped(): Promise<void> {
    const isStopped = true;
    if (this.#waiting !== undefined) await this.#sendStatus(isStopped);
  }

  #isFresh({ run, sentAt }: Stop): boolean {
    return isSameBytes(run, this.#run) &&
      Math.abs(this.#options.clock.epoch() - sentAt) <= MAX_AGE_MS;
  }

  #mayCheck(): boolean {
    const now = this.#options.clock.now();
    const { bucket, taken } = take(this.#proofs, PROOFS, now);
    this.#proofs = bucket;
    return taken;
  }

  async #onStop(
    stop: Stop,
    { signed, proof }: { signed: Uint8Array; proof: Uint8Array },
    asker: Asker,
  ): Promise<void> {
    if (!await this.#options.key.verify(signed, proof)) return;
    const isFirst = this.#waiting === undefined;
    this.#waiting = { ...asker, stop };
    if (isFirst) this.#options.onStop();
    const isStopped = false;
    await this.#sendStatus(isStopped);
  }

  async #sendStatus(isStopped: boolean): Promise<void> {
    if (this.#waiting === undefined) return;
    const { countUploads, key, send } = this.#options;
    const { from, to, stop: { client } } = this.#waiting;
    const bytes = await key.sign(encodeStop({
      kind: "status",
      client,
      run: this.#run,
      uploads: countUploads(),
      isStopped,
    }));
    send(bytes, from, to);
  }
}
