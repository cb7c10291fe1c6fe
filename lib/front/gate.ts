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

/** Who has proved the right to stop the server, and where. */
interface Stopper {
  readonly from: Peer;
  /** The local address that it asked. */
  readonly to: string;
  /** The number that it chose for itself. */
  readonly client: Uint8Array;
}

/** Answers those who may stop the server, and nobody else. */
export class StopGate {
  readonly #options: GateOptions;
  /** New at every start: what was recorded in one run is of no use in another. */
  readonly #run = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  /** What is left of {@linkcode PROOFS}. */
  #proofs: Bucket | undefined;
  /** Who is told when the server has stopped. */
  #stopper: Stopper | undefined;

  /** Opens the gate. */
  constructor(options: GateOptions) {
    this.#options = options;
  }

  /**
   * Takes in a datagram of a listening port.
   *
   * @param bytes The datagram; it is kept for a while.
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
      const run = this.#run;
      const bytes = encodeStop({ kind: "challenge", client, run });
      this.#options.send(bytes, from, to);
    }
    if (message.kind === "stop" && this.#isFresh(message) && this.#mayCheck()) {
      this.#onStop(signed, proof, { from, to, client: message.client });
    }
    return true;
  }

  /** Tells whoever waits for it that the server has stopped. */
  async sayStopped(): Promise<void> {
    if (this.#stopper === undefined) return;
    await this.#tell(this.#stopper, { isStopped: true });
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
    signed: Uint8Array,
    proof: Uint8Array,
    stopper: Stopper,
  ): Promise<void> {
    const { key, onStop } = this.#options;
    if (!await key.verify(signed, proof)) return;
    const isFirst = this.#stopper === undefined;
    this.#stopper = stopper;
    if (isFirst) onStop();
    await this.#tell(stopper, { isStopped: false });
  }

  async #tell(
    { from, to, client }: Stopper,
    { isStopped }: { readonly isStopped: boolean },
  ): Promise<void> {
    const { countUploads, key, send } = this.#options;
    const status = encodeStop({
      ...{ kind: "status", client, run: this.#run },
      ...{ uploads: countUploads(), isStopped },
    });
    send(await key.sign(status), from, to);
  }
}
