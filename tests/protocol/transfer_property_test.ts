/**
 * Whatever arrives and whenever: the machine writes the blocks in order and
 * nothing else, saves a whole file once or discards it once, never answers an
 * ERROR, and always comes to an end.
 *
 * @module
 */

import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { sumOf } from "../../lib/protocol/bytes.ts";
import type { Packet } from "../../lib/protocol/packet.ts";
import {
  distance,
  type Rollover,
  wireNumber,
} from "../../lib/protocol/rollover.ts";
import { expire, fail, open, receive } from "../../lib/protocol/transfer.ts";
import type {
  Action,
  Step,
  Transfer,
} from "../../lib/protocol/transfer_state.ts";
import { newSeed, Random } from "../random.ts";
import { ACK_0, BYE, TERMS, WRQ } from "./scenario.ts";

const RUNS = 3_000;
const EVENTS = 50;
const BLKSIZE = TERMS.blksize;
const LAST_NUMBER = 65_535;
/** Failures that no client here deserves. */
const WRONG: ReadonlySet<string> = new Set(["two-rollovers", "incomplete"]);
/** What brings no transfer further. */
const JUNK: readonly [Packet, ...Packet[]] = [
  WRQ,
  { ...WRQ, kind: "rrq" },
  { kind: "ack", block: 0 },
  { kind: "oack", options: [] },
  { kind: "malformed", opcode: 3, reason: "shorter than a block number" },
];

Deno.test("receive(), expire() and fail() keep the law and come to an end", () => {
  const seeds = new Random(newSeed());
  for (let run = 0; run < RUNS; run++) {
    const random = seeds.fork();
    try {
      const driver = new Driver(random);
      for (let i = 0; i < EVENTS; i++) happen(driver, random);
      // Ten repetitions, the end, the linger; and none of them in vain.
      for (let i = 0; i < 13 && driver.transfer.phase !== "closed"; i++) {
        driver.wait(driver.transfer.deadline - driver.now);
      }
      assertEquals(driver.transfer.phase, "closed");
      assertEquals(driver.commits + driver.discards, 1);
    } catch (cause) {
      throw new Error(`Seed ${random.seed} breaks the law`, { cause });
    }
  }
});

/** Has one thing happen: mostly the next block, rarely an end. */
function happen(driver: Driver, random: Random): void {
  const die = random.int(1, 100);
  if (die <= 68) {
    return driver.receiveBlock(die <= 40 ? 1 : random.int(-5, 8));
  }
  if (die <= 88) return driver.wait(random.int(0, die <= 78 ? 700 : 20_000));
  if (die <= 95) return driver.receive(random.pick(JUNK));
  if (die <= 97) return driver.receiveLateFirst();
  if (die === 98) return driver.receiveOversize(random.int(-5, 8));
  if (die === 99) return driver.receive(BYE);
  driver.apply(fail(driver.transfer, 3, "disk full", driver.now));
}

/** Every block has bytes of its own, so that a wrong one shows. */
function payloadOf(block: number, last: number): Uint8Array {
  const size = block < last ? BLKSIZE : (last * 3) % BLKSIZE;
  const own = block * 31 + (block >> 16) * 13;
  return Uint8Array.from({ length: size }, (_, i) => own + i);
}

/** Performs what it is told, and holds the machine to its law. */
class Driver {
  transfer: Transfer;
  now = 0;
  commits = 0;
  discards = 0;
  readonly #last: number;
  /** The client's number behind 65535, whether it has said so or not. */
  readonly #rollover: Rollover;
  #lateFirsts = 0;
  /** The last block in order that came, by the test's own count. */
  #block: number;

  constructor(random: Random) {
    // Near 65535 the numbers roll over.
    const received = random.pick([0, 65_530]);
    this.#last = received + random.int(1, 20);
    this.#block = received;
    const rollover = random.pick([undefined, undefined, 0, 1] as const);
    const isKnown = random.chance(0.7);
    this.#rollover = rollover ?? random.pick([0, 1]);
    const bytes = (this.#last - received - 1) * BLKSIZE +
      payloadOf(this.#last, this.#last).length;
    const { transfer } = open(
      {
        ...TERMS,
        ...{ rollover, announcedBytes: isKnown ? bytes : undefined },
        windowsize: random.int(1, 6),
        timeoutMs: random.pick([200, 1_000, 3_000]),
        minTimeoutMs: random.pick([30, 200]),
        idleMs: random.pick([5_000, 60_000]),
        durationMs: random.pick([90_000, 3_600_000]),
      },
      ACK_0,
      0,
    );
    const reply = { kind: "ack", block: received } as const;
    const at = { reply, block: received, acked: received };
    const firstSum = sumOf(payloadOf(1, this.#last));
    this.transfer = received === 0
      ? transfer
      : { ...transfer, phase: "receiving", ...at, firstSum };
  }

  /** Lets time pass, calling at every deadline on the way. */
  wait(ms: number): void {
    const end = this.now + ms;
    while (this.transfer.deadline <= end) {
      this.now = this.transfer.deadline;
      this.apply(expire(this.transfer, this.now));
    }
    this.now = end;
  }

  /** Receives a block so far ahead of the last one in order. */
  receiveBlock(ahead: number): void {
    const block = this.transfer.block + ahead;
    const { acked, terms: { windowsize } } = this.transfer;
    // No client goes further; and what it may mean by a number depends on that.
    const most = Math.max(
      LAST_NUMBER,
      Math.min(acked + windowsize, this.#last),
    );
    if (block < 0 || block > most) return;
    const payload = payloadOf(block, this.#last);
    this.receive({ kind: "data", block: this.#wire(block), payload }, block);
  }

  /** The network brings block 1 again, after all the others. */
  receiveLateFirst(): void {
    const { block, rollover } = this.transfer;
    if (block < 60_000) return;
    // Who sees it again and again where it is due has to believe it.
    const isDue = block > LAST_NUMBER || rollover === 1;
    if (isDue && ++this.#lateFirsts > 1) return;
    const payload = payloadOf(1, this.#last);
    this.receive({ kind: "data", block: 1, payload });
  }

  receiveOversize(ahead: number): void {
    const block = this.#wire(Math.max(0, this.transfer.block + ahead));
    const payload = new Uint8Array(BLKSIZE + 1);
    this.receive({ kind: "data", block, payload });
  }

  /** @param number Which block the packet is, if it is one in its time. */
  receive(packet: Packet, number?: number): void {
    const { phase, sawBlockZero, terms: { rollover } } = this.transfer;
    const isNext = packet.kind === "data" && number === this.#block + 1 &&
      !sawBlockZero && (phase === "opening" || phase === "receiving");
    // It has to come again if it may be another one.
    const isInDoubt = this.#block === LAST_NUMBER && this.#rollover === 1 &&
      rollover === undefined;
    const step = receive(this.transfer, packet, this.now);
    if (packet.kind === "error") {
      assert(step.actions.every(({ kind }) => kind !== "send"));
    }
    const isTaken = isNext && (!isInDoubt ||
      step.transfer.block !== this.transfer.block);
    if (isTaken) this.#block++;
    const writes = step.actions.filter(({ kind }) => kind === "write");
    const expected: readonly Action[] =
      isTaken && packet.kind === "data" && packet.payload.length > 0
        ? [{ kind: "write", payload: payloadOf(this.#block, this.#last) }]
        : [];
    assertEquals<readonly Action[]>(writes, expected);
    const commits = step.actions.some(({ kind }) => kind === "commit");
    assertEquals(commits, isTaken && this.#block === this.#last);
    this.apply(step);
  }

  apply({ transfer, actions }: Step): void {
    for (const [i, action] of actions.entries()) {
      if (action.kind === "commit") this.commits++;
      if (action.kind === "discard") {
        this.discards++;
        assert(!WRONG.has(action.why.kind), action.why.kind);
      }
      if (action.kind === "send" && action.packet.kind === "ack") {
        const { block } = action.packet;
        const ahead = distance(block, this.#block, this.#rollover);
        assert(ahead !== undefined && ahead <= 0);
        // What an ACK stands for is done before it is sent.
        assert(
          actions.slice(i).every(({ kind }) =>
            kind !== "write" && kind !== "commit"
          ),
        );
      }
    }
    assertLessOrEqual(this.commits + this.discards, 1);
    assertEquals(transfer.block, this.#block);
    assert(
      transfer.phase === "closed"
        ? transfer.deadline === Infinity
        : transfer.deadline > this.now,
    );
    this.transfer = transfer;
  }

  #wire(block: number): number {
    return wireNumber(block, this.#rollover);
  }
}
