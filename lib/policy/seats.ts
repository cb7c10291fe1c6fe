/**
 * Who is here: a seat for every upload, from the decision to let it in until its
 * socket is closed. Taking a seat counts it at once; from then on the seats are a
 * fold over what the transfer threads tell (see `fold_news.ts`).
 *
 * Plain data, but updated in place: ten thousand seats are not copied for every
 * datagram. Nothing else in `lib/policy/` is ever changed.
 *
 * @module
 */

import { DATA_HEADER_BYTES } from "../protocol/packet.ts";
import type { Accepted } from "../protocol/request.ts";
import { keyOf, type Peer, plainAddress } from "./address.ts";
import { networkOf } from "./rate.ts";
import { type Client, countProven, reservedFor } from "./reserve.ts";

/** What a seat is taken with. */
export interface NewSeat {
  /** The client. */
  readonly peer: Peer;
  /** The local address it asked. */
  readonly to: string;
  /** The bytes of its request. */
  readonly request: Uint8Array;
  /** What was made of the request. */
  readonly accepted: Accepted;
  /** The transfer thread it belongs to, from 0. */
  readonly thread: number;
  /** The upload of the same port that gives way to this one. */
  supersedes: number | undefined;
  /** The bytes of that one's request. */
  readonly superseded: Uint8Array | undefined;
  /** The half-open upload whose place this one takes, if it is still to be had. */
  readonly evicts: number | undefined;
  /** Whether the one that gives way stays if its client is answered by then. */
  readonly sparesAnswered: boolean;
  /** Whether nobody of its network has sent a block of late. */
  readonly isStranger: boolean;
}

/** One upload. */
export interface Seat extends NewSeat {
  /** Tells it from all others of the server's life. */
  readonly id: number;
  /** How far it is. */
  phase: "opening" | "receiving" | "saved" | "failed";
  /** Whether it has a socket. */
  isOpen: boolean;
  /** Whether its blocks are smaller than they could be, for others were lost. */
  isCutBack: boolean;
  /** When it ended, milliseconds of the front's clock. */
  endedAt: number;
  /** When it was last told that it is answered or goes on, by the same clock. */
  progressAt: number;
  /** Bytes received, as far as it was told. */
  receivedBytes: number;
  /** Whether it counts: not if it was asked to go. */
  isCounted: boolean;
}

/** All seats, and what is counted about them. */
export interface Seats {
  /** By number. */
  readonly all: Map<number, Seat>;
  /** The latest of each client, by {@linkcode keyOf}. */
  readonly byPeer: Map<string, Seat>;
  /** Seats whose client has not sent a block, the oldest first. */
  readonly halfOpen: Set<Seat>;
  /** Those of them that are strangers, the oldest first. */
  readonly strangers: Set<Seat>;
  /** The half-open ones by network. */
  readonly ofNetwork: Map<string, Set<Seat>>;
  /** Seats whose upload has ended, the oldest first. */
  readonly ended: Set<Seat>;
  /** What is counted by address. */
  readonly clients: Map<string, Client>;
  /** Uploads under way by thread. */
  readonly ofThread: number[];
  /** How many count. */
  taken: number;
  /** Memory the transfer threads keep for half-open uploads, bytes. */
  halfOpenBytes: number;
  /** Bytes of the disk that are kept free for uploads that have begun. */
  reservedBytes: number;
  /** The number of the next one. */
  nextId: number;
}

/** A room without anyone. */
export function emptySeats(): Seats {
  return {
    all: new Map(),
    byPeer: new Map(),
    halfOpen: new Set(),
    strangers: new Set(),
    ofNetwork: new Map(),
    ended: new Set(),
    clients: new Map(),
    ofThread: [],
    taken: 0,
    halfOpenBytes: 0,
    reservedBytes: 0,
    nextId: 1,
  };
}

/** Takes a seat. Those it takes the place of do not count any more. */
export function takeSeat(seats: Seats, wanted: NewSeat): Seat {
  for (const id of [wanted.supersedes, wanted.evicts]) {
    if (id !== undefined) discount(seats, seats.all.get(id));
  }
  const seat: Seat = {
    ...wanted,
    id: seats.nextId++,
    phase: "opening",
    isOpen: false,
    isCutBack: false,
    endedAt: 0,
    progressAt: 0,
    receivedBytes: 0,
    isCounted: false,
  };
  seats.all.set(seat.id, seat);
  seats.byPeer.set(keyOf(seat.peer), seat);
  recount(seats, seat);
  return seat;
}

/** Stops counting a seat that was asked to go, if it is still there. */
export function discount(seats: Seats, seat: Seat | undefined): void {
  if (seat === undefined || !seat.isCounted) return;
  count(seats, seat, -1);
  seat.isCounted = false;
}

/** How many uploads are neither saved nor given up. */
export function countUnderWay(seats: Seats): number {
  return seats.ofThread.reduce((sum, it) => sum + it, 0);
}

/** Counts a seat again. */
export function recount(seats: Seats, seat: Seat): void {
  if (seat.isCounted) return;
  seat.isCounted = true;
  count(seats, seat, 1);
}

function count(seats: Seats, seat: Seat, by: 1 | -1): void {
  const { accepted: { terms }, phase, thread } = seat;
  seats.taken += by;
  if (phase === "opening") {
    seats.halfOpenBytes += by * (DATA_HEADER_BYTES + terms.blksize + 1);
    move(seats.halfOpen, seat, by);
    if (seat.isStranger) move(seats.strangers, seat, by);
    countOfNetwork(seats, seat, by);
  }
  if (phase === "saved" || phase === "failed") {
    return move(seats.ended, seat, by);
  }
  seats.ofThread[thread] = (seats.ofThread[thread] ?? 0) + by;
  countOfClient(seats, seat, by);
}

function countOfNetwork(seats: Seats, seat: Seat, by: 1 | -1): void {
  const network = networkOf(plainAddress(seat.peer.hostname));
  const those = seats.ofNetwork.get(network) ?? new Set();
  move(those, seat, by);
  if (those.size === 0) seats.ofNetwork.delete(network);
  else seats.ofNetwork.set(network, those);
}

function countOfClient(seats: Seats, seat: Seat, by: 1 | -1): void {
  const { hostname } = seat.peer;
  const client: Client = seats.clients.get(hostname) ??
    { proven: 0, halfOpen: new Set(), awaitedBytes: 0, receivedBytes: 0 };
  seats.reservedBytes -= reservedFor(client);
  if (seat.phase === "opening") move(client.halfOpen, seat, by);
  else countProven(client, seat, by);
  seats.reservedBytes += reservedFor(client);
  if (client.proven + client.halfOpen.size > 0) {
    seats.clients.set(hostname, client);
  } else seats.clients.delete(hostname);
}

function move(set: Set<Seat>, seat: Seat, by: 1 | -1): void {
  if (by === 1) set.add(seat);
  else set.delete(seat);
}
