/**
 * One upload: a socket of its own, whose port is the server's transfer
 * identifier (RFC 1350 section 4), and a part file, with the pure drive between
 * them.
 *
 * While storage is waited for the socket is not read: what comes meanwhile waits
 * in the kernel, and the client's impatient repetitions are judged afterwards,
 * when their answer has just been sent.
 *
 * @module
 */

import type { OpenOrder } from "../channel.ts";
import type { Peer } from "../policy/address.ts";
import { MAX_TIMEOUT_MS, PROGRESS_MS } from "../policy/repetition.ts";
import {
  ask,
  breakOff,
  deadlineOf,
  type Drive,
  grantWish,
  hold,
  passTime,
  proceed,
  receivePacket,
  start,
  type Wish,
  yieldPlace,
} from "../protocol/drive.ts";
import type { Packet } from "../protocol/packet.ts";
import { settleTerms, type TransferLimits } from "../protocol/terms.ts";
import type { Machine } from "../protocol/transfer.ts";
import type {
  Action,
  Failure,
  Phase,
  Transfer,
} from "../protocol/transfer_state.ts";
import type { Socket } from "../socket.ts";
import type { Stored } from "../storage/names.ts";
import { faultOf } from "./fault.ts";
import { PeerSocket, type SocketContext } from "./peer_socket.ts";
import type { Outcome, Recorder } from "./recorder.ts";
import { Tally } from "./tally.ts";

/** The file of one upload, before it has its name. */
export interface Part {
  /**
   * Takes bytes for the end of the file, and copies them.
   *
   * @returns What to wait for, if they are not taken at once.
   */
  write(bytes: Uint8Array): PromiseLike<void> | undefined;
  /** Makes the file durable and visible. */
  commit(): PromiseLike<Stored>;
  /** Removes all that was written; what to wait for never rejects. */
  discard(): PromiseLike<void> | undefined;
}

/** What all sessions of a thread work with. */
export interface SessionContext extends SocketContext {
  /** The verbs of a transfer. */
  readonly machine: Machine;
  /** How much of a client's time and bytes is taken. */
  readonly limits: TransferLimits;
  /** Writes receipts, if they are wanted. */
  readonly recorder: Recorder | undefined;
  /** Called once when all is over. */
  onClosed(session: Session): void;
}

/** One upload. */
export class Session {
  /** The number of its seat. */
  readonly seat: number;
  /** The client. */
  readonly peer: Peer;
  /** When {@linkcode tick} is due. */
  deadline: number = Infinity;
  readonly #context: SessionContext;
  readonly #socket: PeerSocket;
  readonly #part: Part;
  readonly #order: OpenOrder;
  readonly #tally = new Tally();
  #drive: Drive;
  #phase: Phase = "opening";
  /** What went wrong in storage, for the operator. */
  #trouble: string | undefined;
  #isClosed = false;
  #toldBytes = 0;
  #toldAt = -Infinity;

  /** Answers the request. */
  constructor(
    order: OpenOrder,
    socket: Socket,
    part: Part,
    context: SessionContext,
  ) {
    const { seat, peer, accepted } = order;
    this.seat = seat;
    this.peer = peer;
    this.#order = order;
    this.#context = context;
    this.#part = part;
    const { clock, machine, limits } = context;
    const terms = settleTerms(accepted, limits);
    this.#socket = new PeerSocket(
      socket,
      peer,
      terms.blksize,
      context,
      (packet) => this.#receive(packet),
    );
    this.#drive = start(machine, terms, accepted.reply, clock.now());
    context.tell({ kind: "accepted", seat });
    this.#go(this.#drive);
  }

  /** The transfer as it is. */
  get transfer(): Transfer {
    return this.#drive.transfer;
  }

  /** Takes in a repetition of the request. */
  repeatRequest(request: Packet): void {
    this.#receive(request);
  }

  /** Lets the transfer look at the clock. */
  tick(): void {
    const { clock, machine } = this.#context;
    this.#go(passTime(machine, this.#drive, clock.now()));
  }

  /** Ends the upload; not while its file is being saved this moment. */
  ask(wish: Wish): void {
    const { clock, machine } = this.#context;
    this.#go(ask(machine, this.#drive, wish, clock.now()));
  }

  /**
   * Gives up the socket without a word, for others need it more.
   *
   * @returns Whether it could be spared.
   */
  yieldPlace(): boolean {
    const drive = yieldPlace(this.#context.machine, this.#drive);
    if (drive !== undefined) this.#go(drive);
    return drive !== undefined;
  }

  /** Whether a block came within the client's last timeout. */
  get isLively(): boolean {
    const { heldAt, heldMs, transfer } = this.#drive;
    const { phase, progressAt, terms: { timeoutMs } } = transfer;
    if (heldAt !== undefined || phase !== "receiving") return false;
    const sinceMs = this.#context.clock.now() - heldMs - progressAt;
    return sinceMs < Math.min(timeoutMs, MAX_TIMEOUT_MS);
  }

  /** Whether it has ended, or has not begun, for so many milliseconds. */
  hasLingered(ms: number): boolean {
    const { heldAt, heldMs, transfer } = this.#drive;
    const { openedAt, phase, repliedAt } = transfer;
    if (heldAt !== undefined || phase === "receiving") return false;
    const since = phase === "opening" ? openedAt : repliedAt;
    return this.#context.clock.now() - heldMs - since >= ms;
  }

  /** Tells how far the upload is, if it went on since. */
  tellProgress(now: number): void {
    const { bytes, phase } = this.transfer;
    if (phase !== "receiving" || bytes === this.#toldBytes) return;
    this.#toldBytes = bytes;
    this.#toldAt = now;
    this.#context.tell({ kind: "progress", seat: this.seat, bytes });
  }

  #go(drive: Drive): void {
    this.#drive = drive;
    if (drive.heldAt !== undefined || this.#isClosed) return;
    const { clock, machine } = this.#context;
    const { actions, transfer: { phase } } = drive;
    if (this.#phase === "opening" && isProven(phase)) {
      this.#context.tell({ kind: "proven", seat: this.seat });
    }
    this.#phase = phase;
    let done = 0;
    for (const action of actions) {
      const wait = this.#perform(action);
      done++;
      if (wait !== undefined) return this.#wait(wait, actions.slice(done));
    }
    const wished = grantWish(machine, this.#drive, clock.now());
    if (wished !== undefined) return this.#go(wished);
    if (phase === "closed") return this.#close();
    this.deadline = deadlineOf(this.#drive);
    this.#socket.read();
  }

  #receive(packet: Packet): void {
    const { clock, machine } = this.#context;
    const now = clock.now();
    const before = this.transfer;
    const drive = receivePacket(machine, this.#drive, packet, now);
    this.#tally.receive(packet, before, drive.transfer);
    this.#go(drive);
    // At once after a silence, for it shows that the client is still there.
    if (now - this.#toldAt >= PROGRESS_MS) this.tellProgress(now);
  }

  #wait(wait: PromiseLike<void>, rest: readonly Action[]): void {
    const { clock, machine } = this.#context;
    this.#drive = hold(this.#drive, rest, clock.now());
    this.deadline = Infinity;
    wait.then(
      () => this.#go(proceed(this.#drive, clock.now())),
      (error) => {
        this.#trouble = (error as Error).message;
        const fault = faultOf(error);
        this.#go(breakOff(machine, this.#drive, fault, clock.now()));
      },
    );
  }

  #perform(action: Action): PromiseLike<void> | undefined {
    switch (action.kind) {
      case "send":
        this.#tally.send(action.packet);
        this.#socket.send(action.packet);
        return undefined;
      case "write":
        return this.#part.write(action.payload);
      case "commit":
        return this.#part.commit().then((stored) => this.#record(stored));
      case "discard":
        this.#context.tell({
          kind: "failed",
          seat: this.seat,
          ...this.#sum(),
          why: action.why,
          trouble: this.#trouble,
          code: this.#tally.errorCode,
        });
        this.#recordFailed(action.why);
        return this.#part.discard();
    }
  }

  /** Requests without a block may be forged, and would fill the disk. */
  #recordFailed(why: Failure): void {
    if (this.transfer.block === 0) return;
    const { recorder } = this.#context;
    recorder?.addFailed(this.#order, this.#sum(), why, this.#trouble);
  }

  /** The receipt is on disk before anybody is told. */
  #record(stored: Stored): PromiseLike<void> | void {
    const { recorder } = this.#context;
    return recorder === undefined
      ? this.#tellStored(stored)
      : recorder.addStored(this.#order, this.#sum(), stored)
        .then(() => this.#tellStored(stored));
  }

  #tellStored({ name: storedName, replacedBytes }: Stored): void {
    this.#context.tell({
      kind: "stored",
      seat: this.seat,
      ...{ storedName, replacedBytes },
      ...this.#sum(),
    });
  }

  #sum(): Outcome {
    const { transfer } = this;
    const { bytes, openedAt } = transfer;
    const seconds = (this.#context.clock.now() - openedAt) / 1_000;
    return { bytes, seconds, counts: this.#tally.of(transfer) };
  }

  #close(): void {
    this.#isClosed = true;
    this.deadline = Infinity;
    this.#socket.close();
    this.#context.tell({ kind: "closed", seat: this.seat });
    this.#context.onClosed(this);
  }
}

function isProven(phase: Phase): boolean {
  return phase === "receiving" || phase === "dallying";
}
