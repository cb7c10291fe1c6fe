/**
 * What a datagram at a listening port leads to, decided at once: against the
 * seats, without a look at the disk and without waiting for anything. What only
 * the disk knows is found out afterwards by the transfer thread.
 *
 * @module
 */

import { ErrorCode, type Packet } from "../protocol/packet.ts";
import type { Accepted } from "../protocol/request.ts";
import { ignoreSource } from "./access.ts";
import { keyOf, type Peer } from "./address.ts";
import {
  type Arrival,
  type Decision,
  refuse,
  type Rules,
  type Standing,
} from "./decision.ts";
import { decideOnRoom } from "./decide_room.ts";
import { invalidFilename, refuseName } from "./filename.ts";
import { limitsFor, offerTo } from "./grant.ts";
import { learnedBlksize, noteGrant, noteNoStall } from "./learned.ts";
import { meaningOf } from "./repetition.ts";
import type { Seats } from "./seats.ts";
import { mayAsk, mayAskAgain, type Strangers } from "./strangers.ts";

/**
 * A flood of requests for the largest blocks would fill the memory with buffers
 * for blocks that never come. Beyond, only blocks that fit one frame are granted.
 */
const MAX_HALF_OPEN_BYTES = 32 * 1024 * 1024;

/** The decision procedure as a value; a simulation has others. */
export type Decide = typeof decide;

/**
 * Whether a datagram is worth looking into. Asked at once for everything that
 * is read, so that a flood costs little more than to read it.
 */
export function isWorthALook(
  seats: Seats,
  strangers: Strangers,
  from: Peer,
  now: number,
): boolean {
  const isHere = seats.byPeer.has(keyOf(from));
  return isHere && mayAskAgain(strangers, from.hostname, now) ||
    mayAsk(strangers, from, now);
}

/** Decides about a datagram. A seat is taken before this returns. */
export function decide(
  rules: Rules,
  standing: Standing,
  arrival: Arrival,
): Decision {
  const { from, packet } = arrival;
  const reason = ignoreSource(from, rules);
  if (reason !== undefined) {
    return { kind: packet.kind === "wrq" ? "deny" : "ignore", reason };
  }
  if (rules.isSinglePort && isOfUpload(packet)) {
    // Of one that has ended; an ERROR is never answered, lest two go round.
    const code = ErrorCode.UNKNOWN_TRANSFER_ID;
    const message = "unknown transfer identifier";
    return refuse({ kind: "error", code, message }, undefined);
  }
  const { learned, now } = standing;
  // Where memory is getting short, less is under way at once.
  const isAmple = standing.bufferBytes < rules.maxBufferBytes / 2 &&
    standing.seats.halfOpenBytes < MAX_HALF_OPEN_BYTES;
  const limits = limitsFor(rules.negotiation, from.hostname, isAmple);
  const limit = learnedBlksize(learned, from.hostname, now);
  const { verdict, isCutBack } = offerTo(packet, limits, limit);
  switch (verdict.kind) {
    case "ignore":
      return verdict;
    case "refuse":
      return refuse(verdict.reply, verdict.filename);
    case "accept": {
      const decision = decideOnUpload(rules, standing, arrival, verdict);
      if (decision.kind === "repeat") noteNoStall(learned, from);
      if (decision.kind === "admit") {
        noteGrant(learned, from, verdict.terms.blksize, limit, now);
        decision.seat.isCutBack = isCutBack;
      }
      return decision;
    }
  }
}

function isOfUpload({ kind }: Packet): boolean {
  return kind === "data" || kind === "ack" || kind === "oack";
}

function decideOnUpload(
  rules: Rules,
  standing: Standing,
  arrival: Arrival,
  accepted: Accepted,
): Decision {
  const { from, bytes } = arrival;
  const { seats, now } = standing;
  const latest = seats.byPeer.get(keyOf(from));
  const meaning = latest && meaningOf(bytes, latest, now);
  if (latest !== undefined && meaning === "repeat") {
    return { kind: "repeat", seat: latest };
  }
  if (meaning === "outdated") {
    return { kind: "ignore", reason: "an outdated request" };
  }
  if (meaning === "untimely") {
    return { kind: "ignore", reason: "an upload from this port is under way" };
  }
  // A client that repeats itself very late must not find its own file in the way.
  if (meaning === "saved" && rules.onExists === "refuse") {
    return { kind: "ignore", reason: "the upload is saved already" };
  }
  const { filename } = accepted;
  const refusal = refuseName(filename, from, rules);
  if (refusal !== undefined) {
    return refuse(invalidFilename(refusal), filename);
  }
  return decideOnRoom(rules, standing, arrival, accepted, latest);
}
