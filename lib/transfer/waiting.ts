/**
 * Uploads that wait for others to end, for the disk or for a socket.
 *
 * @module
 */

import type { OpenOrder } from "../channel.ts";
import type { Clock } from "../clock.ts";
import { keyOf, type Peer } from "../policy/address.ts";

/**
 * A client that has not repeated its request for so long, or for twice the time
 * it named itself, has gone: none waits longer than five seconds.
 */
const GONE_MS = 6_000;

interface Entry {
  readonly order: OpenOrder;
  /** When its client asked for it last. */
  askedAt: number;
}

/** Those who wait; one of each client at most. */
export class Waiting {
  readonly #clock: Clock;
  readonly #bySeat = new Map<number, Entry>();
  /** The seat of a client, by {@linkcode keyOf}. */
  readonly #byClient = new Map<string, number>();

  /** Nobody waits. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** All of them. */
  get all(): OpenOrder[] {
    return [...this.#bySeat.values()].map(({ order }) => order);
  }

  /** Begins to wait. */
  add(order: OpenOrder): void {
    const { peer, seat } = order;
    this.#bySeat.set(seat, { order, askedAt: this.#clock.now() });
    this.#byClient.set(keyOf(peer), seat);
  }

  /** It waits no longer. */
  remove({ peer, seat }: OpenOrder): void {
    this.#bySeat.delete(seat);
    const key = keyOf(peer);
    if (this.#byClient.get(key) === seat) this.#byClient.delete(key);
  }

  /** Who waits for a seat, if somebody does. */
  at(seat: number): OpenOrder | undefined {
    return this.#bySeat.get(seat)?.order;
  }

  /** What a client waits for, if it does. */
  of(peer: Peer): OpenOrder | undefined {
    return this.at(this.#byClient.get(keyOf(peer)) ?? 0);
  }

  /** Its client asks for it once more. */
  repeat(seat: number): void {
    const entry = this.#bySeat.get(seat);
    if (entry !== undefined) entry.askedAt = this.#clock.now();
  }

  /** Whether its client has gone, for all that is known. */
  hasGone({ accepted, seat }: OpenOrder): boolean {
    const entry = this.#bySeat.get(seat);
    const patience = Math.max(GONE_MS, 2 * accepted.terms.timeoutMs);
    return entry === undefined || this.#clock.now() - entry.askedAt > patience;
  }
}
