/**
 * Watches what the server sends: how much, how often, to whom and for how long.
 *
 * @module
 */

import { decodePacket } from "../../lib/protocol/codec.ts";
import type {
  ErrorPacket,
  OackPacket,
  Packet,
} from "../../lib/protocol/packet.ts";
import {
  lingerMs,
  MAX_OPENING_REPEATS,
  MAX_REPEATS,
  type Reply,
} from "../../lib/protocol/transfer_state.ts";
import type { Address } from "./address.ts";
import type { Clock } from "./clock.ts";
import type { LimitPlan } from "./scenario.ts";
import { isGrant } from "./sender_options.ts";
import { type SessionModel, TICK_MS } from "./session_model.ts";
import { fail } from "./violation.ts";

/** What is known of a client's address and port. */
interface Acquaintance {
  /** Datagrams it sent to the listening port. */
  requests: number;
  /** What it got before its first block. */
  replies: number;
  /** Whether a block has come. */
  isProven: boolean;
}

/** What is known of a session. */
interface Conduct {
  heardAt: number;
  isProven: boolean;
  block: number;
  /** When `block` was last acknowledged, and when before that. */
  ackedAt: number;
  ackedBefore: number;
  acks: number;
}

/** An ERROR to somebody unknown is no longer than this, whatever he sent. */
const MAX_REFUSAL_BYTES = 80;

/** Watches the packets of one world. */
export class Manners {
  readonly #clock: Clock;
  readonly #limits: LimitPlan;
  readonly #peers = new Map<string, Acquaintance>();
  readonly #sessions = new Map<SessionModel, Conduct>();
  #taking: Packet | undefined;

  /** Watches from the beginning. */
  constructor(clock: Clock, limits: LimitPlan) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** A datagram reaches the listening port. */
  knocked(from: Address): void {
    this.#know(from).requests++;
  }

  /** A request is refused. */
  refused(to: Address, request: Uint8Array, bytes: number): void {
    this.#countReply(to);
    if (bytes > Math.max(MAX_REFUSAL_BYTES, 1.5 * request.length)) {
      fail("flood", `${bytes} bytes answer ${request.length}`);
    }
  }

  /** A request is admitted. */
  admitted(sessions: number, ofClient: number): void {
    const { maxTransfers, maxPerClient } = this.#limits;
    if (sessions > maxTransfers || ofClient > maxPerClient) {
      fail("limits", `${sessions} sessions, ${ofClient} of one client`);
    }
  }

  /** A session is opened. */
  opened(session: SessionModel): void {
    this.#know(session.plan.peer).isProven = false;
  }

  /** A datagram reaches a session. */
  heard(session: SessionModel, from: Address): void {
    if (from.key !== session.plan.peer.key) return;
    this.#recall(session).heardAt = this.#clock.now;
  }

  /** A session takes in a packet. */
  takes(packet: Packet, session: SessionModel): void {
    this.#taking = packet;
    if (packet.kind !== "data") return;
    // There is no block 0, unless the numbers roll over.
    if (packet.block === 0 && session.transfer.block === 0) return;
    this.#know(session.plan.peer).isProven = true;
    this.#recall(session).isProven = true;
  }

  /** It is done with it. */
  taken(): void {
    this.#taking = undefined;
  }

  /** A session sends something to its peer. */
  answered(
    session: SessionModel,
    packet: Reply | ErrorPacket,
    bytes: number,
  ): void {
    const { peer, request } = session.plan;
    if (this.#taking?.kind === "error") {
      fail("answer", `an ERROR of ${peer.key} is answered`);
    }
    if (packet.kind === "error") return;
    if (bytes > request.length) {
      fail("flood", `${bytes} bytes answer ${request.length}`);
    }
    if (packet.kind === "oack") checkGrants(packet, request);
    if (this.#recall(session).isProven) this.#countAck(session);
    else this.#countReply(peer);
  }

  /** A session is over. */
  closed(session: SessionModel): void {
    const { heardAt } = this.#recall(session);
    const { openedAt, heldMs, transfer: { terms } } = session;
    const idleMs = Math.max(terms.idleMs, 3 * terms.timeoutMs);
    const lateMs = lingerMs(terms) + heldMs + 3 * TICK_MS;
    const { now } = this.#clock;
    if (
      now - Math.max(heardAt, openedAt) > idleMs + lateMs ||
      now - openedAt > terms.durationMs + lateMs
    ) fail("lifetime", `${session.plan.peer.key} since ${openedAt}`);
  }

  #countReply(peer: Address): void {
    const known = this.#know(peer);
    if (known.isProven) return;
    known.replies++;
    if (known.replies > (1 + MAX_OPENING_REPEATS) * known.requests) {
      const { replies, requests } = known;
      fail("flood", `${replies} replies to ${requests} from ${peer.key}`);
    }
  }

  /**
   * A block is acknowledged when it completes a window, once more if there is
   * a gap behind it, and that again after each timeout. In between, repeated
   * blocks get an answer after half a timeout.
   */
  #countAck(session: SessionModel): void {
    const { transfer: { block, terms }, now } = session;
    const known = this.#recall(session);
    if (known.block !== block) {
      known.block = block;
      known.acks = 0;
      known.ackedAt = -Infinity;
    }
    const halfMs = terms.minTimeoutMs / 2;
    if (known.acks >= 2 && now - known.ackedBefore < halfMs) {
      fail("storm", `three ACKs of block ${block} within half a timeout`);
    }
    known.ackedBefore = known.ackedAt;
    known.ackedAt = now;
    known.acks++;
    const idleMs = Math.max(terms.idleMs, 3 * terms.timeoutMs);
    const most = 2 * (1 + MAX_REPEATS) + (idleMs + lingerMs(terms)) / halfMs;
    if (known.acks > most) fail("storm", `${known.acks} ACKs of ${block}`);
  }

  #know(peer: Address): Acquaintance {
    let known = this.#peers.get(peer.key);
    if (known === undefined) {
      known = { requests: 0, replies: 0, isProven: false };
      this.#peers.set(peer.key, known);
    }
    return known;
  }

  #recall(session: SessionModel): Conduct {
    let known = this.#sessions.get(session);
    if (known === undefined) {
      known = {
        heardAt: session.openedAt,
        isProven: false,
        block: -1,
        ackedAt: -Infinity,
        ackedBefore: -Infinity,
        acks: 0,
      };
      this.#sessions.set(session, known);
    }
    return known;
  }
}

function checkGrants({ options }: OackPacket, request: Uint8Array): void {
  const packet = decodePacket(request);
  if (packet.kind !== "wrq") return;
  const wrong = options.find((option) => !isGrant(option, packet.options));
  if (wrong !== undefined) fail("options", `${wrong.name}=${wrong.value}`);
}
