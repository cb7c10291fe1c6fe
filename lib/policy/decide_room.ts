/**
 * Whether there is room for an upload, who gives way to it, and where it goes.
 *
 * @module
 */

import { UNAVAILABLE } from "../protocol/drive.ts";
import { ErrorCode, type ErrorPacket } from "../protocol/packet.ts";
import type { Accepted } from "../protocol/request.ts";
import { admit, BUSY, type Giver } from "./admission.ts";
import {
  type Arrival,
  type Decision,
  refuse,
  type Rules,
  type Standing,
} from "./decision.ts";
import { idlestOf, occupancyFor, oldestOf } from "./place.ts";
import { discount, type Seat, takeSeat } from "./seats.ts";
import { isKnown } from "./strangers.ts";

/** By then the first block of a client that was answered is here, and read. */
const FIRST_BLOCK_MS = 1_000;
/**
 * The same where a network has most of the places: longer, for it may be a site
 * that comes at once. But not so long that requests that are let in at the rate
 * of a known network fill all places before the first of them is free again, or
 * whoever forges them would keep the whole network out.
 */
const OWN_FIRST_BLOCK_MS = 2_000;

/**
 * Decides whether an upload gets a seat; it is taken before this returns.
 *
 * @param latest The latest upload from the same port, if there is one.
 */
export function decideOnRoom(
  rules: Rules,
  standing: Standing,
  { from, to, bytes }: Arrival,
  accepted: Accepted,
  latest: Seat | undefined,
): Decision {
  const { seats, threads } = standing;
  const { hostname, port } = from;
  if (standing.isAway) {
    return refuse({ kind: "error", ...UNAVAILABLE }, accepted.filename);
  }
  if (standing.bufferBytes >= rules.maxBufferBytes) {
    const { NOT_DEFINED: code } = ErrorCode;
    const reply: ErrorPacket = { kind: "error", code, message: BUSY };
    const reason = "no memory for more uploads; see --max-memory";
    return refuse(reply, accepted.filename, reason);
  }
  const admission = admit(
    accepted.terms.tsize,
    occupancyFor(seats, hostname, latest, standing.freeBytes),
    rules,
  );
  if (admission.kind === "refuse") {
    return { ...admission, filename: accepted.filename };
  }
  const { evict } = admission;
  // Where there is room, but not for one more mere request.
  const isCrowd = evict !== undefined && evict !== "client" &&
    seats.taken < rules.maxTransfers;
  const spared = isCrowd ? sparedSince(evict, standing.now) : Infinity;
  const giver = oldestOf(seats, hostname, evict, latest, spared);
  if (isCrowd && giver === undefined) {
    return { kind: "ignore", reason: "too many requests without data at once" };
  }
  // Whoever gives way has to be gone before, so it is up to the same thread.
  const thread = latest?.thread ?? giver?.thread ?? idlestOf(seats, threads);
  const isTold = giver !== undefined &&
    (giver.thread !== thread || seats.ended.has(giver));
  const seat = takeSeat(seats, {
    peer: { hostname, port },
    to,
    request: bytes,
    accepted,
    thread,
    supersedes: latest?.id,
    superseded: latest?.request,
    evicts: isTold ? undefined : giver?.id,
    // It was not answered yet, as far as is known here.
    sparesAnswered: isCrowd && giver?.isOpen === false,
    isStranger: !isKnown(standing.strangers, hostname, standing.now),
  });
  if (!isTold) return { kind: "admit", seat, evicted: undefined };
  discount(seats, giver);
  return { kind: "admit", seat, evicted: giver };
}

/** Since when those who were answered keep their place in a crowd. */
function sparedSince(evict: Giver, now: number): number {
  return now - (evict === "network" ? OWN_FIRST_BLOCK_MS : FIRST_BLOCK_MS);
}
