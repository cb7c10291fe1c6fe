/**
 * The driver of one upload: a socket of its own, whose port is the server's
 * transfer identifier, between the pure transfer machine and the storage.
 *
 * While storage is being waited for, the session's clock stands still and its
 * socket is not read. So a slow disk never counts as a silent client, and the
 * client's impatient repetitions are judged after the wait, when their answer
 * has just been sent and they can be ignored.
 *
 * @module
 */

import { type Meaning, meaningOf } from "../policy/repetition.ts";
import { decodePacket } from "../protocol/codec.ts";
import {
  DATA_HEADER_BYTES,
  ErrorCode,
  type Packet,
} from "../protocol/packet.ts";
import {
  evict,
  expire,
  fail,
  open,
  receive,
  supersede,
} from "../protocol/transfer.ts";
import {
  type Action,
  isUnderWay,
  type Step,
  type Transfer,
} from "../protocol/transfer_state.ts";
import type { Peer } from "../report/event.ts";
import { showPacket } from "../report/packet.ts";
import { STOPPING_LINGER_MS } from "./config.ts";
import { takeIn } from "./intake.ts";
import { Performer } from "./performer.ts";
import { replyToFault } from "./reply.ts";
import { type SessionOptions, termsOf } from "./session_options.ts";

/** One upload. */
export class Session {
  /** The client. */
  readonly peer: Peer;
  /** Memory that is kept for the next datagram, bytes. */
  readonly bufferBytes: number;
  readonly #options: SessionOptions;
  readonly #performer: Performer;
  #transfer: Transfer;
  /** Slow actions under way; never rejects. */
  #busy: Promise<void> | undefined;
  /** How long the session's clock has stood still in all. */
  #heldMs = 0;
  #ended = false;

  /** Answers the request. */
  constructor(options: SessionOptions) {
    this.peer = options.peer;
    this.#options = options;
    this.#performer = new Performer(options);
    const { reply } = options.accepted;
    const terms = termsOf(options);
    // One byte more than a full block, so that an oversize one shows.
    this.bufferBytes = DATA_HEADER_BYTES + terms.blksize + 1;
    const step = open(terms, reply, this.#now());
    this.#transfer = step.transfer;
    this.#apply(step);
    takeIn({
      socket: options.socket,
      bytes: this.bufferBytes,
      take: (bytes, from) => this.#take(bytes, from),
      busy: () => this.#busy,
    });
  }

  /** Whether the file is neither saved nor given up. */
  get isUnderWay(): boolean {
    return this.#busy !== undefined || isUnderWay(this.#transfer);
  }

  /**
   * Bytes the client announced and has not sent yet. A client that sent nothing
   * at all may not exist, so its word counts for nothing.
   */
  get announcedBytes(): number {
    const { tsize } = this.#options.accepted.terms;
    const { bytes, phase } = this.#transfer;
    return tsize === undefined || phase !== "receiving"
      ? 0
      : Math.max(0, tsize - bytes);
  }

  /** What one more request from the client's port means. */
  meaningOf(request: Uint8Array): Meaning {
    const { phase, repliedAt } = this.#transfer;
    return meaningOf(request, this.#options, {
      isUnderWay: this.isUnderWay,
      phase,
      sinceReplyMs: this.#now() - repliedAt,
    });
  }

  /** The bytes of the request. */
  get request(): Uint8Array {
    return this.#options.request;
  }

  /** Takes in a repetition of the request. */
  repeatRequest(packet: Packet): void {
    if (this.#busy === undefined) {
      this.#apply(receive(this.#transfer, packet, this.#now()));
    }
  }

  /** Lets the transfer look at the clock, and asks for the next tick. */
  tick(): void {
    // Else the next tick is asked for when the wait is over.
    if (this.#busy !== undefined) return;
    const now = this.#now();
    if (now >= this.#transfer.deadline) {
      this.#apply(expire(this.#transfer, now));
    } else {
      this.#askForTick();
    }
  }

  /** Ends a session that is done or has not begun, while the server stops. */
  tickWhileStopping(): void {
    if (this.#busy !== undefined || this.#ended) return;
    const { phase, repliedAt, openedAt } = this.#transfer;
    const since = phase === "opening" ? openedAt : repliedAt;
    if (phase !== "receiving" && this.#now() - since >= STOPPING_LINGER_MS) {
      this.stop();
    }
  }

  /** Ends the upload without a word; the client began another one. */
  async supersede(): Promise<void> {
    await this.#idle();
    if (!this.#ended) this.#apply(supersede(this.#transfer));
    await this.#idle();
  }

  /** Gives up the socket at once, without a word; others need it more. */
  evict(): void {
    if (!this.#ended) this.#apply(evict(this.#transfer));
  }

  /** Ends the upload now, unless its file is being saved this moment. */
  async stop(): Promise<void> {
    await this.#idle();
    if (this.#ended) return;
    this.#apply(
      fail(
        this.#transfer,
        ErrorCode.NOT_DEFINED,
        "server is shutting down",
        this.#now(),
      ),
    );
    await this.#idle();
    this.#end();
  }

  #now(): number {
    return performance.now() - this.#heldMs;
  }

  #take(bytes: Uint8Array, from: Deno.NetAddr): void {
    if (this.#ended) return;
    const packet = decodePacket(bytes);
    if (!this.#isPeer(from)) {
      return this.#performer.answerStranger(from, packet, bytes);
    }
    const { report } = this.#options;
    showPacket(report, { direction: "in", peer: this.peer, packet, bytes });
    // Requests belong to the listening port; here they would only serve to have
    // a long answer repeated at will.
    if (packet.kind === "wrq") return;
    this.#apply(receive(this.#transfer, packet, this.#now()));
  }

  /** Several may wait, and the first to go on may make the others wait again. */
  async #idle(): Promise<void> {
    while (this.#busy !== undefined) await this.#busy;
  }

  #isPeer(from: Deno.NetAddr): boolean {
    return from.port === this.peer.port &&
      from.hostname === this.peer.hostname;
  }

  #apply({ transfer, actions }: Step): void {
    const before = this.#transfer;
    this.#transfer = transfer;
    if (before.phase === "opening" && transfer.phase !== "opening") {
      this.#options.onProven(this);
    }
    let done = 0;
    for (const action of actions) {
      const wait = this.#performer.perform(action, transfer);
      done++;
      if (wait !== undefined) {
        this.#busy = this.#performSlowly(before, wait, actions.slice(done));
        return;
      }
    }
    this.#settle(before);
  }

  /** What follows when all actions are done. */
  #settle(before: Transfer): void {
    this.#askForTick();
    const { phase } = this.#transfer;
    if (phase === before.phase || phase === "receiving") return;
    if (phase === "closed") this.#end();
    else this.#options.onEnded(this);
  }

  async #performSlowly(
    before: Transfer,
    wait: Promise<void>,
    rest: readonly Action[],
  ): Promise<void> {
    const since = performance.now();
    try {
      await wait;
      for (const action of rest) {
        await this.#performer.perform(action, this.#transfer);
      }
    } catch (error) {
      const { code, message } = replyToFault(error);
      this.#performer.trouble = (error as Error).message;
      const step = fail(before, code, message, since - this.#heldMs);
      this.#transfer = step.transfer;
      for (const action of step.actions) {
        await this.#performer.perform(action, step.transfer);
      }
    }
    this.#heldMs += performance.now() - since;
    this.#busy = undefined;
    this.#settle(before);
  }

  #askForTick(): void {
    this.#options.onDeadline(this, this.#transfer.deadline + this.#heldMs);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#options.socket.close();
    this.#options.onClosed(this);
  }
}
