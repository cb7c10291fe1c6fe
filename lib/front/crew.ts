/**
 * The transfer threads as the front has them: who works where, what they are
 * told, and when one more would have work.
 *
 * @module
 */

import type { Channel, News, Order } from "../channel.ts";
import type { Seat } from "../policy/seats.ts";

/** With so many uploads on each thread, one more thread pays. */
const UPLOADS_PER_THREAD = 8;

/** What a crew works with. */
export interface CrewOptions {
  /** The most transfer threads there may be. */
  readonly maxThreads: number;
  /** Called when one more would have work. */
  onWantThread(): void;
  /** Takes in what a thread tells. */
  onNews(news: News): void;
}

/** The transfer threads. */
export class Crew {
  readonly #options: CrewOptions;
  readonly #threads: Channel<Order, News>[] = [];
  #wantsThread = false;

  /** Nobody yet. */
  constructor(options: CrewOptions) {
    this.#options = options;
  }

  /** How many there are. */
  get size(): number {
    return this.#threads.length;
  }

  /** Adds a thread. */
  add(channel: Channel<Order, News>): void {
    this.#threads.push(channel);
    this.#wantsThread = false;
    channel.listen((batch) => {
      for (const news of batch) this.#options.onNews(news);
    });
  }

  /**
   * Has an upload begin.
   *
   * @param at When it was asked for, milliseconds since 1970.
   * @param load How many its thread has under way by then.
   */
  open(
    { id, thread, peer, to, accepted, evicts, sparesAnswered }: Seat,
    at: number,
    load: number,
  ): void {
    this.#threads[thread]?.send({
      ...{ kind: "open", seat: id, peer, to, accepted, at },
      ...{ evicts, sparesAnswered },
    });
    const { maxThreads, onWantThread } = this.#options;
    const isEnough = load <= UPLOADS_PER_THREAD || this.size >= maxThreads;
    if (isEnough || this.#wantsThread) return;
    this.#wantsThread = true;
    onWantThread();
  }

  /** Has the answer to a request sent again. */
  repeat({ id, thread }: Seat): void {
    this.#threads[thread]?.send({ kind: "repeat", seat: id });
  }

  /**
   * Has an upload give up its place.
   *
   * @param sparesAnswered Whether it stays if its client is answered by now.
   */
  evict(
    { id, thread }: Seat,
    { sparesAnswered }: Pick<Seat, "sparesAnswered">,
  ): void {
    this.#threads[thread]?.send({ kind: "evict", seat: id, sparesAnswered });
  }

  /** Tells all of them, at once. */
  orderAll(order: Order): void {
    for (const thread of this.#threads) thread.send(order);
    this.flush();
  }

  /** Sends what they were told. */
  flush(): void {
    for (const thread of this.#threads) thread.flush();
  }
}
