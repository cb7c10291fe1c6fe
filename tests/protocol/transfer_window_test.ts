/**
 * Several blocks between two ACKs (RFC 7440).
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Action, Transfer } from "../../lib/protocol/transfer_state.ts";
import { expire, receive } from "../../lib/protocol/transfer.ts";
import {
  after,
  assertIgnored,
  atBlock,
  bytes,
  data,
  opened,
  openedByOack,
} from "./scenario.ts";

const FULL = "12345678";

Deno.test("receive() writes amid a window without a word", () => {
  const before = opened({ windowsize: 3 });
  assertEquals(receive(before, data(1, FULL), 70), {
    transfer: {
      ...before,
      phase: "receiving",
      block: 1,
      bytes: 8,
      roundTrip: { meanMs: 70, deviationMs: 35 },
      progressAt: 70,
      deadline: 1_070,
    },
    actions: [{ kind: "write", payload: bytes(FULL) }],
  });
});

Deno.test("receive() acknowledges the last block of a window", () => {
  const before = after(
    opened({ windowsize: 3 }),
    70,
    data(1, FULL),
    data(2, FULL),
  );
  assertEquals(receive(before, data(3, FULL), 80), {
    transfer: {
      ...before,
      reply: ack(3),
      repliedAt: 80,
      askedAt: 80,
      block: 3,
      acked: 3,
      bytes: 24,
      progressAt: 80,
      deadline: 1_080,
    },
    actions: [{ kind: "write", payload: bytes(FULL) }, send(3)],
  });
});

Deno.test("receive() acknowledges once in every window", () => {
  assertEquals(acksFor(opened({ windowsize: 3 }), [1, 2, 3, 4, 5, 6, 7]), [
    [],
    [],
    [3],
    [],
    [],
    [6],
    [],
  ]);
});

Deno.test("receive() answers a gap by the last block in order (row 9)", () => {
  const before = after(atBlock(9, { windowsize: 4 }), 70, data(10, FULL));
  assertEquals(receive(before, data(12, FULL), 80), {
    transfer: {
      ...before,
      reply: ack(10),
      repliedAt: 80,
      askedAt: 80,
      acked: 10,
      gapAcked: true,
      deadline: 1_080,
    },
    actions: [send(10)],
  });
});

Deno.test("receive() answers a gap once, and drops the rest (row 9)", () => {
  const before = after(atBlock(9, { windowsize: 4 }), 80, data(11, FULL));
  assertIgnored(receive(before, data(12, FULL), 900), before);
  assertIgnored(receive(before, data(13, "end"), 900), before);
  assertIgnored(receive(before, data(11, FULL), 5_000), before);
});

Deno.test("receive() answers the next gap as well (row 9)", () => {
  assertEquals(
    acksFor(atBlock(9, { windowsize: 4 }), [10, 12, 13, 11, 13, 14]),
    [[], [10], [], [], [11], []],
  );
});

Deno.test("receive() counts a window from the ACK of a gap (row 9)", () => {
  assertEquals(
    acksFor(atBlock(9, { windowsize: 3 }), [10, 12, 11, 12, 13, 14]),
    [[], [10], [], [], [13], []],
  );
});

Deno.test("receive() takes no block beyond a window for a gap (row 9)", () => {
  const before = atBlock(9, { windowsize: 3 });
  assertIgnored(receive(before, data(13, FULL), 900), before);
  assertEquals(receive(before, data(12, FULL), 900).actions, [send(9)]);
});

Deno.test("receive() answers a gap at once, however recent the last ACK (row 9)", () => {
  const before = after(
    atBlock(8, { windowsize: 2 }),
    70,
    data(9, FULL),
    data(10, FULL),
  );
  assertEquals(before.repliedAt, 70);
  assertEquals(receive(before, data(12, FULL), 70).actions, [send(10)]);
});

Deno.test("receive() answers a gap in the first window by ACK 0 (row 10)", () => {
  const before = openedByOack({ windowsize: 4 });
  assertEquals(receive(before, data(2, FULL), 80), {
    transfer: {
      ...before,
      reply: ack(0),
      repliedAt: 80,
      gapAcked: true,
      deadline: 1_080,
    },
    actions: [send(0)],
  });
});

Deno.test("receive() answers a gap in the first window once (row 10)", () => {
  assertEquals(
    acksFor(openedByOack({ windowsize: 4 }), [2, 3, 4, 1, 2, 3, 4]),
    [[0], [], [], [], [], [], [4]],
  );
});

Deno.test("expire() repeats ACK 0 after a gap in the first window (row 10)", () => {
  const before = after(openedByOack({ windowsize: 4 }), 80, data(2, FULL));
  assertEquals(expire(before, 1_080).actions, [send(0)]);
});

Deno.test("expire() acknowledges what is in order amid a window (row 11)", () => {
  const before = after(atBlock(9, { windowsize: 4 }), 70, data(10, FULL));
  assertEquals(expire(before, 1_070), {
    transfer: {
      ...before,
      reply: ack(10),
      repliedAt: 1_070,
      askedAt: 1_070,
      acked: 10,
      repeats: 1,
      deadline: 3_070,
    },
    actions: [send(10)],
  });
});

Deno.test("expire() makes the window start behind its ACK (row 11)", () => {
  const before = after(atBlock(9, { windowsize: 3 }), 70, data(10, FULL));
  const { transfer } = expire(before, 1_070);
  assertEquals(acksFor(transfer, [11, 12, 13]), [[], [], [13]]);
});

Deno.test("expire() makes the same gap worth an answer again (row 11)", () => {
  const before = after(atBlock(9, { windowsize: 4 }), 70, data(11, FULL));
  const { transfer } = expire(before, 1_070);
  assertEquals(receive(transfer, data(11, FULL), 1_080).actions, [send(9)]);
});

Deno.test("receive() saves and acknowledges a short block amid a window (row 12)", () => {
  const before = after(atBlock(9, { windowsize: 4 }), 70, data(10, FULL));
  assertEquals(receive(before, data(11, "end"), 80), {
    transfer: {
      ...before,
      phase: "dallying",
      reply: ack(11),
      repliedAt: 80,
      askedAt: 80,
      block: 11,
      acked: 11,
      bytes: 83,
      progressAt: 80,
      deadline: 5_080,
    },
    actions: [
      { kind: "write", payload: bytes("end") },
      { kind: "commit" },
      send(11),
    ],
  });
});

Deno.test("receive() takes a short block behind a gap for no end (row 12)", () => {
  const before = atBlock(9, { windowsize: 4 });
  assertEquals(receive(before, data(11, "end"), 80).actions, [send(9)]);
});

Deno.test("receive() re-ACKs the end of a window sent anew, once (row 6)", () => {
  assertEquals(
    acksFor(atBlock(12, { windowsize: 4 }), [9, 10, 11, 12, 12], 500),
    [[], [], [], [12], []],
  );
});

/** The numbers acknowledged in answer to each of these full blocks. */
function acksFor(
  start: Transfer,
  blocks: readonly number[],
  now = 100,
): number[][] {
  let transfer = start;
  return blocks.map((block) => {
    const step = receive(transfer, data(block, FULL), now);
    transfer = step.transfer;
    return step.actions.flatMap((action) =>
      action.kind === "send" && action.packet.kind === "ack"
        ? [action.packet.block]
        : []
    );
  });
}

function ack(block: number): { kind: "ack"; block: number } {
  return { kind: "ack", block };
}

function send(block: number): Action {
  return { kind: "send", packet: ack(block) };
}
