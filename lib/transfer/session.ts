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
import { MAX_TIMEOUT_MS } from "../policy/repetition.ts";
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
import type { Action, Phase, Transfer } from "../protocol/transfer_state.ts";
import type { Socket } from "../socket.ts";
import type { Stored } from "../storage/names.ts";
import { Account, type AccountContext } from "./account.ts";
import { faultOf } from "./fault.ts";
import { PeerSocket, type SocketContext } from "./peer_socket.ts";

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
export interface SessionContext extends SocketContext, AccountContext {
  /** The verbs of a transfer. */
  readonly machine: Machine;
  /** How much of a client's time and bytes is taken. */
  readonly limits: TransferLimits;
  /** Called with when {@linkcode Session.tick} is due. */
  wakeAt(deadline: number): void;
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
  readonly #account: Account;
  #drive: Drive;
  #phase: Phase = "opening";
  #isClosed = false;

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
    this.#context = context;
    this.#account = new Account(order, context);
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
    this.#account.tell("accepted");
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
    this.#account.tellProgress(this.transfer, now);
  }

  #go(drive: Drive): void {
    this.#drive = drive;
    if (drive.heldAt !== undefined || this.#isClosed) return;
    const { clock, machine } = this.#context;
    const { actions, transfer: { phase } } = drive;
    if (this.#phase === "opening" && isProven(phase)) {
      this.#account.tell("proven");
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
    this.#context.wakeAt(this.deadline);
    this.#socket.read();
  }

  #receive(packet: Packet): void {
    const { clock, machine } = this.#context;
    const now = clock.now();
    const before = this.transfer;
    const drive = receivePacket(machine, this.#drive, packet, now);
    const { heldMs, transfer } = drive;
    this.#account.tally.receive(packet, before, transfer, now - heldMs);
    this.#go(drive);
    this.#account.tellAlive(this.transfer, now);
  }

  #wait(wait: PromiseLike<void>, rest: readonly Action[]): void {
    const { clock, machine } = this.#context;
    const since = clock.now();
    this.#drive = hold(this.#drive, rest, since);
    this.deadline = Infinity;
    wait.then(
      () => {
        const now = clock.now();
        this.#drive = proceed(this.#drive, now);
        const { tally } = this.#account;
        tally.wait(now - since, now - this.#drive.heldMs);
        this.#go(this.#drive);
      },
      (error) => {
        this.#account.trouble = (error as Error).message;
        const fault = faultOf(error);
        this.#go(breakOff(machine, this.#drive, fault, clock.now()));
      },
    );
  }

  #perform(action: Action): PromiseLike<void> | undefined {
    switch (action.kind) {
      case "send":
        this.#account.tally.send(action.packet);
        this.#socket.send(action.packet);
        return undefined;
      case "write":
        return this.#part.write(action.payload);
      case "commit":
        return this.#part.commit()
          .then((stored) => this.#account.tellStored(this.transfer, stored));
      case "discard":
        this.#account.tellFailed(this.transfer, action.why);
        return this.#part.discard();
    }
  }

  #close(): void {
    this.#isClosed = true;
    this.deadline = Infinity;
    this.#socket.close();
    this.#account.tell("closed");
    this.#context.onClosed(this);
  }
}

function isProven(phase: Phase): boolean {
  return phase === "receiving" || phase === "dallying";
}
