/**
 * What a datagram at a listening port leads to, decided at once: against the
 * seats, without a look at the disk and without waiting for anything. What only
 * the disk knows is found out afterwards by the transfer thread.
 *
 * @module
 */

import { UNAVAILABLE } from "../protocol/drive.ts";
import {
  ErrorCode,
  type ErrorPacket,
  type Packet,
} from "../protocol/packet.ts";
import type { Accepted } from "../protocol/request.ts";
import { type AccessRules, ignoreSource } from "./access.ts";
import { keyOf, type Peer } from "./address.ts";
import { type AdmissionLimits, admit, BUSY } from "./admission.ts";
import { invalidFilename, refuseName } from "./filename.ts";
import { limitsFor, type NegotiationRules, offerTo } from "./grant.ts";
import {
  type Learned,
  learnedBlksize,
  noteGrant,
  noteNoStall,
} from "./learned.ts";
import { type NamingRules, templateOf } from "./naming.ts";
import { idlestOf, occupancyFor, oldestOf } from "./place.ts";
import { meaningOf } from "./repetition.ts";
import { discount, type Seat, type Seats, takeSeat } from "./seats.ts";
import { isKnown, mayAsk, mayAskAgain, type Strangers } from "./strangers.ts";

/**
 * A flood of requests for the largest blocks would fill the memory with buffers
 * for blocks that never come. Beyond, only blocks that fit one frame are granted.
 */
const MAX_HALF_OPEN_BYTES = 32 * 1024 * 1024;

/** By then the first block of a client that was answered is here, and read. */
const FIRST_BLOCK_MS = 1_000;

/** What the operator wants. */
export interface Rules extends AccessRules, AdmissionLimits, NamingRules {
  /** What may be granted. */
  readonly negotiation: NegotiationRules;
  /** Whether the names of Windows' devices are forbidden. */
  readonly isWindows: boolean;
  /** The most memory for buffers, bytes. */
  readonly maxBufferBytes: number;
  /** Whether uploads share the listening ports. */
  readonly isSinglePort: boolean;
}

/** A datagram at a listening port. */
export interface Arrival {
  /** Who sent it. */
  readonly from: Peer;
  /** The local address that it came to. */
  readonly to: string;
  /** The datagram. */
  readonly bytes: Uint8Array;
  /** What it holds. */
  readonly packet: Packet;
}

/** How things stand when it is decided about. */
export interface Standing {
  /** Who is here; updated by the decision. */
  readonly seats: Seats;
  /** How many transfer threads there are. */
  readonly threads: number;
  /** Bytes that may still be written; `undefined` if nobody knows. */
  readonly freeBytes: number | undefined;
  /** Memory that buffers take up, bytes. */
  readonly bufferBytes: number;
  /** Whether there is nowhere to store anything. */
  readonly isAway: boolean;
  /** Which networks are known. */
  readonly strangers: Strangers;
  /** Whose large blocks did not get through; updated by the decision. */
  readonly learned: Learned;
  /** The present, milliseconds of any steady clock. */
  readonly now: number;
}

/** What a datagram leads to. */
export type Decision =
  /** Nothing. */
  | { readonly kind: "ignore"; readonly reason: string }
  /** Nothing, for its sender is not served. */
  | { readonly kind: "deny"; readonly reason: string }
  /** An ERROR, if one may be sent. */
  | {
    readonly kind: "refuse";
    readonly reply: ErrorPacket;
    readonly filename: string | undefined;
    /** What the operator is told. */
    readonly reason: string;
    /** Whether the end of another upload may change it. */
    readonly isForWantOfRoom: boolean;
  }
  /** The answer of an upload under way, once more. */
  | { readonly kind: "repeat"; readonly seat: Seat }
  /** A new upload, for which another one may have to go. */
  | {
    readonly kind: "admit";
    readonly seat: Seat;
    readonly evicted: Seat | undefined;
  };

/** The decision procedure as a value, for whoever needs one; see the front. */
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
  const meaning = latest === undefined ? "new" : meaningOf(bytes, {
    ...latest,
    sinceEndMs: now - latest.endedAt,
    sinceProgressMs: now - latest.progressAt,
    timeoutMs: latest.accepted.terms.timeoutMs,
  });
  if (meaning === "repeat" && latest !== undefined) {
    return { kind: "repeat", seat: latest };
  }
  if (meaning === "outdated") {
    return { kind: "ignore", reason: "an outdated request" };
  }
  if (meaning === "untimely") {
    return { kind: "ignore", reason: "an upload from this port is under way" };
  }
  // A client that repeats itself very late must not find its own file in the
  // way.
  if (meaning === "saved" && rules.onExists === "refuse") {
    return { kind: "ignore", reason: "the upload is saved already" };
  }
  const { filename } = accepted;
  const refusal = refuseName(filename, from, {
    ...rules,
    template: templateOf(rules),
    versions: rules.onExists === "version",
    windows: rules.isWindows,
  });
  if (refusal !== undefined) {
    return refuse(invalidFilename(refusal), filename);
  }
  return decideOnRoom(rules, standing, arrival, accepted, latest);
}

function decideOnRoom(
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
    return {
      ...refuse(admission.reply, accepted.filename, admission.reason),
      isForWantOfRoom: admission.isForWantOfRoom,
    };
  }
  const { evict } = admission;
  // Where there is room but for mere requests, those just answered keep theirs,
  // and a network that has most of them waits for its own.
  const isCrowd = evict !== undefined && evict !== "client" &&
    seats.taken < rules.maxTransfers;
  const sparedSince = !isCrowd
    ? Infinity
    : evict === "network"
    ? -Infinity
    : standing.now - FIRST_BLOCK_MS;
  const giver = oldestOf(seats, hostname, evict, latest, sparedSince);
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

function refuse(
  reply: ErrorPacket,
  filename: string | undefined,
  reason = reply.message,
): Extract<Decision, { kind: "refuse" }> {
  return { kind: "refuse", reply, filename, reason, isForWantOfRoom: false };
}
