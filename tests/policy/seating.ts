/**
 * Clients and seats for the tests of the policy.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { plainAddress } from "../../lib/policy/address.ts";
import { NEGOTIATION } from "../../lib/config.ts";
import { decide } from "../../lib/policy/decide.ts";
import type {
  Arrival,
  Decision,
  Rules,
  Standing,
} from "../../lib/policy/decision.ts";
import { foldNews } from "../../lib/policy/fold_news.ts";
import { networkOf } from "../../lib/policy/rate.ts";
import { RESERVED_STEP_BYTES } from "../../lib/policy/reserve.ts";
import type { NewSeat, Seat, Seats } from "../../lib/policy/seats.ts";
import { nothingLearned } from "../../lib/policy/learned.ts";
import { noStrangers } from "../../lib/policy/strangers.ts";
import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import { negotiate, type Negotiated } from "../../lib/protocol/options.ts";
import { writeRequest } from "../peer.ts";
import { PLAIN_NAMING } from "./names.ts";

/** The bytes of a request for a file of this name. */
export function requestFor(
  filename: string,
  options: Readonly<Record<string, string>> = {},
): Uint8Array {
  return encodePacket(writeRequest(filename, options));
}

/** What a seat is taken with by a client on 10.0.0.1, but for what is given. */
export function newSeat(
  port: number,
  terms: Partial<Negotiated> = {},
  rest: Partial<NewSeat> = {},
): NewSeat {
  return {
    ...{ peer: { hostname: "10.0.0.1", port }, to: "10.0.0.9" },
    request: requestFor("a"),
    accepted: {
      ...{ kind: "accept", filename: "a", mode: "octet", asked: [] },
      terms: { ...negotiate([], NEGOTIATION), ...terms },
      reply: { kind: "ack", block: 0 },
    },
    thread: 0,
    ...{ supersedes: undefined, superseded: undefined, evicts: undefined },
    ...{ isStranger: false, sparesAnswered: false },
    ...rest,
  };
}

/** What is counted about the seats of one address. */
export interface ClientCounts {
  readonly proven: number;
  readonly halfOpen: readonly number[];
  readonly awaitedBytes: number;
  readonly receivedBytes: number;
}

/** What is counted about seats. */
export interface Counts {
  readonly taken: number;
  readonly halfOpen: readonly number[];
  readonly strangers: readonly number[];
  readonly ofNetwork: Readonly<Record<string, readonly number[]>>;
  readonly ended: readonly number[];
  readonly clients: Readonly<Record<string, ClientCounts>>;
  readonly ofThread: readonly number[];
  readonly halfOpenBytes: number;
  readonly reservedBytes: number;
}

/** Counts that nobody takes part in. */
export const NOBODY: Counts = {
  ...{ taken: 0, halfOpen: [], strangers: [], ofNetwork: {}, ended: [] },
  ...{ clients: {}, ofThread: [0, 0, 0], halfOpenBytes: 0, reservedBytes: 0 },
};

/** An address without uploads. */
export const NO_CLIENT: ClientCounts = {
  ...{ proven: 0, halfOpen: [], awaitedBytes: 0, receivedBytes: 0 },
};

/** The counts as they are kept; threads 0 to 2. */
export function countsOf(seats: Seats): Counts {
  const { taken, halfOpen, strangers, ended, ofThread } = seats;
  const { halfOpenBytes, reservedBytes } = seats;
  return {
    ...{ taken, halfOpenBytes, reservedBytes },
    halfOpen: idsOf(halfOpen),
    strangers: idsOf(strangers),
    ofNetwork: map(seats.ofNetwork, idsOf),
    ended: idsOf(ended),
    clients: map(
      seats.clients,
      (it) => ({ ...it, halfOpen: idsOf(it.halfOpen) }),
    ),
    ofThread: [0, 1, 2].map((thread) => ofThread[thread] ?? 0),
  };
}

/** The counts as they should be, from the seats alone. */
export function recountOf(seats: Seats): Counts {
  const counted = [...seats.all.values()].filter((it) => it.isCounted);
  const open = counted.filter(({ phase }) => phase === "opening");
  const strangers = open.filter(({ isStranger }) => isStranger);
  const underWay = counted.filter(isUnderWay);
  const clients = map(
    Map.groupBy(underWay, ({ peer }) => peer.hostname),
    (those) => {
      const proven = those.filter(({ phase }) => phase === "receiving");
      const telling = proven
        .filter(({ accepted: { terms } }) => terms.tsize !== undefined);
      return {
        proven: proven.length,
        halfOpen: idsOf(those.filter((it) => !proven.includes(it))),
        awaitedBytes: sum(
          telling,
          ({ accepted: { terms }, receivedBytes }) =>
            Math.max((terms.tsize ?? 0) - receivedBytes, 0),
        ),
        receivedBytes: sum(telling, (it) => it.receivedBytes),
      };
    },
  );
  return {
    ...{ taken: counted.length, clients, halfOpen: idsOf(open) },
    strangers: idsOf(strangers),
    ofNetwork: map(
      Map.groupBy(open, ({ peer }) => networkOf(plainAddress(peer.hostname))),
      idsOf,
    ),
    ended: idsOf(counted.filter((it) => !isUnderWay(it))),
    ofThread: [0, 1, 2]
      .map((it) => underWay.filter(({ thread }) => thread === it).length),
    halfOpenBytes: sum(open, (it) => it.accepted.terms.blksize + 5),
    reservedBytes: sum(
      Object.values(clients),
      ({ awaitedBytes, receivedBytes }) =>
        Math.min(awaitedBytes, receivedBytes + RESERVED_STEP_BYTES),
    ),
  };
}

function map<V, W>(
  values: ReadonlyMap<string, V>,
  convert: (value: V) => W,
): Record<string, W> {
  return Object.fromEntries([...values].map(([key, it]) => [key, convert(it)]));
}

function isUnderWay({ phase }: Seat): boolean {
  return phase === "opening" || phase === "receiving";
}

function idsOf(seats: Iterable<Seat>): number[] {
  return [...seats].map(({ id }) => id).sort((a, b) => a - b);
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}

const RULES: Rules = {
  ...{ remoteip: [], servesLowPorts: false },
  ...{ maxTransfers: 4, maxPerClient: 3, maxBytes: 10_000 },
  ...PLAIN_NAMING,
  negotiation: NEGOTIATION,
  ...{ isWindows: false, maxBufferBytes: 1_000_000, isSinglePort: false },
};

/** A datagram of a client. */
export function arrival(
  bytes: Uint8Array,
  port = 5_000,
  hostname = "10.0.0.1",
): Arrival {
  const packet = decodePacket(bytes);
  return { from: { hostname, port }, to: "10.0.0.9", bytes, packet };
}

/** Decides at 10000 on a server with one thread, but for what is given. */
export function decideOn(
  ...[seats, ...it]: Parameters<typeof decideFast>
): Decision {
  const decision = decideFast(seats, ...it);
  assertEquals(countsOf(seats), recountOf(seats));
  return decision;
}

/** The same without counting anew, for thousands. */
export function decideFast(
  seats: Seats,
  it: Arrival,
  rules: Partial<Rules> = {},
  standing: Partial<Standing> = {},
): Decision {
  return decide({ ...RULES, ...rules }, {
    ...{ seats, threads: 1, freeBytes: undefined, bufferBytes: 0, now: 10_000 },
    isAway: false,
    ...{ strangers: noStrangers(), learned: nothingLearned() },
    ...standing,
  }, it);
}

/** Lets a client in, and tells at 5000 what becomes of its upload. */
export function enter(
  seats: Seats,
  it: Arrival,
  kinds: readonly ("proven" | "stored" | "failed")[] = [],
  { threads = 1, at = 5_000 } = {},
): Seat {
  const rules = { maxTransfers: 9_999, maxBytes: Infinity };
  const decision = decideOn(seats, it, rules, { threads });
  assert(decision.kind === "admit");
  const { seat } = decision;
  for (const kind of kinds) foldNews(seats, { kind, seat: seat.id }, at);
  return seat;
}

/** What matters of a decision, to be compared with a literal. */
export function brief(decision: Decision): unknown {
  switch (decision.kind) {
    case "refuse": {
      const { code, message } = decision.reply;
      return `refuse ${code}: ${message}`;
    }
    case "admit": {
      const { seat: { thread, supersedes, evicts }, evicted } = decision;
      return { thread, supersedes, evicts, evicted: evicted?.id };
    }
    case "repeat":
      return `repeat ${decision.seat.id}`;
    default:
      return `${decision.kind}: ${decision.reason}`;
  }
}

/** An admission at the cost of nobody, in brief. */
export const PLAIN = {
  ...{ thread: 0, supersedes: undefined, evicts: undefined },
  evicted: undefined,
};
