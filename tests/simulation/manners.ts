/**
 * Watches what the server sends: how much, how often, to whom and for how long.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import { keyOf } from "../../lib/policy/address.ts";
import { isSameBytes } from "../../lib/protocol/bytes.ts";
import { decodePacket } from "../../lib/protocol/codec.ts";
import type { Packet } from "../../lib/protocol/packet.ts";
import { settleTerms, type TransferTerms } from "../../lib/protocol/terms.ts";
import type { Socket } from "../../lib/socket.ts";
import type { Address } from "./address.ts";
import type { SimulatedPart } from "./disk.ts";
import {
  aheadOf,
  isAnswer,
  MAX_BLOCK,
  rolloverOf,
  wireOf,
} from "./expectation.ts";
import type { FileWatch } from "./files.ts";
import type { Scenario } from "./scenario.ts";
import type { Seating } from "./seating.ts";
import type { SocketWatch } from "./socket.ts";
import { fail } from "./violation.ts";

/** The most answers to one request of a peer that sends no block. */
const REPLIES_TO_REQUEST = 1;
/** The most ACKs of a block that are repeated because nothing comes. */
const MAX_TIMED_ACKS = 10;
/** How often a gap is told that is still the same one. */
const MAX_GAP_ACKS = 1;
/** The same where numbers begin anew: 1 may be early, the next one, or block 1. */
const MAX_WRAP_ACKS = 3;
/**
 * The most answers to repeated blocks at once: four, four more when the round
 * trip grows, and four for the last block; and when there is one more.
 */
const MAX_ANSWERS = 12;
const ANSWER_EVERY_MS = 100;
/** The shortest dally, and how many timeouts it lasts otherwise. */
const DALLY_MS = 6_000;
const DALLY_TIMEOUTS = 3;
/** An ERROR to somebody unknown is no longer than this, whatever he sent. */
const MAX_REFUSAL_BYTES = 80;
/** How much too late a timeout may be noticed. */
const LATE_MS = 60;

/** What is known of a client's address and port. */
interface Acquaintance {
  readonly requests: Uint8Array[];
  /** What it got before its first block. */
  replies: number;
  /** Whether that has come. */
  isProven: boolean;
}

/** What is known of a socket of an upload. */
interface Conduct {
  readonly peer: string;
  readonly part: SimulatedPart;
  readonly terms: TransferTerms;
  readonly openedAt: number;
  /** The answer to the request. */
  readonly reply: Uint8Array;
  heardAt: number;
  isProven: boolean;
  /** The last block acknowledged. */
  block: number;
  /** How often again because nothing came, and since then for a gap behind. */
  timedAcks: number;
  gapAcks: number;
  /** When all answers to repeated blocks are made up for. */
  squareAt: number;
}

/** A datagram that came to a socket. */
interface Handed {
  readonly packet: Packet;
  readonly from: string;
  readonly at: number;
  /** Whether what is sent from now on may be the answer. */
  hasBegun: boolean;
}

/** Watches the packets of one world. */
export class Manners implements SocketWatch {
  /** The sockets of uploads that are open. */
  readonly sockets = new Map<Socket, Conduct>();
  /** Watches the socket of the listening port, which is another matter. */
  readonly listening: SocketWatch = {
    handing: (_, bytes, from, act) => {
      this.#knocked(bytes, from.key);
      act();
    },
    sent: (_, bytes, to) => {
      if (!this.#isPassing) this.#refused(bytes, keyOf(to));
    },
    closed: () => {},
  };
  readonly #scenario: Scenario;
  readonly #clock: Clock;
  readonly #files: FileWatch;
  readonly #seating: Seating;
  readonly #peers = new Map<string, Acquaintance>();
  /** The latest part that was opened for each peer. */
  readonly #parts = new Map<string, SimulatedPart>();
  /** What each socket was handed last, as long as it is not answered. */
  readonly #handed = new WeakMap<Socket, Handed>();
  /** Whether an upload sends through the listening port. */
  #isPassing = false;

  constructor(
    scenario: Scenario,
    clock: Clock,
    files: FileWatch,
    seating: Seating,
  ) {
    this.#scenario = scenario;
    this.#clock = clock;
    this.#files = files;
    this.#seating = seating;
  }

  /** An upload is going to have a part, and a socket. */
  opened(part: SimulatedPart): void {
    this.#parts.set(part.owner, part);
  }

  handing(
    socket: Socket,
    bytes: Uint8Array,
    { key }: Address,
    act: () => void,
  ): void {
    const packet = decodePacket(bytes);
    const conduct = this.sockets.get(socket);
    if (conduct?.peer === key) {
      conduct.heardAt = this.#clock.now();
      // There is no block 0, unless the numbers roll over.
      const isBlock = packet.kind === "data" &&
        (packet.block > 0 || conduct.block > 0);
      if (isBlock) conduct.isProven = this.#know(key).isProven = true;
      if (packet.kind === "data" && packet.block === 1) {
        this.#files.arrived(conduct.part, packet.payload);
      }
    }
    const handed: Handed = {
      ...{ packet, from: key, at: this.#clock.now() },
      hasBegun: packet.kind !== "error",
    };
    this.#handed.set(socket, handed);
    // What was to be sent before an ERROR came is no answer to it.
    this.#clock.soon(() => handed.hasBegun = true);
    act();
  }

  sent(socket: Socket, bytes: Uint8Array, to: Deno.NetAddr): void {
    const peer = keyOf(to);
    const cause = this.#causeOf(socket, peer);
    if (cause?.kind === "error") {
      fail("answer", `an ERROR of ${peer} is answered`);
    }
    const conduct = this.sockets.get(socket) ??
      this.#begin(socket, bytes, peer);
    const packet = decodePacket(bytes);
    if (peer !== conduct.peer) {
      if (packet.kind !== "error") fail("answer", `${peer} is a stranger`);
      return;
    }
    if (packet.kind === "error") return this.#files.denied(conduct.part);
    if (packet.kind === "ack") this.#acknowledges(conduct, packet.block, cause);
    else if (!isSameBytes(bytes, conduct.reply)) {
      fail("options", `${peer} gets another answer than before`);
    }
    if (!conduct.isProven) this.#countReply(peer);
  }

  /** An upload's packet leaves by the listening port. */
  passing<T>(act: () => T): T {
    this.#isPassing = true;
    const result = act();
    this.#isPassing = false;
    return result;
  }

  closed(socket: Socket): void {
    const conduct = this.sockets.get(socket);
    if (conduct === undefined) return;
    this.sockets.delete(socket);
    const { heardAt, openedAt, part, peer, terms } = conduct;
    const lingerMs = Math.max(DALLY_MS, DALLY_TIMEOUTS * terms.timeoutMs);
    const lateMs = lingerMs + part.heldMs + LATE_MS;
    const now = this.#clock.now();
    if (
      now - heardAt > terms.idleMs + lateMs ||
      now - openedAt > terms.durationMs + lateMs
    ) fail("lifetime", `${peer} since ${openedAt}`);
  }

  #knocked(bytes: Uint8Array, peer: string): void {
    const packet = decodePacket(bytes);
    this.#seating.knocked(packet, peer);
    if (packet.kind !== "error") this.#know(peer).requests.push(bytes);
  }

  #refused(bytes: Uint8Array, peer: string): void {
    this.#seating.answered(peer);
    this.#countReply(peer);
    const longest = Math.max(
      ...this.#know(peer).requests.map((it) => it.length),
    );
    if (bytes.length <= Math.max(MAX_REFUSAL_BYTES, 1.5 * longest)) return;
    fail("flood", `${bytes.length} bytes answer ${longest}`);
  }

  /** The first datagram that a socket sends is the answer to a request. */
  #begin(socket: Socket, bytes: Uint8Array, peer: string): Conduct {
    const part = this.#parts.get(peer) ?? fail("answer", `${peer} is unknown`);
    for (const other of this.sockets.values()) {
      if (other.peer === peer) fail("limits", `${peer} is served twice`);
    }
    this.#seating.answered(peer);
    const known = this.#know(peer);
    known.isProven = false;
    if (!known.requests.some((it) => isAnswer(bytes, it))) {
      fail("options", `${peer} did not ask for this`);
    }
    const now = this.#clock.now();
    const conduct: Conduct = {
      ...{ peer, part, reply: bytes.slice(), block: this.#skippedOf(part) },
      ...{ openedAt: now, heardAt: now, isProven: false },
      ...{ timedAcks: 0, gapAcks: 0, squareAt: now },
      terms: settleTerms(part.order.accepted, this.#scenario.limits),
    };
    this.sockets.set(socket, conduct);
    return conduct;
  }

  #skippedOf({ order }: SimulatedPart): number {
    const { reply } = order.accepted;
    return reply.kind === "oack" ? this.#scenario.skippedBlocks : 0;
  }

  /** What is answered at this very moment, if it is not the clock that acts. */
  #causeOf(socket: Socket, peer: string): Packet | undefined {
    const handed = this.#handed.get(socket);
    if (!handed?.hasBegun) return undefined;
    this.#handed.delete(socket);
    return handed.from === peer && handed.at === this.#clock.now()
      ? handed.packet
      : undefined;
  }

  #acknowledges(
    conduct: Conduct,
    wire: number,
    cause: Packet | undefined,
  ): void {
    const { block: before, isProven, part, peer } = conduct;
    const rollover = rolloverOf(this.#scenario, peer);
    const block = before + aheadOf(wire, before, rollover);
    if (block < before) fail("order", `${peer} gets ${block} after ${before}`);
    conduct.block = block;
    this.#files.acknowledged(part, block - this.#skippedOf(part));
    if (block > before) conduct.timedAcks = conduct.gapAcks = 0;
    else if (isProven) this.#countAck(conduct, cause);
  }

  /** A block is acknowledged once more: as nothing comes, or the wrong thing. */
  #countAck(conduct: Conduct, cause: Packet | undefined): void {
    const { block, peer } = conduct;
    const wire = wireOf(block, rolloverOf(this.#scenario, peer));
    const isAtWrap = block === MAX_BLOCK || block === MAX_BLOCK + 1;
    const mostGapAcks = isAtWrap ? MAX_WRAP_ACKS : MAX_GAP_ACKS;
    if (cause?.kind === "data" && cause.block === wire) {
      const now = this.#clock.now();
      conduct.squareAt = Math.max(conduct.squareAt, now) + ANSWER_EVERY_MS;
      if (conduct.squareAt - now <= MAX_ANSWERS * ANSWER_EVERY_MS) return;
    } else {
      if (cause !== undefined && ++conduct.gapAcks <= mostGapAcks) return;
      // It may be the clock that acts at the moment something comes.
      conduct.gapAcks = 0;
      if (++conduct.timedAcks <= MAX_TIMED_ACKS) return;
    }
    fail("storm", `block ${block} of ${peer} is acknowledged too often`);
  }

  #countReply(peer: string): void {
    const known = this.#know(peer);
    if (known.isProven) return;
    const most = REPLIES_TO_REQUEST * known.requests.length;
    if (++known.replies > most) {
      fail("flood", `over ${most} replies to ${peer}`);
    }
  }

  #know(peer: string): Acquaintance {
    const known = this.#peers.get(peer) ??
      { requests: [], replies: 0, isProven: false };
    this.#peers.set(peer, known);
    return known;
  }
}
