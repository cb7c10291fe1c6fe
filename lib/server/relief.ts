/**
 * What helps when the process may open no more files and sockets: those worth
 * least give theirs up.
 *
 * @module
 */

import type { Roster } from "./roster.ts";

/** Enough for those who wait and for the files of those who just got in. */
const EVICTED_AT_ONCE = 16;

/** Makes room for sockets and files. */
export class Relief {
  readonly #roster: Roster;
  #underWay: Promise<boolean> | undefined;

  /** Prepares to take from a server's sessions. */
  constructor(roster: Roster) {
    this.#roster = roster;
  }

  /**
   * Closes sockets of uploads that ended and of requests without data. All who
   * ask at once share what that brings.
   *
   * @returns Whether it is worth trying again.
   */
  relieve(): Promise<boolean> {
    this.#underWay ??= this.#evict()
      .finally(() => this.#underWay = undefined);
    return this.#underWay;
  }

  async #evict(): Promise<boolean> {
    let evicted = 0;
    while (evicted < EVICTED_AT_ONCE) {
      const session = this.#roster.oldest("ended") ??
        this.#roster.oldest("half-open");
      if (session === undefined) break;
      session.evict();
      evicted++;
    }
    // A descriptor is free only when its pending read has been cancelled, in a
    // later turn of the event loop.
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, 0);
    await promise;
    return evicted > 0;
  }
}
