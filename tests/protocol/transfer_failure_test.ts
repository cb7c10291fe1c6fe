/**
 * The end of a transfer by an ERROR, the client's or ours.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { ErrorPacket, Packet } from "../../lib/protocol/packet.ts";
import { expire, fail, receive } from "../../lib/protocol/transfer.ts";
import type { Transfer } from "../../lib/protocol/transfer_state.ts";
import { after, assertIgnored, atBlock, data, WRQ } from "./scenario.ts";

const FULL = "12345678";
const DISK_FULL: ErrorPacket = { kind: "error", code: 3, message: "disk full" };
const BYE: ErrorPacket = { kind: "error", code: 0, message: "bye" };

Deno.test("receive() never answers an ERROR, and ends the transfer (row 17)", () => {
  const before = atBlock(5);
  assertEquals(receive(before, BYE, 70), {
    transfer: { ...before, phase: "closed", deadline: Infinity },
    actions: [{
      kind: "discard",
      why: { kind: "client-error", code: 0, message: "bye" },
    }],
  });
});

Deno.test("receive() discards nothing that is saved for an ERROR (row 17)", () => {
  const before = dallying();
  assertEquals(receive(before, BYE, 70), {
    transfer: { ...before, phase: "closed", deadline: Infinity },
    actions: [],
  });
});

Deno.test("receive() closes for an ERROR in answer to ours (row 17)", () => {
  const before = failed();
  assertEquals(receive(before, BYE, 70), {
    transfer: { ...before, phase: "closed", deadline: Infinity },
    actions: [],
  });
});

Deno.test("fail() sends the ERROR and discards what was written", () => {
  const before = atBlock(5);
  assertEquals(fail(before, 3, "disk full", 70), {
    transfer: {
      ...before,
      phase: "failed",
      reply: DISK_FULL,
      repliedAt: 70,
      deadline: 5_070,
    },
    actions: [
      { kind: "send", packet: DISK_FULL },
      { kind: "discard", why: { kind: "server", message: "disk full" } },
    ],
  });
});

Deno.test("fail() has its own repetitions, whatever the ACK had (row 18)", () => {
  const before = expire(atBlock(5), 1_000).transfer;
  assertEquals(before.repeats, 1);
  assertEquals(fail(before, 3, "disk full", 1_100).transfer.repeats, 0);
});

Deno.test("fail() changes nothing once the file is saved", () => {
  const before = dallying();
  assertIgnored(fail(before, 3, "disk full", 70), before);
});

Deno.test("fail() changes nothing once the transfer failed or closed", () => {
  const before = failed();
  assertIgnored(fail(before, 0, "again", 70), before);
  const closed = after(before, 70, BYE);
  assertIgnored(fail(closed, 0, "again", 80), closed);
});

Deno.test("receive() repeats the ERROR for a block that follows (row 18)", () => {
  const before = failed();
  assertEquals(receive(before, data(6, FULL), 500), {
    transfer: { ...before, repliedAt: 500, repeats: 1 },
    actions: [{ kind: "send", packet: DISK_FULL }],
  });
});

Deno.test("receive() repeats the ERROR three times, half a timeout apart (row 18)", () => {
  const times = [499, 500, 999, 1_000, 1_500, 2_000, 2_500, 4_999];
  let transfer = failed();
  const answered = times.filter((now) => {
    const step = receive(transfer, data(6, FULL), now);
    transfer = step.transfer;
    return step.actions.length > 0;
  });
  assertEquals(answered, [500, 1_000, 1_500]);
});

const NO_BLOCKS: readonly Packet[] = [
  WRQ,
  { kind: "ack", block: 5 },
  { kind: "oack", options: [] },
  { kind: "malformed", opcode: 9, reason: "unknown opcode 9" },
];

for (const packet of NO_BLOCKS) {
  Deno.test(`receive() does not repeat the ERROR for ${packet.kind} (row 18)`, () => {
    const before = failed();
    assertIgnored(receive(before, packet, 900), before);
  });
}

Deno.test("expire() never sends an ERROR again by itself (row 18)", () => {
  const before = failed();
  assertEquals(expire(before, 5_000), {
    transfer: { ...before, phase: "closed", deadline: Infinity },
    actions: [],
  });
});

/** Block 6 ended the file at time 0. */
function dallying(): Transfer {
  return after(atBlock(5), 0, data(6, "end"));
}

/** The disk was full at time 0. */
function failed(): Transfer {
  return fail(atBlock(5), 3, "disk full", 0).transfer;
}
