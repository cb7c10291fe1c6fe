/**
 * The way between the front and a thread: batches arrive after a while, in
 * their order.
 *
 * @module
 */

import type { Carrier } from "../../lib/channel.ts";
import type { Clock } from "../../lib/clock.ts";

/** One direction of the way. */
export interface Way<Message> {
  /** Whether no batch overtakes another. */
  readonly keepsOrder: boolean;
  /** How long a batch takes that sets out now, milliseconds. */
  delayMs(): number;
  /** A batch sets out. */
  sent(batch: readonly Message[]): void;
  /** A batch arrives; returns what is left of it. */
  arrives(batch: readonly Message[]): readonly Message[];
}

/** Makes both ends: what is posted at the first goes `there`. */
export function connect<There, Back>(
  clock: Clock,
  there: Way<There>,
  back: Way<Back>,
): [Carrier, Carrier] {
  const near: Carrier = { onmessage: null, postMessage: () => {} };
  const far: Carrier = { onmessage: null, postMessage: () => {} };
  near.postMessage = poster(clock, there, far);
  far.postMessage = poster(clock, back, near);
  return [near, far];
}

function poster<Message>(clock: Clock, way: Way<Message>, end: Carrier) {
  let lastAt = 0;
  return (posted: unknown): void => {
    // A carrier does not know what it carries; this one has only one user.
    const batch = posted as readonly Message[];
    way.sent(batch);
    const now = clock.now();
    const at = now + way.delayMs();
    lastAt = way.keepsOrder ? Math.max(at, lastAt) : at;
    clock.after(lastAt - now, () => {
      const data = way.arrives(batch);
      end.onmessage?.(new MessageEvent("message", { data }));
    });
  };
}
