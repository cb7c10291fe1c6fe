/**
 * Whatever arrives and whenever: the machine writes the blocks in order and
 * nothing else, saves a whole file once or discards it once, never answers an
 * ERROR, and always comes to an end.
 *
 * @module
 */

import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import type { Packet } from "../../lib/protocol/packet.ts";
import { expire, fail, open, receive } from "../../lib/protocol/transfer.ts";
import type {
  Action,
  Step,
  Transfer,
  TransferTerms,
} from "../../lib/protocol/transfer_state.ts";
import { ACK_0, WRQ } from "./scenario.ts";

/** What happens; block numbers are relative to what was received so far. */
type Event =
  | { readonly kind: "data"; readonly ahead: number }
  | { readonly kind: "oversize"; readonly ahead: number }
  | { readonly kind: "packet"; readonly packet: Packet }
  | { readonly kind: "fail" }
  | { readonly kind: "wait"; readonly ms: number };

/** A file and the terms it is sent on. */
interface Scenario {
  readonly terms: TransferTerms;
  /** Where the story begins; near 65535 the numbers roll over. */
  readonly received: number;
  /** The number of the short block. */
  readonly last: number;
  readonly events: readonly Event[];
}

const BLKSIZE = 8;
const ahead = fc.integer({ min: -5, max: 8 });
const rare: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant("oversize" as const), ahead }),
  fc.record({ kind: fc.constant("fail" as const) }),
  fc.record({
    kind: fc.constant("packet" as const),
    packet: fc.record({
      kind: fc.constant("error" as const),
      code: fc.integer({ min: 0, max: 0xffff }),
      message: fc.string(),
    }),
  }),
);
const junk: fc.Arbitrary<Event> = fc.record({
  kind: fc.constant("packet" as const),
  packet: fc.constantFrom<Packet>(
    WRQ,
    { ...WRQ, kind: "rrq" },
    { kind: "ack", block: 0 },
    { kind: "oack", options: [] },
    { kind: "malformed", opcode: 3, reason: "shorter than a block number" },
  ),
});
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    arbitrary: fc.constant<Event>({ kind: "data", ahead: 1 }),
    weight: 12,
  },
  {
    arbitrary: fc.record({ kind: fc.constant("data" as const), ahead }),
    weight: 8,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      ms: fc.oneof(
        fc.integer({ min: 0, max: 700 }),
        fc.integer({ min: 0, max: 20_000 }),
      ),
    }),
    weight: 6,
  },
  { arbitrary: junk, weight: 2 },
  { arbitrary: rare, weight: 1 },
);
const scenario: fc.Arbitrary<Scenario> = fc.record({
  terms: fc.record({
    blksize: fc.constant(BLKSIZE),
    windowsize: fc.integer({ min: 1, max: 6 }),
    timeoutMs: fc.constantFrom(200, 1_000, 3_000),
    minTimeoutMs: fc.constantFrom(30, 200),
    idleMs: fc.constantFrom(5_000, 60_000),
    durationMs: fc.constantFrom(90_000, 3_600_000),
    maxBytes: fc.constant(Infinity),
  }),
  received: fc.constantFrom(0, 65530),
  length: fc.integer({ min: 1, max: 20 }),
  events: fc.array(event, { maxLength: 60, size: "max" }),
}).map(({ length, received, ...rest }) => ({
  ...rest,
  received,
  last: received + length,
}));

Deno.test("receive() and expire() keep the law in any order of events", () => {
  fc.assert(fc.property(scenario, (it) => void play(it)), {
    numRuns: 3_000,
  });
});

Deno.test("expire() closes every transfer that hears no more", () => {
  fc.assert(
    fc.property(scenario, (it) => {
      const driver = play(it);
      // Ten repetitions, the end, the linger; and none of them in vain.
      for (let i = 0; i < 13 && driver.transfer.phase !== "closed"; i++) {
        driver.wait(driver.transfer.deadline - driver.now);
      }
      assertEquals(driver.transfer.phase, "closed");
      assertEquals(driver.commits + driver.discards, 1);
    }),
    { numRuns: 3_000 },
  );
});

/** Plays a story to its end, checking the law at every step. */
function play({ terms, received, last, events }: Scenario): Driver {
  const driver = new Driver(terms, received, last);
  for (const it of events) {
    switch (it.kind) {
      case "wait":
        driver.wait(it.ms);
        break;
      case "fail":
        driver.apply(fail(driver.transfer, 3, "disk full", driver.now));
        break;
      case "packet":
        driver.receive(it.packet);
        break;
      case "data":
      case "oversize": {
        const block = driver.transfer.block + it.ahead;
        const payload = it.kind === "data"
          ? payloadOf(block, last)
          : new Uint8Array(BLKSIZE + 1);
        driver.receive({ kind: "data", block: block & 0xffff, payload });
      }
    }
  }
  return driver;
}

/** Every block has bytes of its own, so that a wrong one shows. */
function payloadOf(block: number, last: number): Uint8Array {
  const size = block < last ? BLKSIZE : (last * 3) % BLKSIZE;
  return Uint8Array.from({ length: size }, (_, i) => block * 31 + i);
}

/** Performs what it is told, and holds the machine to its law. */
class Driver {
  transfer: Transfer;
  now = 0;
  commits = 0;
  discards = 0;
  readonly #last: number;
  /** The last block in order that came, by the test's own count. */
  #block: number;

  constructor(terms: TransferTerms, received: number, last: number) {
    const { transfer } = open(terms, ACK_0, 0);
    this.#last = last;
    this.#block = received;
    this.transfer = received === 0
      ? transfer
      : { ...transfer, phase: "receiving", block: received, acked: received };
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

  receive(packet: Packet): void {
    const { phase, block, sawBlockZero } = this.transfer;
    const isNext = packet.kind === "data" && !sawBlockZero &&
      packet.block === ((block + 1) & 0xffff) &&
      packet.payload.length <= BLKSIZE &&
      (phase === "opening" || phase === "receiving");
    const step = receive(this.transfer, packet, this.now);
    if (isNext) this.#block++;
    if (packet.kind === "error") {
      assert(step.actions.every(({ kind }) => kind !== "send"));
    }
    const writes = step.actions.filter(({ kind }) => kind === "write");
    const expected: readonly Action[] =
      isNext && packet.kind === "data" && packet.payload.length > 0
        ? [{ kind: "write", payload: payloadOf(this.#block, this.#last) }]
        : [];
    assertEquals<readonly Action[]>(writes, expected);
    const commits = step.actions.some(({ kind }) => kind === "commit");
    assertEquals(commits, isNext && this.#block === this.#last);
    this.apply(step);
  }

  apply({ transfer, actions }: Step): void {
    for (const [i, action] of actions.entries()) {
      if (action.kind === "commit") this.commits++;
      if (action.kind === "discard") this.discards++;
      if (action.kind === "send" && action.packet.kind === "ack") {
        assertLessOrEqual(action.packet.block, this.#block);
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
}
