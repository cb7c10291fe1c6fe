/**
 * A model of `lib/server/listener.ts` and `roster.ts`: what becomes of a first
 * datagram. Its order of checks is that of the original; keep the two alike.
 * Only the limit to ERRORs per second is left out, so that more are seen.
 *
 * @module
 */

import { admit } from "../../lib/policy/admission.ts";
import { refuseName } from "../../lib/policy/filename.ts";
import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import {
  MAX_BLKSIZE,
  type NegotiationLimits,
} from "../../lib/protocol/options.ts";
import type { ErrorPacket, Packet } from "../../lib/protocol/packet.ts";
import { type Accepted, classify } from "../../lib/protocol/request.ts";
import { type Address, LISTENER } from "./address.ts";
import { SessionModel } from "./session_model.ts";
import type { Surroundings } from "./surroundings.ts";

const LIMITS: NegotiationLimits = {
  maxBlksize: MAX_BLKSIZE,
  receiveBufferBytes: 212_992,
  timeoutMs: 1_000,
};

/** The listening port, and who is being served. */
export class ListenerModel {
  readonly #world: Surroundings;
  readonly #all = new Set<SessionModel>();
  /** The latest session of each client. */
  readonly #byClient = new Map<string, SessionModel>();
  /** Sessions whose upload ended, the oldest first. */
  readonly #ended = new Set<SessionModel>();
  readonly #admitting = new Set<string>();
  #nextPort = 40_000;

  /** Begins to listen. */
  constructor(world: Surroundings) {
    this.#world = world;
    world.network.bind(
      LISTENER,
      (bytes, from) => this.#onDatagram(bytes, from),
    );
  }

  /** How many sessions there are. */
  get size(): number {
    return this.#all.size;
  }

  #onDatagram(bytes: Uint8Array, from: Address): void {
    const packet = decodePacket(bytes);
    const { witness } = this.#world;
    witness.manners.knocked(from);
    const verdict = classify(packet, LIMITS);
    switch (verdict.kind) {
      case "ignore":
        return;
      case "refuse":
        return this.#refuse(from, bytes, verdict.reply);
      case "accept":
        return this.#onWriteRequest(verdict, packet, bytes, from);
    }
  }

  #onWriteRequest(
    accepted: Accepted,
    packet: Packet,
    bytes: Uint8Array,
    from: Address,
  ): void {
    const { key } = from;
    if (this.#admitting.has(key)) return;
    const known = this.#byClient.get(key);
    const meaning = known?.meaningOf(bytes);
    if (meaning === "repeat") return known?.repeatRequest(packet);
    if (meaning === "outdated") return;
    const refusal = refuseName(accepted.filename, {
      ip: undefined,
      timestamp: false,
      versions: false,
      windows: false,
    });
    if (refusal !== undefined) {
      const message = "invalid filename";
      const { code } = refusal;
      return this.#refuse(from, bytes, { kind: "error", code, message });
    }
    const superseded = known?.plan.request;
    known?.supersede();
    this.#admitting.add(key);
    const { clock, disk } = this.#world;
    clock.after(disk.plan.lookMs, () => {
      this.#admitting.delete(key);
      this.#admit(accepted, bytes, superseded, from);
    });
  }

  #admit(
    accepted: Accepted,
    request: Uint8Array,
    superseded: Uint8Array | undefined,
    peer: Address,
  ): void {
    const { limits, witness } = this.#world;
    const { tsize } = accepted.terms;
    const free = limits.freeBytes;
    const all = [...this.#all];
    const announced = all.reduce((sum, it) => sum + it.announcedBytes, 0);
    const halfOpen = all.filter((it) => it.isHalfOpen);
    const ofClient = all.filter((it) =>
      !this.#ended.has(it) && it.plan.peer.host === peer.host
    );
    const admission = admit(tsize, {
      sockets: all.length,
      ended: this.#ended.size,
      halfOpen: halfOpen.length,
      ofClient: ofClient.length,
      freeBytes: free === undefined || tsize === undefined
        ? free
        : free - announced,
    }, limits);
    if (admission.kind === "refuse") {
      return this.#refuse(peer, request, admission.reply);
    }
    if (admission.evict === "ended") [...this.#ended][0]?.evict();
    if (admission.evict === "half-open") halfOpen[0]?.evict();
    const session = new SessionModel({
      peer,
      port: this.#nextPort++,
      request,
      superseded,
      accepted,
      onClosed: (it) => this.#remove(it),
      onEnded: (it) => this.#ended.add(it),
    }, this.#world);
    this.#all.add(session);
    this.#byClient.set(peer.key, session);
    witness.manners.admitted(this.#all.size, ofClient.length + 1);
  }

  #remove(session: SessionModel): void {
    this.#all.delete(session);
    this.#ended.delete(session);
    const { key } = session.plan.peer;
    if (this.#byClient.get(key) === session) this.#byClient.delete(key);
  }

  #refuse(to: Address, request: Uint8Array, reply: ErrorPacket): void {
    const bytes = encodePacket(reply);
    const { network, witness } = this.#world;
    witness.refused();
    witness.manners.refused(to, request, bytes.length);
    network.send(bytes, LISTENER, to);
  }
}
