/**
 * Who is being served: all sessions, by client and by what they are worth to a
 * server that is full.
 *
 * @module
 */

import type { Peer } from "../report/event.ts";
import type { Session } from "./session.ts";

/** Adding up ten thousand sessions takes longer than answering a request. */
const SUM_EVERY_MS = 100;

/** The sessions of a server. */
export class Roster {
  readonly #all = new Set<Session>();
  /** The latest session of each client. */
  readonly #byClient = new Map<string, Session>();
  /** Sessions whose client has not sent a block, the oldest first. */
  readonly #halfOpen = new Set<Session>();
  /** Sessions whose upload ended, the oldest first. */
  readonly #ended = new Set<Session>();
  /** Uploads under way by address. */
  readonly #underWay = new Map<string, number>();
  #halfOpenBytes = 0;
  #announcedBytes = 0;
  #announcedAt = -Infinity;

  /** How many there are. */
  get size(): number {
    return this.#all.size;
  }

  /** All of them. */
  [Symbol.iterator](): IterableIterator<Session> {
    return this.#all.values();
  }

  /** How many uploads are neither saved nor given up. */
  countUnderWay(): number {
    let count = 0;
    for (const session of this.#all) if (session.isUnderWay) count++;
    return count;
  }

  /** The latest session of a client, if it is not over. */
  find(peer: Peer): Session | undefined {
    return this.#byClient.get(keyOf(peer));
  }

  /** Takes in a session that has just been opened. */
  add(session: Session): void {
    this.#all.add(session);
    this.#byClient.set(keyOf(session.peer), session);
    this.#halfOpen.add(session);
    this.#halfOpenBytes += session.bufferBytes;
    this.#count(session, 1);
  }

  /** Notes that the client has sent its first block. */
  prove(session: Session): void {
    if (!this.#halfOpen.delete(session)) return;
    this.#halfOpenBytes -= session.bufferBytes;
    this.#announcedBytes += session.announcedBytes;
  }

  /** Notes that the upload ended and only repetitions may follow. */
  end(session: Session): void {
    if (this.#ended.has(session)) return;
    if (this.#halfOpen.has(session)) this.prove(session);
    else this.#announcedAt = -Infinity;
    this.#ended.add(session);
    this.#count(session, -1);
  }

  /** Notes that the session is over. */
  remove(session: Session): void {
    this.end(session);
    this.#ended.delete(session);
    this.#all.delete(session);
    const key = keyOf(session.peer);
    if (this.#byClient.get(key) === session) this.#byClient.delete(key);
  }

  /** The one to give way first. */
  oldest(kind: "ended" | "half-open"): Session | undefined {
    const [session] = kind === "ended" ? this.#ended : this.#halfOpen;
    return session;
  }

  /** The numbers that admission goes by. */
  occupancy(hostname: string): {
    sockets: number;
    ended: number;
    halfOpen: number;
    ofClient: number;
  } {
    return {
      sockets: this.#all.size,
      ended: this.#ended.size,
      halfOpen: this.#halfOpen.size,
      ofClient: this.#underWay.get(hostname) ?? 0,
    };
  }

  /** Memory kept for clients that have not sent a block. */
  get halfOpenBytes(): number {
    return this.#halfOpenBytes;
  }

  /** Bytes that are announced and not yet received; a moment old perhaps. */
  announcedBytes(): number {
    const now = performance.now();
    if (now - this.#announcedAt >= SUM_EVERY_MS) {
      this.#announcedAt = now;
      this.#announcedBytes = 0;
      for (const session of this.#all) {
        this.#announcedBytes += session.announcedBytes;
      }
    }
    return this.#announcedBytes;
  }

  #count({ peer }: Session, by: 1 | -1): void {
    const count = (this.#underWay.get(peer.hostname) ?? 0) + by;
    if (count === 0) this.#underWay.delete(peer.hostname);
    else this.#underWay.set(peer.hostname, count);
  }
}

/** One text for a client's address and port. */
export function keyOf({ hostname, port }: Peer): string {
  return `${hostname} ${port}`;
}
