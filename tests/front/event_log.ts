/**
 * Collects what a server tells.
 *
 * @module
 */

import type { Event, Report } from "../../lib/report/event.ts";

/** Waiting longer than this is a failure, not a hang. */
const PATIENCE_MS = 30_000;

/** Waits for something that has to come; a test fails instead of hanging. */
export async function within<T>(what: string, wait: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const error = new Error(`Waited in vain for ${what}`);
  const timer = setTimeout(() => reject(error), PATIENCE_MS);
  try {
    return await Promise.race([wait, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** A report that remembers. */
export class EventLog implements Report {
  readonly packets = false;
  /** All that was told so far. */
  readonly events: Event[] = [];
  /** How many events of a kind were waited for. */
  readonly #taken = new Map<string, number>();
  #onEvent: () => void = () => {};

  add(event: Event): void {
    this.events.push(event);
    this.#onEvent();
  }

  /** How many of a kind there were. */
  count(kind: Event["kind"]): number {
    return this.events.filter((it) => it.kind === kind).length;
  }

  /** Waits for an event of a kind that has not been waited for yet. */
  async next<K extends Event["kind"]>(
    kind: K,
  ): Promise<Extract<Event, { kind: K }>> {
    const index = this.#taken.get(kind) ?? 0;
    this.#taken.set(kind, index + 1);
    while (true) {
      const event = this.events.filter((it) => isKind(it, kind))[index];
      if (event !== undefined) return event;
      const { promise, resolve } = Promise.withResolvers<void>();
      const others = this.#onEvent;
      this.#onEvent = () => {
        others();
        resolve();
      };
      await within(`an event "${kind}"`, promise);
    }
  }
}

function isKind<K extends Event["kind"]>(
  event: Event,
  kind: K,
): event is Extract<Event, { kind: K }> {
  return event.kind === kind;
}
