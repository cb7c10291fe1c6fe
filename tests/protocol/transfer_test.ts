import { assert, assertEquals } from "@std/assert";
import type { Packet } from "../../lib/protocol/packet.ts";
import { expire, open, receive } from "../../lib/protocol/transfer.ts";
import {
  after,
  assertIgnored,
  atBlock,
  bytes,
  data,
  OACK,
  opened,
  openedByOack,
  TERMS,
  WRQ,
} from "./scenario.ts";

Deno.test("open() sends the answer and waits for one timeout", () => {
  assertEquals(open(TERMS, OACK, 5_000), {
    transfer: {
      terms: TERMS,
      phase: "opening",
      reply: OACK,
      repliedAt: 5_000,
      askedAt: 5_000,
      block: 0,
      acked: 0,
      bytes: 0,
      sawBlockZero: false,
      gapAcked: false,
      repeats: 0,
      roundTrip: undefined,
      openedAt: 5_000,
      progressAt: 5_000,
      deadline: 6_000,
    },
    actions: [{ kind: "send", packet: OACK }],
  });
});

Deno.test("receive() answers a repeated request by the same OACK (row 1)", () => {
  const before = openedByOack();
  assertEquals(receive(before, WRQ, 400), {
    transfer: { ...before, repliedAt: 400, deadline: 1_400 },
    actions: [{ kind: "send", packet: OACK }],
  });
});

Deno.test("receive() answers a repeated request by the same ACK 0 (row 1)", () => {
  const before = opened();
  assertEquals(receive(before, WRQ, 400), {
    transfer: { ...before, repliedAt: 400, deadline: 1_400 },
    actions: [{ kind: "send", packet: { kind: "ack", block: 0 } }],
  });
});

Deno.test("receive() ignores a repeated request once data has come (row 2)", () => {
  const before = after(opened(), 10, data(1, "12345678"));
  assertIgnored(receive(before, WRQ, 5_000), before);
});

Deno.test("receive() ignores a repeated request once the file is saved (row 3)", () => {
  const before = after(opened(), 10, data(1, "short"));
  assertIgnored(receive(before, WRQ, 2_000), before);
});

Deno.test("expire() repeats the OACK until data comes (row 19)", () => {
  const before = openedByOack();
  assertEquals(expire(before, 1_000), {
    transfer: { ...before, repliedAt: 1_000, repeats: 1, deadline: 3_000 },
    actions: [{ kind: "send", packet: OACK }],
  });
});

Deno.test("receive() makes way for a request without options (row 20)", () => {
  // The client refuses the OACK; its next request begins a new transfer.
  const before = openedByOack();
  const refusal: Packet = { kind: "error", code: 8, message: "no blksize" };
  assertEquals(receive(before, refusal, 50), {
    transfer: { ...before, phase: "closed", deadline: Infinity },
    actions: [{
      kind: "discard",
      why: { kind: "client-error", code: 8, message: "no blksize" },
    }],
  });
});

Deno.test("receive() ignores an ACK 0 in answer to the OACK (row 21)", () => {
  const before = openedByOack();
  assertIgnored(receive(before, { kind: "ack", block: 0 }, 50), before);
});

Deno.test("receive() ignores an empty block with number 0 (row 26)", () => {
  const before = opened();
  assertIgnored(receive(before, data(0, ""), 900), before);
});

Deno.test("receive() does not answer a first block with number 0 (row 26)", () => {
  const before = opened();
  assertEquals(receive(before, data(0, "12345678"), 900), {
    transfer: { ...before, sawBlockZero: true },
    actions: [],
  });
});

Deno.test("receive() refuses to lose the first block of a client that numbers from 0 (row 26)", () => {
  const { transfer } = receive(opened(), data(0, "12345678"), 900);
  const { transfer: failed, actions } = receive(transfer, data(1, "90"), 901);
  assertEquals(failed.phase, "failed");
  assertEquals(actions, [
    {
      kind: "send",
      packet: {
        kind: "error",
        code: 4,
        message: "blocks are numbered from 1",
      },
    },
    { kind: "discard", why: { kind: "numbered-from-zero" } },
  ]);
});

Deno.test("receive() writes the first block before it is acknowledged", () => {
  const before = openedByOack();
  assertEquals(receive(before, data(1, "12345678"), 70), {
    transfer: {
      ...before,
      phase: "receiving",
      reply: { kind: "ack", block: 1 },
      repliedAt: 70,
      askedAt: 70,
      block: 1,
      acked: 1,
      bytes: 8,
      roundTrip: { meanMs: 70, deviationMs: 35 },
      progressAt: 70,
      deadline: 1_070,
    },
    actions: [
      { kind: "write", payload: bytes("12345678") },
      { kind: "send", packet: { kind: "ack", block: 1 } },
    ],
  });
});

Deno.test("receive() hands on the very payload it was given", () => {
  const packet = data(1, "12345678");
  const [action] = receive(opened(), packet, 70).actions;
  assert(action?.kind === "write");
  assert(action.payload === packet.payload);
});

Deno.test("receive() acknowledges every block at windowsize 1 (row 13)", () => {
  const first = receive(opened(), data(1, "11111111"), 10);
  const second = receive(first.transfer, data(2, "22222222"), 20);
  const third = receive(second.transfer, data(3, "33333333"), 30);
  assertEquals([...first.actions, ...second.actions, ...third.actions], [
    { kind: "write", payload: bytes("11111111") },
    { kind: "send", packet: { kind: "ack", block: 1 } },
    { kind: "write", payload: bytes("22222222") },
    { kind: "send", packet: { kind: "ack", block: 2 } },
    { kind: "write", payload: bytes("33333333") },
    { kind: "send", packet: { kind: "ack", block: 3 } },
  ]);
});

Deno.test("receive() saves an empty file from an empty block 1 (row 29)", () => {
  const before = opened();
  assertEquals(receive(before, data(1, ""), 70), {
    transfer: {
      ...before,
      phase: "dallying",
      reply: { kind: "ack", block: 1 },
      repliedAt: 70,
      askedAt: 70,
      block: 1,
      acked: 1,
      roundTrip: { meanMs: 70, deviationMs: 35 },
      progressAt: 70,
      deadline: 5_070,
    },
    actions: [
      { kind: "commit" },
      { kind: "send", packet: { kind: "ack", block: 1 } },
    ],
  });
});

Deno.test("receive() waits for the empty block behind a full one (row 30)", () => {
  const full = receive(opened(), data(1, "12345678"), 10);
  const empty = receive(full.transfer, data(2, ""), 20);
  assertEquals([full.actions, empty.actions], [
    [
      { kind: "write", payload: bytes("12345678") },
      { kind: "send", packet: { kind: "ack", block: 1 } },
    ],
    [
      { kind: "commit" },
      { kind: "send", packet: { kind: "ack", block: 2 } },
    ],
  ]);
  assertEquals(empty.transfer.bytes, 8);
});

Deno.test("receive() refuses a block longer than agreed by ERROR 4 (row 24)", () => {
  const before = atBlock(5);
  const message = "block of 9 bytes exceeds blksize 8";
  assertEquals(receive(before, data(6, "123456789"), 70), {
    transfer: {
      ...before,
      phase: "failed",
      reply: { kind: "error", code: 4, message },
      repliedAt: 70,
      deadline: 5_070,
    },
    actions: [
      { kind: "send", packet: { kind: "error", code: 4, message } },
      { kind: "discard", why: { kind: "oversize-block", bytes: 9 } },
    ],
  });
});
