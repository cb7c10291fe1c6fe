/**
 * A sender of files, as RFC 1350, 2347, 2348, 2349 and 7440 have it; unless its
 * plan says otherwise.
 *
 * @module
 */

import { decodePacket, encodePacket } from "../../lib/protocol/codec.ts";
import { ErrorCode, type Option } from "../../lib/protocol/packet.ts";
import { type Address, addressOf, LISTENER } from "./address.ts";
import type { Clock } from "./clock.ts";
import type { Network } from "./network.ts";
import { contentOf, skippedBlocksOf } from "./expectation.ts";
import type { FilePlan, SenderPlan } from "./scenario.ts";
import { isGrant, optionsOf } from "./sender_options.ts";

/** How the sending of a file ended, as its sender sees it. */
export type Ending = "saved" | "refused" | "failed" | "gave up" | "quit";

/** What a sender tells the world. */
export interface SenderEvents {
  /** It begins to send a file. */
  began(sender: Sender, file: FilePlan, data: Uint8Array): void;
  /** It sends the last block of a file for the first time. */
  sentLastBlock(sender: Sender, file: FilePlan): void;
  /** It is done with a file, one way or another. */
  ended(sender: Sender, file: FilePlan, ending: Ending): void;
}

/** One sender. */
export class Sender {
  /** What it is to do. */
  readonly plan: SenderPlan;
  /** Where it sends from. */
  readonly address: Address;
  readonly #clock: Clock;
  readonly #network: Network;
  readonly #events: SenderEvents;
  #fileIndex = -1;
  #data: Uint8Array = new Uint8Array(0);
  #phase: "resting" | "asking" | "sending" = "resting";
  #withOptions = false;
  /** The server's transfer identifier, and those of transfers before. */
  #tid: string | undefined;
  #server: Address = LISTENER;
  readonly #oldTids = new Set<string>();
  #blksize = 512;
  #windowsize = 1;
  readonly #skipped: number;
  /** Blocks by absolute numbers: acknowledged, sent, and the last. */
  #acked = 0;
  #sent = 0;
  #last = 0;
  #repeats = 0;
  /** When the current window was sent. */
  #windowAt = 0;
  /** Tells the timer that counts from those that were given up. */
  #timer = 0;

  /** Begins the first file in its time. */
  constructor(
    plan: SenderPlan,
    clock: Clock,
    network: Network,
    events: SenderEvents,
  ) {
    this.plan = plan;
    this.address = addressOf(`client${plan.host}`, 5_000 + plan.id);
    this.#skipped = skippedBlocksOf(plan);
    this.#clock = clock;
    this.#network = network;
    this.#events = events;
    network.watch(this.address, plan);
    network.bind(this.address, (bytes, from) => this.#onDatagram(bytes, from));
    this.#nextFile();
  }

  get #file(): FilePlan | undefined {
    return this.plan.files[this.#fileIndex];
  }

  #nextFile(): void {
    this.#fileIndex++;
    const file = this.#file;
    if (file === undefined) return this.#network.unbind(this.address);
    this.#clock.after(file.pauseMs, () => {
      this.#data = contentOf(this.plan, this.#fileIndex, file.bytes);
      this.#withOptions = this.#options().length > 0;
      this.#events.began(this, file, this.#data);
      this.#phase = "asking";
      this.#repeats = 0;
      this.#ask();
    });
  }

  #ask(): void {
    const filename = this.#file?.name ?? "";
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
    const isForeign = this.#oldTids.has(from.key) ||
      (this.#phase === "asking" ? false : from.key !== this.#tid);
    if (isForeign || this.#phase === "resting") {
      // RFC 1350 section 4; but an ERROR is never answered.
      if (packet.kind === "error") return;
      const code = ErrorCode.UNKNOWN_TRANSFER_ID;
      const message = "unknown transfer identifier";
      this.#send(encodePacket({ kind: "error", code, message }), from);
      return;
    }
    if (packet.kind === "error") {
      this.#end(this.#phase === "asking" ? "refused" : "failed");
    } else if (this.#phase === "sending") {
      if (packet.kind === "ack") this.#onAck(packet.block);
    } else if (packet.kind === "oack") {
      this.#onOack(packet.options, from);
    } else if (packet.kind === "ack" && packet.block === 0) {
      this.#begin(from, 512, 1);
    }
  }

  #onOack(granted: readonly Option[], from: Address): void {
    if (!this.#withOptions) return;
    // What was not asked for answers somebody else's request, or an old one.
    if (!granted.every((option) => isGrant(option, this.#options()))) return;
    const valueOf = (wanted: string) =>
      granted.find(({ name }) => name === wanted)?.value;
    const blksize = Number(valueOf("blksize") ?? 512);
    const windowsize = Number(valueOf("WindowSize") ?? 1);
    if (this.plan.habit !== "refuse-oack") {
      return this.#begin(from, blksize, windowsize);
    }
    const code = ErrorCode.OPTION_REFUSED;
    const message = "no options, please";
    this.#send(encodePacket({ kind: "error", code, message }), from);
    this.#oldTids.add(from.key);
    this.#withOptions = false;
    this.#repeats = 0;
    this.#ask();
  }

  #begin(from: Address, blksize: number, windowsize: number): void {
    this.#phase = "sending";
    this.#tid = from.key;
    this.#server = from;
    this.#blksize = blksize;
    this.#windowsize = windowsize;
    this.#acked = this.#sent = this.#skipped;
    this.#last = this.#acked + Math.floor(this.#data.length / blksize) + 1;
    this.#repeats = 0;
    const { habit } = this.plan;
    if (habit === "ack-oack") {
      this.#send(encodePacket({ kind: "ack", block: 0 }), from);
    } else if (habit === "block-zero") {
      const payload = new Uint8Array(0);
      this.#send(encodePacket({ kind: "data", block: 0, payload }), from);
    }
    this.#proceed();
  }

  #onAck(wire: number): void {
    const isApprentice = this.plan.habit === "apprentice";
    const oldest = Math.max(this.#skipped, this.#acked - 8);
    for (let block = this.#sent; block >= oldest; block--) {
      if (this.#wire(block) !== wire) continue;
      if (block > this.#acked) {
        this.#acked = block;
        this.#repeats = 0;
        return this.#proceed();
      }
      if (isApprentice) return this.#sendWindow(block);
      // In a window the ACK of its beginning tells of a gap, but not before the
      // answer to this very window can have come (RFC 7440 section 4).
      const age = this.#clock.now - this.#windowAt;
      if (
        block === this.#acked && this.#windowsize > 1 &&
        age >= 2 * this.plan.latencyMs
      ) this.#sendWindow(block);
      return;
    }
  }

  /** Goes on behind the last block acknowledged. */
  #proceed(): void {
    const { quit } = this.plan;
    if (this.#acked === this.#last) return this.#end("saved");
    const quits = quit !== undefined &&
      this.#acked - this.#skipped >= quit.afterBlocks;
    if (!quits || quit.afterWindow) this.#sendWindow(this.#acked);
    if (!quits) return;
    if (quit.withError) {
      const message = "changed my mind";
      this.#sendToServer(encodePacket({ kind: "error", code: 0, message }));
    }
    this.#end("quit");
  }

  #sendWindow(after: number): void {
    const end = Math.min(after + this.#windowsize, this.#last);
    this.#windowAt = this.#clock.now;
    for (let block = after + 1; block <= end; block++) {
      const start = (block - this.#skipped - 1) * this.#blksize;
      const payload = this.#data.subarray(start, start + this.#blksize);
      if (block > this.#sent) {
        this.#sent = block;
        const file = this.#file;
        if (block === this.#last && file !== undefined) {
          this.#events.sentLastBlock(this, file);
        }
      }
      const wire = this.#wire(block);
      this.#sendToServer(encodePacket({ kind: "data", block: wire, payload }));
    }
    this.#arm();
  }

  #wire(block: number): number {
    if (this.plan.rollover === 0 || block === 0) return block & 0xffff;
    return (block - 1) % 65_535 + 1;
  }

  #arm(): void {
    const timer = ++this.#timer;
    this.#clock.after(this.plan.intervalMs, () => {
      if (timer !== this.#timer) return;
      if (this.#repeats++ >= this.plan.tries) return this.#end("gave up");
      if (this.#phase === "asking") this.#ask();
      else this.#sendWindow(this.#acked);
    });
  }

  #end(ending: Ending): void {
    const file = this.#file;
    this.#phase = "resting";
    this.#timer++;
    const tid = this.#tid;
    this.#tid = undefined;
    if (file !== undefined) this.#events.ended(this, file, ending);
    if (tid !== undefined) this.#oldTids.add(tid);
    this.#nextFile();
  }

  #sendToServer(bytes: Uint8Array): void {
    this.#send(bytes, this.#server);
  }

  #send(bytes: Uint8Array, to: Address): void {
    for (let copy = 0; copy < this.plan.copies; copy++) {
      this.#network.send(bytes, this.address, to);
    }
  }
}
