/**
 * The uploads of one thread that have a socket: by seat and by client, and woken
 * when their time has come.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import { keyOf, type Peer } from "../policy/address.ts";
import { PROGRESS_MS } from "../policy/repetition.ts";
import type { Session } from "./session.ts";

/** How fine timeouts are measured. */
const TICK_MS = 10;
/**
 * How long a stopping server still answers a client whose file is saved, or
 * waits for one that has not sent a block.
 */
const STOPPING_LINGER_MS = 1_000;
/** More uploads nobody looks at one by one. */
const FEW = 100;

/** Uploads that have a socket. */
export class Sessions {
  /** Whether those that merely linger are to end. */
  isDraining = false;
  readonly #clock: Clock;
  readonly #progressMs: number;
  readonly #bySeat = new Map<number, Session>();
  /** The latest of a client, by {@linkcode keyOf}. */
  readonly #latest = new Map<string, Session>();
  /** What is to be done when one has closed, by its seat. */
  readonly #whenClosed = new Map<number, () => void>();
  #ticks = 0;
  #cancelTick: (() => void) | undefined;
  /** None is due before. */
  #dueAt = Infinity;

  /**
   * There are none yet.
   *
   * @param progressMs How often it is told of few of them how far they are.
   */
  constructor(clock: Clock, progressMs: number = PROGRESS_MS) {
    this.#clock = clock;
    this.#progressMs = progressMs;
  }

  /** All of them, the oldest first. */
  get all(): Iterable<Session> {
    return this.#bySeat.values();
  }

  /** The one that has a seat. */
  at(seat: number): Session | undefined {
    return this.#bySeat.get(seat);
  }

  /** The latest one of a client. */
  latestOf(peer: Peer): Session | undefined {
    return this.#latest.get(keyOf(peer));
  }

  /** Adds one. */
  add(session: Session): void {
    this.#bySeat.set(session.seat, session);
    this.#latest.set(keyOf(session.peer), session);
    this.#cancelTick ??= this.#clock.after(TICK_MS, () => this.#tick());
  }

  /** Takes note of when one is due. */
  wakeAt(deadline: number): void {
    this.#dueAt = Math.min(this.#dueAt, deadline);
  }

  /** Does something when one has closed. */
  whenClosed({ seat }: Session, run: () => void): void {
    this.#whenClosed.set(seat, run);
  }

  /** Removes one that has closed. */
  remove(session: Session): void {
    const { peer, seat } = session;
    this.#bySeat.delete(seat);
    const key = keyOf(peer);
    if (this.#latest.get(key) === session) this.#latest.delete(key);
    if (this.#bySeat.size === 0) {
      this.#cancelTick?.();
      this.#cancelTick = undefined;
    }
    const then = this.#whenClosed.get(seat);
    this.#whenClosed.delete(seat);
    then?.();
  }

  /**
   * A plain look at all of them, as often as one of them may be due: most put
   * off their time with every block, so that is a few times a second.
   */
  #tick(): void {
    this.#cancelTick = this.#clock.after(TICK_MS, () => this.#tick());
    const now = this.#clock.now();
    const every = this.#bySeat.size > FEW ? PROGRESS_MS : this.#progressMs;
    const tellsProgress = ++this.#ticks % Math.ceil(every / TICK_MS) === 0;
    if (now < this.#dueAt && !tellsProgress && !this.isDraining) return;
    this.#dueAt = Infinity;
    for (const session of this.all) {
      if (now >= session.deadline) session.tick();
      if (tellsProgress) session.tellProgress(now);
      if (this.isDraining && session.hasLingered(STOPPING_LINGER_MS)) {
        session.ask("stop");
      }
      this.wakeAt(session.deadline);
    }
  }
}
