/**
 * Which place a new upload gets, and who gives it up.
 *
 * @module
 */

import { plainAddress } from "./address.ts";
import type { Giver, Occupancy } from "./admission.ts";
import { networkOf } from "./rate.ts";
import { type Client, countProven, reservedFor } from "./reserve.ts";
import type { Seat, Seats } from "./seats.ts";

/**
 * How full it is for somebody who asks. The place and the space of the upload
 * that gives way to the new one are there for it.
 *
 * @param latest The latest upload from the same port, if there is one.
 * @param freeBytes Bytes that may still be written; `undefined` if nobody knows.
 */
export function occupancyFor(
  seats: Seats,
  hostname: string,
  latest: Seat | undefined,
  freeBytes: number | undefined,
): Occupancy {
  const client = seats.clients.get(hostname);
  const own = latest?.isCounted ? latest : undefined;
  const countOwn = (isOf: boolean | undefined): number => isOf ? 1 : 0;
  const isOpening = own?.phase === "opening";
  const isOwnStranger = isOpening && own.isStranger;
  const network = networkOf(plainAddress(hostname));
  const ofNetwork = seats.ofNetwork.get(network)?.size ?? 0;
  return {
    taken: seats.taken - countOwn(own !== undefined),
    ended: seats.ended.size - countOwn(own && seats.ended.has(own)),
    halfOpen: seats.halfOpen.size - countOwn(isOpening),
    strangers: seats.strangers.size - countOwn(isOwnStranger),
    ofNetwork: ofNetwork - countOwn(isOpening),
    proven: (client?.proven ?? 0) - countOwn(own?.phase === "receiving"),
    unproven: (client?.halfOpen.size ?? 0) - countOwn(isOpening),
    freeBytes,
    reservedBytes: seats.reservedBytes - reservedFor(client) +
      reservedFor(without(client, own)),
  };
}

function without(
  client: Client | undefined,
  seat: Seat | undefined,
): Client | undefined {
  if (client === undefined || seat?.phase !== "receiving") return client;
  const others = { ...client };
  countProven(others, seat, -1);
  return others;
}

/** In a crowd that comes at once, so many are looked at, not thousands. */
const MAX_LOOKED_AT = 256;

/**
 * Finds the seat that has to go.
 *
 * @param giver Of whom the oldest goes; nobody if that is `undefined`.
 * @param latest The upload that gives way anyhow, if there is one.
 * @param sparedSince Who was answered later than this stays, for his first block
 * is on its way; milliseconds of the front's clock.
 */
export function oldestOf(
  seats: Seats,
  hostname: string,
  giver: Giver | undefined,
  latest: Seat | undefined,
  sparedSince: number,
): Seat | undefined {
  let lookedAt = 0;
  for (const seat of seatsOf(seats, hostname, giver)) {
    const isSpared = seat.isOpen && seat.progressAt > sparedSince;
    if (seat !== latest && !isSpared) return seat;
    if (++lookedAt >= MAX_LOOKED_AT) break;
  }
  return undefined;
}

function seatsOf(
  seats: Seats,
  hostname: string,
  giver: Giver | undefined,
): Iterable<Seat> {
  switch (giver) {
    case undefined:
      return [];
    case "client":
      return seats.clients.get(hostname)?.halfOpen ?? [];
    case "network":
      return seats.ofNetwork.get(networkOf(plainAddress(hostname))) ?? [];
    case "stranger":
      return seats.strangers;
    case "ended":
      return seats.ended;
    case "half-open":
      return seats.halfOpen;
  }
}

/** Finds the thread with the fewest uploads. */
export function idlestOf({ ofThread }: Seats, threads: number): number {
  let idlest = 0;
  for (let thread = 1; thread < threads; thread++) {
    if ((ofThread[thread] ?? 0) < (ofThread[idlest] ?? 0)) idlest = thread;
  }
  return idlest;
}
