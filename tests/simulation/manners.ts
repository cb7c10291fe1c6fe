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
import { AckCount } from "./ack_count.ts";
import type { Address } from "./address.ts";
import type { SimulatedPart } from "./disk.ts";
import { aheadOf, isAnswer, rolloverOf, wireOf } from "./expectation.ts";
import type { FileWatch } from "./files.ts";
import { HandedPackets } from "./handed.ts";
import type { Scenario } from "./scenario.ts";
import type { Seating } from "./seating.ts";
import type { SocketWatch } from "./socket.ts";
import { fail } from "./violation.ts";

/** The most answers to one request of a peer that sends no block. */
const REPLIES_TO_REQUEST = 1;
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
  readonly acks: AckCount;
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
  readonly #handed: HandedPackets;
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
    this.#handed = new HandedPackets(clock);
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
    this.#handed.add(socket, packet, key);
    act();
  }

  sent(socket: Socket, bytes: Uint8Array, to: Deno.NetAddr): void {
    const peer = keyOf(to);
    const cause = this.#handed.takeCause(socket, peer);
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
      acks: new AckCount(now),
      terms: settleTerms(part.order.accepted, this.#scenario.limits),
    };
    this.sockets.set(socket, conduct);
    return conduct;
  }

  #skippedOf({ order }: SimulatedPart): number {
    const { reply } = order.accepted;
    return reply.kind === "oack" ? this.#scenario.skippedBlocks : 0;
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
    if (block > before) return conduct.acks.goOn();
    const now = this.#clock.now();
    const isTooOften = isProven &&
      conduct.acks.isTooOften(block, wireOf(block, rollover), cause, now);
    if (!isTooOften) return;
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
