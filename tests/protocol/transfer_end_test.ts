/**
 * The end of a transfer whose file is saved, or whose client begins another.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  expire,
  fail,
  receive,
  supersede,
} from "../../lib/protocol/transfer.ts";
import type { Transfer } from "../../lib/protocol/transfer_state.ts";
import type { ErrorPacket } from "../../lib/protocol/packet.ts";
import {
  after,
  assertIgnored,
  atBlock,
  bytes,
  data,
  opened,
  WRQ,
} from "./scenario.ts";

const FULL = "12345678";
const BYE: ErrorPacket = { kind: "error", code: 0, message: "bye" };

Deno.test("receive() acknowledges the last block behind write and commit (row 23)", () => {
  const before = atBlock(5);
  assertEquals(receive(before, data(6, "end"), 70), {
    transfer: {
      ...before,
      phase: "dallying",
      reply: { kind: "ack", block: 6 },
      repliedAt: 70,
      askedAt: 70,
      block: 6,
      acked: 6,
      bytes: 43,
      roundTrip: { meanMs: 70, deviationMs: 35 },
      progressAt: 70,
      deadline: 5_070,
    },
    actions: [
      { kind: "write", payload: bytes("end") },
      { kind: "commit" },
      { kind: "send", packet: { kind: "ack", block: 6 } },
    ],
  });
});

Deno.test("fail() on the transfer before the last block withdraws it (row 23)", () => {
  // What a driver does whose commit failed: the ACK was not sent yet.
  const before = atBlock(5);
  receive(before, data(6, "end"), 70);
  assertEquals(fail(before, 3, "disk full", 80).actions, [
    {
      kind: "send",
      packet: { kind: "error", code: 3, message: "disk full" },
    },
    { kind: "discard", why: { kind: "server", message: "disk full" } },
  ]);
});

Deno.test("receive() re-ACKs the last block while it dallies (row 22)", () => {
  const before = dallying();
  assertEquals(receive(before, data(6, "end"), 500), {
    transfer: { ...before, repliedAt: 500 },
    actions: [{ kind: "send", packet: { kind: "ack", block: 6 } }],
  });
});

Deno.test("receive() re-ACKs at most once per half timeout while it dallies (rows 6, 22)", () => {
  const before = dallying();
  assertIgnored(receive(before, data(6, "end"), 499), before);
});

Deno.test("receive() takes no other block while it dallies (row 22)", () => {
  const before = dallying();
  assertIgnored(receive(before, data(5, FULL), 900), before);
  assertIgnored(receive(before, data(7, FULL), 900), before);
  assertIgnored(receive(before, data(7, "123456789"), 900), before);
});

Deno.test("receive() dallies for five seconds if three timeouts are less (row 22)", () => {
  const { transfer } = receive(
    atBlock(5, { timeoutMs: 1_666 }),
    data(6, "end"),
    70,
  );
  assertEquals(transfer.deadline, 5_070);
});

Deno.test("receive() dallies for three timeouts if that is more (row 22)", () => {
  const { transfer } = receive(
    atBlock(5, { timeoutMs: 2_000 }),
    data(6, "end"),
    70,
  );
  assertEquals(transfer.deadline, 6_070);
});

Deno.test("receive() dallies beyond the limit of the whole (row 22)", () => {
  const before = atBlock(5, { durationMs: 2_000 });
  assertEquals(receive(before, data(6, "end"), 1_999).transfer.deadline, 6_999);
});

Deno.test("expire() closes without a word after the dally (row 22)", () => {
  const before = dallying();
  assertEquals(expire(before, 5_000), {
    transfer: { ...before, phase: "closed", deadline: Infinity },
    actions: [],
  });
});

Deno.test("receive() ignores everything once the transfer is closed", () => {
  const closed = after(dallying(), 70, BYE);
  assertIgnored(receive(closed, data(6, "end"), 900), closed);
  assertIgnored(receive(closed, data(7, FULL), 900), closed);
  assertIgnored(receive(closed, WRQ, 900), closed);
  assertEquals(receive(closed, BYE, 900), { transfer: closed, actions: [] });
});

Deno.test("supersede() discards without a word (row 4)", () => {
  const before = atBlock(5);
  assertEquals(supersede(before), {
    transfer: { ...before, phase: "closed", deadline: Infinity },
    actions: [{ kind: "discard", why: { kind: "superseded" } }],
  });
});

Deno.test("supersede() discards an upload without a block as well (row 4)", () => {
  assertEquals(supersede(opened()).actions, [
    { kind: "discard", why: { kind: "superseded" } },
  ]);
});

Deno.test("supersede() leaves alone what is saved (row 4)", () => {
  const before = dallying();
  assertEquals(supersede(before), {
    transfer: { ...before, phase: "closed", deadline: Infinity },
    actions: [],
  });
});

Deno.test("supersede() discards nothing twice (row 4)", () => {
  assertEquals(supersede(failed()).actions, []);
  assertEquals(supersede(supersede(atBlock(5)).transfer).actions, []);
});

/** Block 6 ended the file at time 0. */
function dallying(): Transfer {
  return after(atBlock(5), 0, data(6, "end"));
}

/** The disk was full at time 0. */
function failed(): Transfer {
  return fail(atBlock(5), 3, "disk full", 0).transfer;
}
