/**
 * A sender of files, as RFC 1350, 2347, 2348, 2349 and 7440 have it; unless its
 * plan says otherwise.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import { ErrorCode, type Option } from "../../lib/protocol/packet.ts";
import { type Address, addressOfSender, LISTENER } from "./address.ts";
import { contentOf, isGrant, optionsOf } from "./expectation.ts";
import type { Ending, FileWatch } from "./files.ts";
import { Guess } from "./guess.ts";
import type { Network } from "./network.ts";
import { wireOf } from "./numbers.ts";
import type { FilePlan, SenderPlan } from "./scenario.ts";

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
  #phase: "resting" | "asking" | "sending" = "resting";
  #withOptions = false;
  /** Where the server's transfer is, and where those before were. */
  #server = LISTENER;
  readonly #oldServers = new Set<string>();
  #blksize = 512;
  #windowsize = 1;
  #skipped = 0;
  /** Where in the file its first block begins. */
  #start = 0;
  /** Blocks by absolute numbers: acknowledged, sent, and the last. */
  #acked = 0;
  #sent = 0;
  #last = 0;
  #repeats = 0;
  #hasEchoed = false;
  /** When the current window was sent. */
  #windowAt = 0;
  #cancelTimer = () => {};

  /** Begins the first file in its time. */
  constructor(plan: SenderPlan, context: SenderContext) {
    this.plan = plan;
    this.address = addressOfSender(plan);
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
      this.#withOptions = this.#options().length > 0;
      files.began(this, file.name, this.#data);
      this.#phase = "asking";
      this.#repeats = 0;
      this.#ask();
    });
  }

  #ask(): void {
    const { name: filename } = this.#file;
    const options = this.#withOptions ? this.#options() : [];
    const request = { kind: "wrq", filename, mode: "octet", options } as const;
    this.#send(encodePacket(request), LISTENER);
    this.#arm();
  }

  #options(): Option[] {
    return optionsOf(this.plan, this.#data.length);
  }

  #onDatagram(bytes: Uint8Array, from: Address): void {
    const packet = decodePacket(bytes);
    const phase = this.#phase;
    const isForeign = this.#oldServers.has(from.key) ||
      phase === "sending" && from.key !== this.#server.key;
    if (isForeign || phase === "resting") {
      // RFC 1350 section 4; but an ERROR is never answered.
      if (packet.kind === "error") return;
      const { UNKNOWN_TRANSFER_ID } = ErrorCode;
      return this.#sendError(UNKNOWN_TRANSFER_ID, "unknown transfer", from);
    }
    if (packet.kind === "error") {
      this.#end(phase === "asking" ? "refused" : "failed");
    } else if (phase === "sending") {
      if (packet.kind === "ack") this.#onAck(packet.block);
      else if (this.plan.habit === "reader") this.#readOn();
    } else if (packet.kind === "oack") {
      this.#onOack(packet.options, from);
    } else if (packet.kind === "ack" && packet.block === 0) {
      this.#skipped = 0;
      this.#begin(from, 512, 1);
    }
  }

  #onOack(granted: readonly Option[], from: Address): void {
    if (!this.#withOptions) return;
    // What was not asked for answers somebody else's request, or an old one.
    if (!granted.every((option) => isGrant(option, this.#options()))) return;
    if (this.plan.habit === "refuse-oack") {
      this.#sendError(ErrorCode.OPTION_REFUSED, "no options, please", from);
      this.#oldServers.add(from.key);
      this.#withOptions = false;
      this.#repeats = 0;
      return this.#ask();
    }
    const valueOf = (wanted: string, otherwise: number) =>
      Number(granted.find(({ name }) => name === wanted)?.value ?? otherwise);
    this.#skipped = this.#context.skippedBlocks;
    this.#begin(from, valueOf("blksize", 512), valueOf("WindowSize", 1));
  }

  #begin(from: Address, blksize: number, windowsize: number): void {
    this.#phase = "sending";
    this.#server = from;
    this.#blksize = blksize;
    this.#windowsize = windowsize;
    this.#hasEchoed = false;
    this.#beginAt(0);
    const { habit } = this.plan;
    const payload = new Uint8Array(0);
    if (habit === "ack-oack") {
      this.#send(encodePacket({ kind: "ack", block: 0 }), from);
    } else if (habit === "block-zero") {
      this.#send(encodePacket({ kind: "data", block: 0, payload }), from);
    }
    this.#proceed();
  }

  #beginAt(start: number): void {
    const left = this.#data.length - start;
    this.#start = start;
    this.#acked = this.#sent = this.#skipped;
    this.#last = this.#acked + Math.floor(left / this.#blksize) + 1;
    this.#repeats = 0;
  }

  #readOn(): void {
    this.#beginAt(Math.min(this.#start + this.#blksize, this.#data.length));
    this.#sendWindow(this.#acked);
  }

  #onAck(wire: number): void {
    const { habit, latencyMs } = this.plan;
    const oldest = Math.max(this.#skipped, this.#acked - 8);
    let block = this.#sent;
    while (block >= oldest && this.#wire(block) !== wire) block--;
    if (block < oldest) return;
    if (block > this.#acked) {
      this.#acked = block;
      this.#repeats = 0;
      return this.#proceed();
    }
    // In a window the ACK of its beginning tells of a gap, but not before the
    // answer to this very window can have come (RFC 7440 section 4).
    const age = this.#context.clock.now() - this.#windowAt;
    const isGap = block === this.#acked && this.#windowsize > 1 &&
      age >= 2 * latencyMs;
    if (isGap || habit === "apprentice") this.#sendWindow(block);
  }

  /** Goes on behind the last block acknowledged. */
  #proceed(): void {
    const { quit, thinkMs } = this.plan;
    if (this.#acked === this.#last) {
      return this.#end(this.#start === 0 ? "saved" : "misled");
    }
    this.#guess.acknowledged(this.#acked - this.#skipped);
    const quits = quit !== undefined &&
      this.#acked - this.#skipped >= quit.afterBlocks;
    if (!quits && thinkMs > 0) {
      this.#cancelTimer();
      const go = () => this.#sendWindow(this.#acked);
      this.#cancelTimer = this.#context.clock.after(thinkMs, go);
      return;
    }
    if (!quits || quit.afterWindow) this.#sendWindow(this.#acked);
    if (!quits) return;
    if (quit.withError) this.#sendError(0, "changed my mind", this.#server);
    this.#end("quit");
  }

  #sendWindow(after: number): void {
    const { clock, files } = this.#context;
    const end = Math.min(after + this.#windowsize, this.#last);
    this.#windowAt = clock.now();
    this.#echo();
    if (end === this.#last) files.sentLastBlock(this, this.#file.name);
    this.#sent = Math.max(this.#sent, end);
    for (let number = after + 1; number <= end; number++) {
      const start = this.#start + (number - this.#skipped - 1) * this.#blksize;
      const payload = this.#data.subarray(start, start + this.#blksize);
      const block = this.#wire(number);
      this.#send(encodePacket({ kind: "data", block, payload }), this.#server);
    }
    this.#arm();
  }

  #wire(block: number): number {
    return wireOf(block, this.plan.rollover);
  }

  /** The network brings the first of the blocks that were skipped once more. */
  #echo(): void {
    const { echoAfter = Infinity } = this.plan;
    const isDue = this.#acked - this.#skipped >= echoAfter;
    if (!isDue || this.#hasEchoed || this.#skipped === 0) return;
    this.#hasEchoed = true;
    const payload = new Uint8Array(this.#blksize);
    const bytes = encodePacket({ kind: "data", block: 1, payload });
    this.#context.network.send(bytes, this.address, this.#server);
  }

  #arm(): void {
    const { intervalMs, tries } = this.plan;
    this.#cancelTimer();
    this.#cancelTimer = this.#context.clock.after(intervalMs, () => {
      if (this.#repeats++ >= tries) this.#end("gave up");
      else if (this.#phase === "asking") this.#ask();
      else this.#sendWindow(this.#acked);
    });
  }

  #end(ending: Ending): void {
    this.#phase = "resting";
    this.#cancelTimer();
    this.#context.files.ended(this, this.#file.name, ending);
    if (this.#server !== LISTENER) this.#oldServers.add(this.#server.key);
    this.#server = LISTENER;
    this.#nextFile();
  }

  #sendError(code: number, message: string, to: Address): void {
    this.#send(encodePacket({ kind: "error", code, message }), to);
  }

  #send(bytes: Uint8Array, to: Address): void {
    for (let copy = 0; copy < this.plan.copies; copy++) {
      this.#context.network.send(bytes, this.address, to);
    }
  }
}
