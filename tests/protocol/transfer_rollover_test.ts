/**
 * Block numbers have 16 bits on the wire; a file has as many blocks as it likes.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { expire, receive } from "../../lib/protocol/transfer.ts";
import { assertIgnored, atBlock, bytes, data, opened } from "./scenario.ts";

const FULL = "12345678";

Deno.test("receive() takes block 0 behind block 65535 (row 27)", () => {
  const before = atBlock(65535);
  assertEquals(receive(before, data(0, FULL), 70), {
    transfer: {
      ...before,
      reply: { kind: "ack", block: 65536 },
      repliedAt: 70,
      askedAt: 70,
      block: 65536,
      acked: 65536,
      bytes: 524_288,
      roundTrip: { meanMs: 70, deviationMs: 35 },
      progressAt: 70,
      deadline: 1_070,
    },
    actions: [
      { kind: "write", payload: bytes(FULL) },
      { kind: "send", packet: { kind: "ack", block: 65536 } },
    ],
  });
});

Deno.test("receive() takes block 1 behind the second block 0 (row 27)", () => {
  assertEquals(receive(atBlock(65536), data(1, "end"), 70).actions, [
    { kind: "write", payload: bytes("end") },
    { kind: "commit" },
    { kind: "send", packet: { kind: "ack", block: 65537 } },
  ]);
});

Deno.test("receive() saves a file that ends with block 0 (rows 27, 30)", () => {
  assertEquals(receive(atBlock(65535), data(0, ""), 70).actions, [
    { kind: "commit" },
    { kind: "send", packet: { kind: "ack", block: 65536 } },
  ]);
});

Deno.test("receive() does not take block 1 for block 0 (row 27)", () => {
  // Block 0 may merely be lost.
  const before = atBlock(65535);
  assertIgnored(receive(before, data(1, FULL), 900), before);
});

Deno.test("receive() re-ACKs a repeated block 0 behind block 65535 (rows 6, 27)", () => {
  assertEquals(receive(atBlock(65536), data(0, FULL), 900).actions, [
    { kind: "send", packet: { kind: "ack", block: 65536 } },
  ]);
});

Deno.test("receive() takes 131073 blocks in order (row 27)", () => {
  let transfer = opened();
  for (let block = 1; block <= 131_072; block++) {
    const packet = data(block & 0xffff, FULL);
    transfer = receive(transfer, packet, block).transfer;
    if (transfer.acked !== block) throw new Error(`Block ${block} is lost`);
  }
  const { transfer: saved, actions } = receive(
    transfer,
    data(1, "end"),
    131_073,
  );
  assertEquals(actions, [
    { kind: "write", payload: bytes("end") },
    { kind: "commit" },
    { kind: "send", packet: { kind: "ack", block: 131_073 } },
  ]);
  assertEquals(saved.bytes, 1_048_579);
});

Deno.test("receive() acknowledges a window across the end of the numbers (row 27)", () => {
  let transfer = atBlock(65534, { windowsize: 3 });
  const actions = [65535, 0, 1].map((block) => {
    const step = receive(transfer, data(block, FULL), 70);
    transfer = step.transfer;
    return step.actions;
  });
  assertEquals(actions, [
    [{ kind: "write", payload: bytes(FULL) }],
    [{ kind: "write", payload: bytes(FULL) }],
    [
      { kind: "write", payload: bytes(FULL) },
      { kind: "send", packet: { kind: "ack", block: 65537 } },
    ],
  ]);
});

Deno.test("expire() acknowledges amid a window across the end of the numbers (row 11)", () => {
  const first = receive(atBlock(65535, { windowsize: 3 }), data(0, FULL), 70);
  assertEquals(expire(first.transfer, 1_070).actions, [
    { kind: "send", packet: { kind: "ack", block: 65536 } },
  ]);
});

Deno.test("receive() finds a gap across the end of the numbers (row 28)", () => {
  const before = atBlock(65534, { windowsize: 4 });
  assertEquals(receive(before, data(0, FULL), 70).actions, [
    { kind: "send", packet: { kind: "ack", block: 65534 } },
  ]);
});

Deno.test("receive() finds old a block before the end of the numbers (row 28)", () => {
  const before = atBlock(65537, { windowsize: 4 });
  assertIgnored(receive(before, data(65535, FULL), 900), before);
  assertIgnored(receive(before, data(0, FULL), 900), before);
});

Deno.test("receive() looks 32767 blocks ahead and 32768 back (row 28)", () => {
  const before = atBlock(40_000, { windowsize: 65535 });
  // 40000 + 32767 - 65536 and one more.
  assertEquals(receive(before, data(7231, FULL), 70).actions, [
    { kind: "send", packet: { kind: "ack", block: 40_000 } },
  ]);
  assertIgnored(receive(before, data(7232, FULL), 70), before);
});
