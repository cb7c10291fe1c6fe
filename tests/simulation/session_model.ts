/**
 * A model of `lib/server/session.ts`: the driver of one upload, without
 * promises. Its order of events is that of the original; keep the two alike.
 *
 * @module
 */

import { type Meaning, meaningOf } from "../../lib/policy/repetition.ts";
import { termsOf } from "../../lib/server/session_options.ts";
import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import {
  DATA_HEADER_BYTES,
  ErrorCode,
  type ErrorPacket,
  type Packet,
} from "../../lib/protocol/packet.ts";
import {
  type Action,
  isUnderWay,
  type Reply,
  type Step,
  type Transfer,
} from "../../lib/protocol/transfer_state.ts";
import { type Address, addressOf } from "./address.ts";
import { Part, type Wait } from "./disk.ts";
import type { SessionPlan, Surroundings } from "./surroundings.ts";

/** How fine timeouts are measured. */
export const TICK_MS = 20;

/** One upload. */
export class SessionModel {
  /** What it is made from. */
  readonly plan: SessionPlan;
  /** Where its bytes go. */
  readonly part: Part;
  /** When it began. */
  readonly openedAt: number;
  readonly #world: Surroundings;
  readonly #address: Address;
  readonly #buffer: Uint8Array;
  #transfer: Transfer;
  #busy = false;
  #busySince = 0;
  #heldMs = 0;
  /** What is to be done when storage is no longer waited for. */
  readonly #waiting: (() => void)[] = [];
  /** Whether a datagram is being waited for; else they queue up. */
  #reading = false;
  readonly #queue: { bytes: Uint8Array; from: Address }[] = [];
  #timerAt = Infinity;
  #ended = false;

  /** Answers the request. */
  constructor(plan: SessionPlan, world: Surroundings) {
    const { accepted, peer } = plan;
    const terms = termsOf({ accepted, limits: world.limits });
    this.plan = plan;
    this.#world = world;
    this.openedAt = world.clock.now;
    this.part = new Part(world.disk, peer.key, accepted.filename);
    this.#address = addressOf("server", plan.port);
    this.#buffer = new Uint8Array(DATA_HEADER_BYTES + terms.blksize + 1);
    world.network.bind(this.#address, (bytes, from) => {
      world.witness.manners.heard(this, from);
      this.#queue.push({ bytes, from });
      if (this.#reading) this.#read();
    });
    world.witness.manners.opened(this);
    const { transfer, actions } = world.server.machine
      .open(terms, accepted.reply, this.now);
    const block = world.skippedBlocks(peer);
    this.#transfer = { ...transfer, block, acked: block };
    this.#apply({ transfer: this.#transfer, actions });
    this.#read();
  }

  /** The transfer as it is. */
  get transfer(): Transfer {
    return this.#transfer;
  }

  /** Whether the file is neither saved nor given up. */
  get isUnderWay(): boolean {
    return this.#busy || isUnderWay(this.#transfer);
  }

  /** Whether the client has not sent a block. */
  get isHalfOpen(): boolean {
    return this.#transfer.phase === "opening";
  }

  /** Bytes the client announced and has not sent yet. */
  get announcedBytes(): number {
    const { tsize } = this.plan.accepted.terms;
    const { bytes, phase } = this.#transfer;
    return tsize === undefined || phase !== "receiving"
      ? 0
      : Math.max(0, tsize - bytes);
  }

  /** The session's own time: it stands still while storage is waited for. */
  get now(): number {
    const { clock } = this.#world;
    return (this.#busy ? this.#busySince : clock.now) - this.#heldMs;
  }

  /** How long it stood still in all. */
  get heldMs(): number {
    return this.#heldMs;
  }

  /** What one more request from the client's port means. */
  meaningOf(request: Uint8Array): Meaning {
    if (this.#world.server.flaws.restartsOnRepeat) return "new";
    const { phase, repliedAt } = this.#transfer;
    return meaningOf(request, this.plan, {
      isUnderWay: this.isUnderWay,
      phase,
      sinceReplyMs: this.now - repliedAt,
    });
  }

  /** Takes in a repetition of the request. */
  repeatRequest(packet: Packet): void {
    if (!this.#busy) this.#take(packet);
  }

  /** Ends the upload without a word; the client began another one. */
  supersede(): void {
    this.#whenIdle(() => {
      const { machine } = this.#world.server;
      if (!this.#ended) this.#apply(machine.supersede(this.#transfer));
    });
  }

  /** Gives up the socket at once, without a word. */
  evict(): void {
    const { machine } = this.#world.server;
    if (!this.#ended) this.#apply(machine.evict(this.#transfer));
  }

  #read(): void {
    if (this.#ended) return;
    const datagram = this.#queue.shift();
    this.#reading = datagram === undefined;
    if (datagram === undefined) return;
    this.#whenIdle(() => this.#onDatagram(datagram.bytes, datagram.from));
  }

  #onDatagram(bytes: Uint8Array, from: Address): void {
    if (this.#ended) return;
    // Into the one buffer there is: cut if too long, and gone with the next.
    const length = Math.min(bytes.length, this.#buffer.length);
    this.#buffer.set(bytes.subarray(0, length));
    const packet = decodePacket(this.#buffer.subarray(0, length));
    const { flaws } = this.#world.server;
    if (from.key === this.plan.peer.key || flaws.trustsStrangers) {
      // Requests belong to the listening port.
      if (packet.kind !== "wrq") this.#take(packet);
    } else this.#answerStranger(from, packet);
    this.#whenIdle(() => this.#read());
  }

  #take(packet: Packet): void {
    const { witness, server } = this.#world;
    witness.manners.takes(packet, this);
    this.#apply(server.machine.receive(this.#transfer, packet, this.now));
    witness.manners.taken();
  }

  #answerStranger(from: Address, packet: Packet): void {
    if (packet.kind === "error") return;
    const code = ErrorCode.UNKNOWN_TRANSFER_ID;
    const message = "unknown transfer identifier";
    const bytes = encodePacket({ kind: "error", code, message });
    this.#world.network.send(bytes, this.#address, from);
  }

  #whenIdle(next: () => void): void {
    if (this.#busy) this.#waiting.push(next);
    else next();
  }

  #apply({ transfer, actions }: Step): void {
    const before = this.#transfer;
    this.#transfer = transfer;
    this.#performAll(actions, before);
  }

  /** @param before Where to go back to if storage fails. */
  #performAll(actions: readonly Action[], before: Transfer): void {
    for (const [i, action] of actions.entries()) {
      const wait = this.#perform(action);
      if (wait === undefined) continue;
      if (!this.#busy) this.#busySince = this.#world.clock.now;
      this.#busy = true;
      const go = () => this.#goOn(wait, actions.slice(i + 1), before);
      if (wait.ms === 0) go();
      else this.#world.clock.after(wait.ms, go);
      return;
    }
    this.#settle(before);
  }

  #goOn(wait: Wait, rest: readonly Action[], before: Transfer): void {
    if (wait.finish() === "done") return this.#performAll(rest, before);
    const { machine, flaws } = this.#world.server;
    const { code, message } = DISK_FAULT;
    const { transfer, actions } = machine.fail(
      flaws.failsAfterStep ? this.#transfer : before,
      code,
      message,
      this.#busySince - this.#heldMs,
    );
    this.#transfer = transfer;
    this.#performAll(actions, before);
  }

  #settle(before: Transfer): void {
    const waiting = this.#waiting.splice(0);
    if (this.#busy) {
      this.#heldMs += this.#world.clock.now - this.#busySince;
      this.#busy = false;
    }
    const { phase } = this.#transfer;
    if (phase !== before.phase && phase !== "receiving") {
      if (phase === "closed") this.#end();
      else this.plan.onEnded(this);
    }
    this.#arm();
    // The first to go on may make the others wait again.
    for (const next of waiting) this.#whenIdle(next);
  }

  #arm(): void {
    const { clock, server } = this.#world;
    const due = this.#transfer.deadline + clock.now - this.now;
    const at = Math.ceil(due / TICK_MS) * TICK_MS;
    if (this.#ended || at >= this.#timerAt) return;
    this.#timerAt = at;
    clock.after(Math.max(1, at - clock.now), () => {
      if (this.#timerAt !== at) return;
      this.#timerAt = Infinity;
      if (this.#busy || this.#ended) return;
      if (this.now >= this.#transfer.deadline) {
        this.#apply(server.machine.expire(this.#transfer, this.now));
      }
      this.#arm();
    });
  }

  #perform(action: Action): Wait | undefined {
    switch (action.kind) {
      case "send":
        this.#send(action.packet);
        return undefined;
      case "write":
        return this.#write(action.payload);
      case "commit":
        return this.part.commit();
      case "discard":
        this.#world.witness.discarded(this, action.why);
        this.part.discard();
        return undefined;
    }
  }

  #write(payload: Uint8Array): Wait | undefined {
    const wait = this.part.write(payload);
    const { tsize } = this.plan.accepted.terms;
    return this.#world.server.flaws.commitsAtTsize && wait === undefined &&
        this.part.taken === tsize
      ? this.part.commit()
      : wait;
  }

  #send(packet: Reply | ErrorPacket): void {
    const bytes = encodePacket(packet);
    const { witness, network } = this.#world;
    witness.answered(this, packet, bytes.length);
    network.send(bytes, this.#address, this.plan.peer);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#world.network.unbind(this.#address);
    this.#world.witness.manners.closed(this);
    this.plan.onClosed(this);
  }
}

/** What the client is told, whatever is wrong with the disk. */
const DISK_FAULT = {
  code: ErrorCode.DISK_FULL,
  message: "disk full on server",
} as const;
