/**
 * Keeps the accounts of `lib/policy/rate.ts`.
 *
 * @module
 */

import { plainAddress } from "../policy/address.ts";
import {
  type Bucket,
  ERRORS_IN_ALL,
  ERRORS_PER_SOURCE,
  networkOf,
  take,
} from "../policy/rate.ts";

/** More networks than send errors at once in earnest; beyond, a flood. */
const MAX_NETWORKS = 4_096;

/** Limits the ERRORs to peers that have not proved to be there. */
export class ErrorLimit {
  readonly #networks = new Map<string, Bucket>();
  #all: Bucket | undefined;

  /**
   * Whether an ERROR may be sent now; if so, it is counted.
   *
   * @param hostname The receiver.
   */
  allows(hostname: string): boolean {
    const now = performance.now();
    const network = networkOf(plainAddress(hostname));
    const own = take(this.#networks.get(network), ERRORS_PER_SOURCE, now);
    // Deleted first, so that the map is in the order of use.
    this.#networks.delete(network);
    this.#networks.set(network, own.bucket);
    if (this.#networks.size > MAX_NETWORKS) {
      const [oldest] = this.#networks.keys();
      if (oldest !== undefined) this.#networks.delete(oldest);
    }
    if (!own.taken) return false;
    const all = take(this.#all, ERRORS_IN_ALL, now);
    this.#all = all.bucket;
    return all.taken;
  }
}
