/**
 * Whatever a network loses, doubles or disorders: what the real receiving
 * machine has stored in the end is what the sending machine was to send; no
 * window is overdrawn, and without losses no block is sent twice.
 *
 * @module
 */

import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { DEFAULT_BLKSIZE } from "../../lib/protocol/options.ts";
import type { Packet } from "../../lib/protocol/packet.ts";
import { classify } from "../../lib/protocol/request.ts";
import {
  ask,
  expireSending,
  receiveAnswer,
  supplyBlocks,
} from "../../lib/protocol/sending.ts";
import type { Sending, SendingStep } from "../../lib/protocol/sending_state.ts";
import { settleTerms } from "../../lib/protocol/terms.ts";
import { expire, open, receive } from "../../lib/protocol/transfer.ts";
import type { Step, Transfer } from "../../lib/protocol/transfer_state.ts";
import { newSeed, Random } from "../random.ts";
import { PORT, TERMS } from "./sending_scenario.ts";

const RUNS = 400;
const HOUR_MS = 3_600_000;
const LIMITS = {
  ...{ maxBlksize: 8, maxWindowsize: 64, ignoredOptions: [] },
  ...{ receiveBufferBytes: 212_992, timeoutMs: 1_000 },
};

/** A network, and what is to cross it. */
interface World {
  readonly random: Random;
  readonly blocks: number;
  readonly windowsize: number;
  /** The probability of a packet to be lost, and of one to come twice. */
  readonly loss: number;
  readonly doubling: number;
  readonly latencyMs: number;
  /** What latency varies by. */
  readonly jitterMs: number;
}

Deno.test("the two machines agree whatever the network does", () => {
  const seeds = new Random(newSeed());
  for (let run = 0; run < RUNS; run++) {
    const random = seeds.fork();
    const latencyMs = random.pick([0, 1, 20, 300]);
    check({
      random,
      blocks: random.int(1, 120),
      windowsize: random.pick([1, 1, 2, 5, 16, 64]),
      loss: random.pick([0, 0, 0.02, 0.1, 0.3]),
      doubling: random.pick([0, 0, 0.1]),
      latencyMs,
      jitterMs: random.pick([0, latencyMs / 2]),
    });
  }
});

Deno.test("the two machines agree beyond 65,536 blocks", () => {
  check({
    random: new Random(newSeed()),
    ...{ blocks: 66_000, windowsize: 64 },
    ...{ loss: 0.002, doubling: 0.002, latencyMs: 1, jitterMs: 1 },
  });
});

function check(world: World): void {
  try {
    new Crossing(world).run();
  } catch (cause) {
    const { random, ...others } = world;
    const what = JSON.stringify(others);
    throw new Error(`Seed ${random.seed} breaks the law: ${what}`, { cause });
  }
}

/** A file on its way between the two machines. */
class Crossing {
  readonly #world: World;
  readonly #content: Uint8Array;
  #now = 0;
  #sending: Sending;
  #transfer: Transfer | undefined;
  readonly #stored: number[] = [];
  #isSaved = false;
  #sent = 0;
  /** What arrives, and when; the first first. */
  readonly #queue: { at: number; arrive: () => void }[] = [];

  constructor(world: World) {
    this.#world = world;
    const { random, blocks, windowsize } = world;
    const options = [
      { name: "blksize", value: "8" },
      { name: "windowsize", value: `${windowsize}` },
    ].slice(0, windowsize === 1 ? random.int(0, 1) : 2);
    const blksize = options.length === 0 ? DEFAULT_BLKSIZE : 8;
    const rest = random.int(0, blksize - 1);
    this.#content = random.bytes((blocks - 1) * blksize + rest);
    const request = { ...TERMS.request, options };
    const step = ask(
      { ...TERMS, request, silenceMs: HOUR_MS, durationMs: 100 * HOUR_MS },
      0,
    );
    this.#sending = step.sending;
    this.#perform(step);
  }

  run(): void {
    while (this.#sending.phase !== "saved" && this.#sending.why === undefined) {
      const next = this.#queue[0];
      const deadlines = [this.#sending, this.#transfer]
        .map((it) => it?.deadline ?? Infinity);
      const at = Math.min(next?.at ?? Infinity, ...deadlines);
      assert(at < Infinity, "nothing is ever going to happen");
      this.#now = at;
      if (next?.at === at) this.#queue.shift()?.arrive();
      else if (this.#sending.deadline === at) {
        this.#apply(expireSending(this.#sending, at));
      } else if (this.#transfer !== undefined) {
        this.#receiverDoes(expire(this.#transfer, at));
      }
    }
    // The last ACK may be lost again and again, until the receiver has gone.
    const { phase, why, terms } = this.#sending;
    if (phase !== "saved") {
      assertEquals(why, { kind: "silent", sentAll: true });
      assert(this.#world.loss > 0);
    }
    assert(this.#isSaved);
    assertEquals(Uint8Array.from(this.#stored), this.#content);
    const { loss, doubling, jitterMs } = this.#world;
    if (loss === 0 && doubling === 0 && jitterMs === 0) {
      const { blksize } = this.#sending;
      const blocks = Math.floor(this.#content.length / blksize) + 1;
      // Before anything is known of the network, a second is the limit.
      assert(this.#world.latencyMs * 2 < terms.timeoutMs);
      assertEquals(this.#sent, blocks);
    }
  }

  #apply(step: SendingStep): void {
    const isBegun = this.#sending.phase === "asking" &&
      step.sending.phase === "sending";
    this.#sending = step.sending;
    this.#perform(step);
    if (!isBegun) return;
    const { blksize } = this.#sending;
    const blocks = Math.floor(this.#content.length / blksize) + 1;
    this.#apply(supplyBlocks(this.#sending, blocks, blocks, this.#now));
  }

  #perform({ sending, actions }: SendingStep): void {
    for (const action of actions) {
      if (action.kind !== "blocks") {
        this.#carry(() => this.#receiverGets(action.packet));
        continue;
      }
      const { acked, windowsize, blksize } = sending;
      assert(action.first > acked);
      assertLessOrEqual(action.last, acked + windowsize);
      for (let block = action.first; block <= action.last; block++) {
        const start = (block - 1) * blksize;
        const payload = this.#content.subarray(start, start + blksize);
        const packet = {
          kind: "data",
          block: block & 0xffff,
          payload,
        } as const;
        this.#sent++;
        this.#carry(() => this.#receiverGets(packet));
      }
    }
  }

  #receiverGets(packet: Packet): void {
    if (this.#transfer !== undefined) {
      return this.#receiverDoes(receive(this.#transfer, packet, this.#now));
    }
    const verdict = classify(packet, LIMITS);
    if (verdict.kind !== "accept") return;
    const terms = settleTerms(verdict, {
      ...{ idleMs: HOUR_MS, durationMs: 100 * HOUR_MS, maxBytes: Infinity },
    });
    this.#receiverDoes(open(terms, verdict.reply, this.#now));
  }

  #receiverDoes({ transfer, actions }: Step): void {
    this.#transfer = transfer;
    for (const action of actions) {
      switch (action.kind) {
        case "write":
          this.#stored.push(...action.payload);
          break;
        case "commit":
          this.#isSaved = true;
          break;
        case "discard":
          throw new Error(`discarded: ${action.why.kind}`);
        case "send": {
          const { packet } = action;
          const wire = packet.kind === "ack"
            ? { ...packet, block: packet.block & 0xffff }
            : packet;
          this.#carry(() =>
            this.#apply(receiveAnswer(this.#sending, wire, PORT, this.#now))
          );
        }
      }
    }
  }

  /** Has it arrive some time, or twice, or never. */
  #carry(arrive: () => void): void {
    const { random, loss, doubling, latencyMs, jitterMs } = this.#world;
    const copies = random.chance(loss) ? 0 : random.chance(doubling) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const at = this.#now + latencyMs + random.next() * jitterMs;
      const place = this.#queue.findLastIndex((it) => it.at <= at) + 1;
      this.#queue.splice(place, 0, { at, arrive });
    }
  }
}
