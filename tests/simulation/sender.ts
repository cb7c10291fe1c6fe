/**
 * A sender of files: the machine of `wotftp put`, with the bad manners of its
 * plan around what it hears and what it says.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import { ErrorCode, type Packet } from "../../lib/protocol/packet.ts";
import {
  ask,
  cancelSending,
  expireSending,
  receiveAnswer,
  supplyBlocks,
} from "../../lib/protocol/sending.ts";
import type {
  Sending,
  SendingAction,
  SendingStep,
} from "../../lib/protocol/sending_state.ts";
import { goBack } from "../../lib/protocol/sending_window.ts";
import { type Address, addressOf, LISTENER } from "./address.ts";
import { contentOf, isGrant, optionsOf } from "./expectation.ts";
import type { Ending, FileWatch } from "./files.ts";
import { Guess } from "./guess.ts";
import type { Network } from "./network.ts";
import type { FilePlan, SenderPlan } from "./scenario.ts";
import { blockOf, endingOf, HELLOS, termsOf, wireOf } from "./sender_habits.ts";

/** What a sender works with. */
export interface SenderContext {
  readonly clock: Clock;
  readonly network: Network;
  /** Who watches. */
  readonly files: FileWatch;
  /** Blocks that count as sent already behind an OACK. */
  readonly skippedBlocks: number;
}

const NO_FILE: FilePlan = { name: "", bytes: 0, pauseMs: 0 };

/** One sender. */
export class Sender {
  /** What it is to do. */
  readonly plan: SenderPlan;
  /** Where it sends from. */
  readonly address: Address;
  readonly #context: SenderContext;
  readonly #guess: Guess;
  #fileIndex = -1;
  #file = NO_FILE;
  #data: Uint8Array = new Uint8Array(0);
  /** What it is at; `undefined` between two files. */
  #sending: Sending | undefined;
  /** Where its transfers were. */
  readonly #oldServers = new Set<string>();
  #skipped = 0;
  /** Where in the file its first block begins. */
  #start = 0;
  #cancelTimer = () => {};
  #cancelThought = () => {};

  /** Begins the first file in its time. */
  constructor(plan: SenderPlan, context: SenderContext) {
    this.plan = plan;
    this.address = addressOf(`10.1.${plan.host}.1`, 5_000 + plan.id);
    this.#context = context;
    this.#guess = new Guess(plan, this.address, context);
    const { network } = context;
    network.watch(this.address, plan);
    network.bind(this.address, (bytes, from) => this.#onDatagram(bytes, from));
    this.#nextFile();
  }

  #nextFile(): void {
    const { clock, files, network } = this.#context;
    const file = this.plan.files[++this.#fileIndex];
    if (file === undefined) return network.unbind(this.address);
    clock.after(file.pauseMs, () => {
      this.#file = file;
      this.#data = contentOf(this.plan, this.#fileIndex, file.bytes);
      files.began(this, file.name, this.#data);
      this.#start = 0;
      const terms = termsOf(this.plan, file);
      this.#apply(ask(terms, clock.now()));
    });
  }

  #onDatagram(bytes: Uint8Array, from: Address): void {
    const packet = decodePacket(bytes);
    const sending = this.#sending;
    if (sending === undefined || this.#oldServers.has(from.key)) {
      // RFC 1350 section 4; but an ERROR is never answered.
      if (packet.kind === "error") return;
      return this.#sendError(ErrorCode.UNKNOWN_TRANSFER_ID, from);
    }
    const heard = sending.phase === "asking"
      ? this.#hearFirst(sending, packet, from)
      : from.port === sending.port
      ? this.#hear(sending, packet)
      : packet;
    if (heard === undefined) return;
    const now = this.#context.clock.now();
    this.#apply(receiveAnswer(sending, heard, from.port, now));
  }

  /** What it takes the first answer for, if for anything. */
  #hearFirst(
    { request }: Sending,
    packet: Packet,
    from: Address,
  ): Packet | undefined {
    const { habit } = this.plan;
    this.#skipped = 0;
    if (packet.kind !== "oack") return packet;
    // What was not asked for answers somebody else's request, or an old one: it
    // asks for several files from one port.
    const asked = optionsOf(this.plan, this.#data.length);
    if (!packet.options.every((it) => isGrant(it, asked))) return undefined;
    if (habit === "deaf") return { kind: "ack", block: 0 };
    if (habit === "refuse-oack" && request.options.length > 0) {
      this.#sendError(ErrorCode.OPTION_REFUSED, from);
      this.#oldServers.add(from.key);
      // It goes on as if it had been refused itself.
      const code = ErrorCode.OPTION_REFUSED;
      return { kind: "error", code, message: "" };
    }
    this.#skipped = this.#context.skippedBlocks;
    return packet;
  }

  /** What it takes a later packet for. */
  #hear(sending: Sending, packet: Packet): Packet | undefined {
    const { habit } = this.plan;
    if (packet.kind === "oack" && habit === "reader") return this.#readOn();
    if (packet.kind !== "ack") return packet;
    const block = blockOf(packet.block, sending, this.#skipped, this.plan);
    if (block === undefined) return undefined;
    if (habit !== "apprentice" || block > sending.acked) {
      return { kind: "ack", block: block & 0xffff };
    }
    const last = Math.min(block + sending.windowsize, sending.ready);
    this.#perform([{ kind: "blocks", first: block + 1, last }]);
    return undefined;
  }

  /** Takes an OACK for leave to read on; what comes next is block 1 again. */
  #readOn(): undefined {
    const sending = this.#sending;
    if (sending === undefined) return;
    const { blksize } = sending;
    this.#start = Math.min(this.#start + blksize, this.#data.length);
    const last = this.#lastBlock(sending);
    const anew = { acked: this.#skipped, sent: this.#skipped, resent: 0 };
    const now = this.#context.clock.now();
    this.#apply(goBack({ ...sending, ...anew, ready: last, last }, now));
  }

  #lastBlock({ blksize }: Sending): number {
    const left = this.#data.length - this.#start;
    return this.#skipped + Math.floor(left / blksize) + 1;
  }

  #apply({ sending, actions }: SendingStep): void {
    const before = this.#sending;
    this.#sending = sending;
    const ending = endingOf(sending, before, this.#start);
    // Few say that they give up.
    if (ending !== "gave up" || this.plan.adapts) this.#perform(actions);
    if (ending !== undefined) return this.#end(ending);
    if (sending.phase === "sending") {
      if (before?.phase === "asking") this.#begin(sending);
      else if (sending.acked > (before?.acked ?? 0)) this.#proceed();
    }
    this.#arm();
  }

  #begin(sending: Sending): void {
    const hello = HELLOS[this.plan.habit];
    const skipped = this.#skipped;
    this.#sending = { ...sending, acked: skipped, sent: skipped };
    if (hello !== undefined) this.#send(encodePacket(hello), this.#server);
    this.#proceed();
  }

  /** Goes on behind the last block acknowledged. */
  #proceed(): void {
    const sending = this.#sending;
    if (sending === undefined) return;
    const { quit, thinkMs } = this.plan;
    const { clock } = this.#context;
    const acked = sending.acked - this.#skipped;
    this.#guess.acknowledged(acked);
    this.#cancelThought();
    if (quit !== undefined && acked >= quit.afterBlocks) {
      if (quit.afterWindow) this.#supply();
      return this.#quit(quit.withError);
    }
    if (thinkMs === 0) return this.#supply();
    this.#cancelThought = clock.after(thinkMs, () => this.#supply());
  }

  /** Has the next window ready: those who think have no more than that. */
  #supply(): void {
    const sending = this.#sending;
    if (sending === undefined) return;
    const last = this.#lastBlock(sending);
    const ready = Math.min(sending.acked + sending.windowsize, last);
    const now = this.#context.clock.now();
    this.#apply(supplyBlocks(sending, ready, last, now));
  }

  #quit(withError: boolean): void {
    const sending = this.#sending;
    if (sending === undefined) return;
    const { actions } = cancelSending(sending, "changed my mind");
    if (withError) this.#perform(actions);
    this.#end("quit");
  }

  #perform(actions: readonly SendingAction[]): void {
    for (const action of actions) {
      switch (action.kind) {
        case "ask":
          this.#send(encodePacket(action.packet), LISTENER);
          break;
        case "tell": {
          const to = addressOf(LISTENER.hostname, action.port);
          this.#send(encodePacket(action.packet), to);
          break;
        }
        case "blocks":
          this.#sendBlocks(action.first, action.last);
      }
    }
  }

  #sendBlocks(first: number, last: number): void {
    const sending = this.#sending;
    if (sending === undefined) return;
    const { blksize } = sending;
    if (last === sending.last) {
      this.#context.files.sentLastBlock(this, this.#file.name);
    }
    const to = this.#server;
    for (let number = first; number <= last; number++) {
      const start = this.#start + (number - this.#skipped - 1) * blksize;
      const payload = this.#data.subarray(start, start + blksize);
      const block = wireOf(number, this.plan);
      this.#send(encodePacket({ kind: "data", block, payload }), to);
    }
  }

  #arm(): void {
    const { clock } = this.#context;
    this.#cancelTimer();
    const sending = this.#sending;
    if (sending === undefined || sending.deadline === Infinity) return;
    this.#cancelTimer = clock.after(sending.deadline - clock.now(), () => {
      // Many wait equally long each time.
      const patience = this.plan.adapts ? {} : { repeats: -1 };
      this.#apply(expireSending({ ...sending, ...patience }, clock.now()));
    });
  }

  #end(ending: Ending): void {
    this.#cancelTimer();
    this.#cancelThought();
    if (this.#sending?.port !== undefined) {
      this.#oldServers.add(this.#server.key);
    }
    this.#sending = undefined;
    this.#context.files.ended(this, this.#file.name, ending);
    this.#nextFile();
  }

  /** Where its transfer is. */
  get #server(): Address {
    return addressOf(LISTENER.hostname, this.#sending?.port ?? LISTENER.port);
  }

  #sendError(code: number, to: Address): void {
    this.#send(encodePacket({ kind: "error", code, message: "no" }), to);
  }

  #send(bytes: Uint8Array, to: Address): void {
    for (let copy = 0; copy < this.plan.copies; copy++) {
      this.#context.network.send(bytes, this.address, to);
    }
  }
}
