/**
 * A sender of files: the machine of `wotftp put`, with the bad manners of its
 * plan around what it hears and what it says.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import {
  ErrorCode,
  type ErrorPacket,
  type MalformedPacket,
  type Packet,
} from "../../lib/protocol/packet.ts";
import { distance, wireNumber } from "../../lib/protocol/rollover.ts";
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
import {
  type Address,
  addressOf,
  addressOfSender,
  LISTENER,
} from "./address.ts";
import { contentOf, isGrant, optionsOf } from "./expectation.ts";
import type { Ending, FileWatch } from "./files.ts";
import type { Network } from "./network.ts";
import type { FilePlan, SenderPlan } from "./scenario.ts";
import { endingOf, HELLOS, newGuess, termsOf } from "./sender_habits.ts";

/** What a sender works with. */
export interface SenderContext {
  readonly clock: Clock;
  readonly network: Network;
  /** Who watches. */
  readonly files: FileWatch;
  /** Blocks that count as sent already behind an OACK. */
  readonly skippedBlocks: number;
  /** Whether all uploads share the listening port. */
  readonly isSinglePort: boolean;
}

const REFUSAL: ErrorPacket = {
  kind: "error",
  code: ErrorCode.OPTION_REFUSED,
  message: "no options, please",
};
/** ACKs of so many blocks before the last one are still known. */
const KNOWN_BLOCKS = 8;
const NO_FILE: FilePlan = { name: "", bytes: 0, pauseMs: 0 };

/** One sender. */
export class Sender {
  /** What it is to do. */
  readonly plan: SenderPlan;
  /** Where it sends from. */
  readonly address: Address;
  readonly #context: SenderContext;
  readonly #guess: (acked: number) => void;
  #fileIndex = -1;
  #file = NO_FILE;
  #data: Uint8Array = new Uint8Array(0);
  /** Where the file is; `undefined` between two files. */
  #sending: Sending | undefined;
  /** What makes the number on the wire from that in the file. */
  #offset = 0;
  #hasEchoed = false;
  /** Whether it has lost its place in the file. */
  #isMisled = false;
  /** Where its transfers were. */
  readonly #oldPorts = new Set<number | undefined>();
  #cancelTimer = () => {};
  #cancelThought = () => {};

  /** Begins the first file in its time. */
  constructor(plan: SenderPlan, context: SenderContext) {
    this.plan = plan;
    this.address = addressOfSender(plan);
    this.#context = context;
    this.#guess = newGuess(plan, this.address, context);
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
      this.#offset = 0;
      this.#isMisled = this.#hasEchoed = false;
      files.began(this, file.name, this.#data);
      this.#apply(ask(termsOf(this.plan, file), clock.now()));
    });
  }

  #onDatagram(bytes: Uint8Array, { port }: Address): void {
    const packet = decodePacket(bytes);
    const sending = this.#sending;
    if (sending !== undefined && !this.#oldPorts.has(port)) {
      return this.#hear(sending, packet, port);
    }
    // RFC 1350 section 4; but an ERROR is never answered.
    if (packet.kind === "error") return;
    const code = ErrorCode.UNKNOWN_TRANSFER_ID;
    this.#send({ kind: "error", code, message: "unknown transfer" }, port);
  }

  /** Takes a packet for what its habit makes of it. */
  #hear(sending: Sending, packet: Packet, port: number): void {
    const heard = sending.phase === "asking"
      ? this.#hearFirst(sending, packet, port)
      : port === sending.port
      ? this.#hearNext(sending, packet)
      : packet;
    if (heard === undefined) return;
    const now = this.#context.clock.now();
    this.#apply(receiveAnswer(sending, heard, port, now));
  }

  #hearFirst(
    { request }: Sending,
    packet: Packet,
    port: number,
  ): Packet | undefined {
    if (packet.kind !== "oack") return packet;
    const { habit } = this.plan;
    // Who asks for several files from one port knows late answers by the size.
    const asked = optionsOf(this.plan, this.#data.length);
    if (!packet.options.every((it) => isGrant(it, asked))) return undefined;
    if (habit === "deaf") return { kind: "ack", block: 0 };
    if (habit === "refuse-oack" && request.options.length > 0) {
      if (!this.#context.isSinglePort) this.#oldPorts.add(port);
      this.#send(REFUSAL, port);
      // It goes on as if it had been refused itself.
      return REFUSAL;
    }
    this.#offset = this.#context.skippedBlocks;
    return packet;
  }

  #hearNext(sending: Sending, packet: Packet): Packet | undefined {
    const { habit, rollover } = this.plan;
    if (packet.kind === "oack" && habit === "reader") {
      return this.#readOn(sending);
    }
    if (packet.kind !== "ack") return packet;
    const { acked, ready, sent, windowsize } = sending;
    const ahead = distance(packet.block, acked + this.#offset, rollover) ?? -1;
    const block = acked + ahead;
    // It does not know ACKs of blocks before the file, or long ago.
    if (block > sent || block < 0 || ahead < -KNOWN_BLOCKS) return undefined;
    if (habit !== "apprentice" || ahead > 0) return { kind: "ack", block };
    const last = Math.min(block + windowsize, ready);
    this.#perform([{ kind: "blocks", first: block + 1, last }]);
    return undefined;
  }

  /** Sends the next part of the file, as block 1 again. */
  #readOn(sending: Sending): undefined {
    const { last = 1 } = sending;
    const { skippedBlocks } = this.#context;
    const acked = Math.min(skippedBlocks - this.#offset + 1, last - 1);
    this.#offset = skippedBlocks - acked;
    this.#isMisled = true;
    const anew = { acked, sent: acked, resent: 0, ready: acked + 1 };
    this.#apply(goBack({ ...sending, ...anew }, this.#context.clock.now()));
  }

  #apply({ sending, actions }: SendingStep): void {
    const before = this.#sending;
    this.#sending = sending;
    const ending = endingOf(sending, before, this.#isMisled);
    // Few say that they give up.
    if (ending !== "gave up" || this.plan.adapts) this.#perform(actions);
    if (ending !== undefined) return this.#end(ending);
    const { habit } = this.plan;
    const { acked, phase, port } = sending;
    const hasBegun = phase === "sending" && before?.phase === "asking";
    const hello = hasBegun ? HELLOS[habit] : undefined;
    if (hello !== undefined) this.#send(hello, port);
    if (hasBegun && habit === "from-zero") this.#offset--;
    if (hasBegun || acked > (before?.acked ?? 0)) this.#proceed(sending);
    this.#arm();
  }

  /** Goes on behind the last block acknowledged. */
  #proceed(sending: Sending): void {
    const { quit, thinkMs } = this.plan;
    this.#guess(sending.acked);
    this.#cancelThought();
    const quits = quit !== undefined && sending.acked >= quit.afterBlocks;
    if (!quits && thinkMs > 0) {
      const supply = () => this.#supply();
      this.#cancelThought = this.#context.clock.after(thinkMs, supply);
      return;
    }
    if (!quits || quit.afterWindow) this.#supply();
    if (!quits) return;
    const { actions } = cancelSending(sending, "changed my mind");
    if (quit.withError) this.#perform(actions);
    this.#end("quit");
  }

  /** Has the next window ready, and no more: it may think before it goes on. */
  #supply(): void {
    const sending = this.#sending;
    if (sending === undefined) return;
    const { acked, blksize, windowsize } = sending;
    const last = Math.floor(this.#data.length / blksize) + 1;
    const ready = Math.min(acked + windowsize, last);
    const now = this.#context.clock.now();
    this.#apply(supplyBlocks(sending, ready, last, now));
  }

  #perform(actions: readonly SendingAction[]): void {
    for (const action of actions) {
      if (action.kind === "ask") this.#send(action.packet, LISTENER.port);
      else if (action.kind === "tell") this.#send(action.packet, action.port);
      else this.#sendBlocks(action.first, action.last);
    }
  }

  #sendBlocks(first: number, last: number): void {
    const sending = this.#sending;
    if (sending === undefined) return;
    const { blksize, port } = sending;
    if (last === sending.last) {
      this.#context.files.sentLastBlock(this, this.#file.name);
    }
    this.#echo(sending);
    for (let number = first; number <= last; number++) {
      const end = number * blksize;
      const payload = this.#data.subarray(end - blksize, end);
      const block = wireNumber(number + this.#offset, this.plan.rollover);
      this.#send({ kind: "data", block, payload }, port);
    }
  }

  /** The network brings the first of the blocks that were skipped once more. */
  #echo({ acked, blksize, port }: Sending): void {
    const { echoAfter = Infinity } = this.plan;
    if (acked < echoAfter || this.#hasEchoed || this.#offset <= 0) return;
    this.#hasEchoed = true;
    const payload = new Uint8Array(blksize);
    const bytes = encodePacket({ kind: "data", block: 1, payload });
    // Once, whatever the sender does.
    const to = addressOf(LISTENER.hostname, port ?? LISTENER.port);
    this.#context.network.send(bytes, this.address, to);
  }

  #arm(): void {
    const { clock } = this.#context;
    this.#cancelTimer();
    const sending = this.#sending;
    if (sending === undefined || sending.deadline === Infinity) return;
    this.#cancelTimer = clock.after(sending.deadline - clock.now(), () => {
      // Most wait equally long each time.
      const patience = this.plan.adapts ? {} : { repeats: -1 };
      this.#apply(expireSending({ ...sending, ...patience }, clock.now()));
    });
  }

  #end(ending: Ending): void {
    this.#cancelTimer();
    this.#cancelThought();
    this.#oldPorts.add(this.#sending?.port);
    this.#sending = undefined;
    this.#context.files.ended(this, this.#file.name, ending);
    this.#nextFile();
  }

  #send(
    packet: Exclude<Packet, MalformedPacket>,
    port = LISTENER.port,
  ): void {
    const to = addressOf(LISTENER.hostname, port);
    const bytes = encodePacket(packet);
    for (let copy = 0; copy < this.plan.copies; copy++) {
      this.#context.network.send(bytes, this.address, to);
    }
  }
}
