import { assertEquals, assertLessOrEqual } from "@std/assert";
import { withSample } from "../../lib/protocol/round_trip.ts";
import { expire, open, receive } from "../../lib/protocol/transfer.ts";
import type {
  Transfer,
  TransferTerms,
} from "../../lib/protocol/transfer_state.ts";
import {
  ACK_0,
  after,
  assertIgnored,
  atBlock,
  data,
  opened,
  openedByOack,
  TERMS,
} from "./scenario.ts";

const FULL = "12345678";

Deno.test("expire() returns the same transfer before the deadline", () => {
  const waiting = atBlock(5);
  assertEquals(waiting.deadline, 1_000);
  assertIgnored(expire(waiting, 999), waiting);
  const dallying = after(opened(), 0, data(1, "end"));
  assertIgnored(expire(dallying, 4_999), dallying);
  const failed = after(opened(), 0, data(1, "123456789"));
  assertIgnored(expire(failed, 4_999), failed);
});

Deno.test("expire() does nothing the second time at once", () => {
  const before = expire(atBlock(5), 1_000).transfer;
  assertIgnored(expire(before, 1_000), before);
});

Deno.test("expire() does nothing once the transfer is closed", () => {
  const closed = after(opened(), 0, { kind: "error", code: 0, message: "" });
  assertIgnored(expire(closed, Infinity), closed);
});

Deno.test("expire() repeats the last ACK", () => {
  const before = atBlock(5);
  assertEquals(expire(before, 1_000), {
    transfer: { ...before, repliedAt: 1_000, repeats: 1, deadline: 3_000 },
    actions: [{ kind: "send", packet: { kind: "ack", block: 5 } }],
  });
});

Deno.test("expire() waits from its call, however late it comes", () => {
  assertEquals(expire(atBlock(5), 1_700).transfer.deadline, 3_700);
});

Deno.test("expire() doubles the wait up to eight seconds (rows 41, 57)", () => {
  assertEquals(deadlines(atBlock(5)), [
    1_000,
    3_000,
    7_000,
    15_000,
    23_000,
    31_000,
    39_000,
    47_000,
    55_000,
    60_000, // Here the idle limit has an end of it.
    65_000, // The ERROR lingers.
  ]);
});

Deno.test("expire() repeats an ACK at most ten times (row 57)", () => {
  const patient = atBlock(5, { idleMs: 300_000 });
  assertEquals(deadlines(patient), [
    1_000,
    3_000,
    7_000,
    15_000,
    23_000,
    31_000,
    39_000,
    47_000,
    55_000,
    63_000,
    300_000,
    305_000,
  ]);
});

Deno.test("expire() does not shorten a timeout over eight seconds (row 41)", () => {
  assertEquals(deadlines(atBlock(5, { timeoutMs: 20_000 })), [
    20_000,
    40_000,
    60_000,
    120_000,
  ]);
});

Deno.test("expire() waits three timeouts if that is over the idle limit (row 57)", () => {
  const slow = atBlock(5, { timeoutMs: 255_000, durationMs: 86_400_000 });
  assertEquals(deadlines(slow), [255_000, 510_000, 765_000, 1_530_000]);
});

Deno.test("receive() begins the waits anew with every block in order (row 57)", () => {
  const tired = expire(expire(atBlock(5), 1_000).transfer, 3_000).transfer;
  assertEquals(tired.deadline, 7_000);
  assertEquals(receive(tired, data(6, FULL), 4_000).transfer, {
    ...tired,
    reply: { kind: "ack", block: 6 },
    repliedAt: 4_000,
    askedAt: 4_000,
    block: 6,
    acked: 6,
    bytes: 48,
    repeats: 0,
    roundTrip: { meanMs: 4_000, deviationMs: 2_000 },
    progressAt: 4_000,
    deadline: 5_000,
  });
});

Deno.test("receive() puts off neither end by repeated blocks (row 57)", () => {
  const tired = expire(expire(atBlock(5), 1_000).transfer, 3_000).transfer;
  const repeated = receive(tired, data(5, FULL), 4_000).transfer;
  assertEquals(repeated, { ...tired, repliedAt: 4_000, deadline: 8_000 });
  const late = receive(tired, data(5, FULL), 59_000).transfer;
  assertEquals(late.deadline, 60_000);
});

Deno.test("expire() gives up by ERROR 0 after silence (row 57)", () => {
  const before = { ...atBlock(5), repeats: 9, deadline: 60_000 };
  const reply = { kind: "error", code: 0, message: "timeout" } as const;
  assertEquals(expire(before, 60_000), {
    transfer: {
      ...before,
      phase: "failed",
      reply,
      repliedAt: 60_000,
      repeats: 0,
      deadline: 65_000,
    },
    actions: [
      { kind: "send", packet: reply },
      { kind: "discard", why: { kind: "silent" } },
    ],
  });
});

Deno.test("expire() gives up at its deadline on a clock with fractions (row 57)", () => {
  // As on any steady clock of a runtime; 60000 on top of it has to be rounded.
  let transfer = open(TERMS, ACK_0, 21_718.4).transfer;
  let calls = 0;
  while (transfer.phase !== "closed" && calls < 10) {
    transfer = expire(transfer, transfer.deadline).transfer;
    calls++;
  }
  // Two repetitions, then the end.
  assertEquals(calls, 3);
});

Deno.test("expire() ends a steady upload that takes too long (rows 57, 58)", () => {
  const before = after(
    opened({ durationMs: 10_000 }),
    9_500,
    data(1, FULL),
  );
  assertEquals(before.deadline, 10_000);
  const message = "transfer takes too long";
  assertEquals(expire(before, 10_000), {
    transfer: {
      ...before,
      phase: "failed",
      reply: { kind: "error", code: 0, message },
      repliedAt: 10_000,
      deadline: 15_000,
    },
    actions: [
      { kind: "send", packet: { kind: "error", code: 0, message } },
      { kind: "discard", why: { kind: "too-long" } },
    ],
  });
});

Deno.test("expire() repeats the answer to a request twice at most (rows 19, 57)", () => {
  // After that a forged address is left in peace.
  assertEquals(deadlines(openedByOack()), [1_000, 3_000, 60_000]);
});

Deno.test("expire() closes without a word if no block ever came (row 57)", () => {
  const before = { ...openedByOack(), repeats: 2, deadline: 60_000 };
  assertEquals(expire(before, 60_000), {
    transfer: { ...before, phase: "closed", deadline: Infinity },
    actions: [{ kind: "discard", why: { kind: "silent" } }],
  });
});

Deno.test("expire() has no word for a peer without a block even after a day asleep (row 57)", () => {
  const { transfer, actions } = expire(openedByOack(), 86_400_000);
  assertEquals(actions.filter(({ kind }) => kind === "send"), []);
  assertEquals(transfer.phase, "closed");
});

/** When the transfer acts if nothing more is heard, up to its closing. */
function deadlines(start: Transfer): number[] {
  const times: number[] = [];
  let transfer = start;
  // More than any test needs, so that a clock that stands still shows.
  while (transfer.phase !== "closed" && times.length < 20) {
    times.push(transfer.deadline);
    transfer = expire(transfer, transfer.deadline).transfer;
  }
  return times;
}

/** A peer that answered in 40 ms, and may be waited for as short as 30. */
function quick(overrides: Partial<TransferTerms> = {}): Transfer {
  const { transfer } = open(
    { ...TERMS, minTimeoutMs: 30, ...overrides },
    { kind: "ack", block: 0 },
    0,
  );
  return receive(transfer, data(1, "12345678"), 40).transfer;
}

Deno.test("expire() repeats an ACK when the peer is later than it ever was (row 41)", () => {
  // 40 ms, and four times a deviation of 20.
  const transfer = quick();
  assertEquals(transfer.deadline, 40 + 120);
  const { transfer: repeated, actions } = expire(transfer, 160);
  assertEquals(actions, [
    { kind: "send", packet: { kind: "ack", block: 1 } },
  ]);
  assertEquals(repeated.deadline, 160 + 240);
});

Deno.test("expire() waits no shorter than the least timeout, no longer than the full one", () => {
  const least = receive(quick(), data(2, "12345678"), 41).transfer;
  const slow = quick({ minTimeoutMs: 500 });
  assertEquals(slow.deadline, 40 + 500);
  assertLessOrEqual(41 + 30, least.deadline);
  const { transfer } = open(TERMS, { kind: "ack", block: 0 }, 0);
  const late = receive(transfer, data(1, "12345678"), 900).transfer;
  assertEquals(late.deadline, 900 + TERMS.timeoutMs);
});

Deno.test("expire() keeps to the timeout that the client asked for (row 41)", () => {
  const asked = quick({ minTimeoutMs: TERMS.timeoutMs });
  assertEquals(asked.deadline, 40 + TERMS.timeoutMs);
});

Deno.test("receive() counts a round trip from the first of repeated answers", () => {
  const before = quick();
  const { transfer } = expire(before, 160);
  const next = receive(transfer, data(2, "12345678"), 165).transfer;
  assertEquals(
    next.roundTrip,
    withSample(before.roundTrip, 165 - before.askedAt),
  );
});
