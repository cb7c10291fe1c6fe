/**
 * Packets that bring a transfer no further: repeated, old, future, senseless.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Packet } from "../../lib/protocol/packet.ts";
import { expire, receive } from "../../lib/protocol/transfer.ts";
import {
  after,
  assertIgnored,
  atBlock,
  data,
  opened,
  WRQ,
} from "./scenario.ts";

Deno.test("receive() re-ACKs a repeated last block (row 6)", () => {
  const before = after(opened(), 0, data(1, "12345678"));
  assertEquals(receive(before, data(1, "12345678"), 500), {
    transfer: { ...before, repliedAt: 500, deadline: 1_500 },
    actions: [{ kind: "send", packet: { kind: "ack", block: 1 } }],
  });
});

Deno.test("receive() re-ACKs a repeated last block at most once per half timeout (row 6)", () => {
  const block = data(1, "12345678");
  const before = after(opened(), 0, block);
  assertIgnored(receive(before, block, 499), before);
  const repeated = after(before, 500, block);
  assertIgnored(receive(repeated, block, 999), repeated);
  assertEquals(receive(repeated, block, 1_000).actions, [
    { kind: "send", packet: { kind: "ack", block: 1 } },
  ]);
});

Deno.test("receive() does not acknowledge a repeated block amid a window (row 6)", () => {
  const before = after(atBlock(9, { windowsize: 4 }), 70, data(10, "12345678"));
  assertIgnored(receive(before, data(10, "12345678"), 1_000), before);
});

Deno.test("receive() ignores older blocks (row 7)", () => {
  const before = atBlock(5);
  assertIgnored(receive(before, data(4, "12345678"), 900), before);
  assertIgnored(receive(before, data(1, "12345678"), 900), before);
});

Deno.test("receive() ignores future blocks at windowsize 1 (row 8)", () => {
  const before = atBlock(5);
  assertIgnored(receive(before, data(7, "12345678"), 900), before);
  assertIgnored(receive(before, data(8, "short"), 900), before);
});

Deno.test("receive() re-ACKs for every half timeout of a long one (row 6)", () => {
  const before = atBlock(5, { timeoutMs: 20_000 });
  assertIgnored(receive(before, data(5, "12345678"), 9_999), before);
  assertEquals(receive(before, data(5, "12345678"), 10_000).actions, [
    { kind: "send", packet: { kind: "ack", block: 5 } },
  ]);
});

Deno.test("receive() counts half a timeout from the repetition on timeout (row 6)", () => {
  const before = expire(atBlock(5), 1_000).transfer;
  assertIgnored(receive(before, data(5, "12345678"), 1_499), before);
});

Deno.test("receive() does not write a repeated block again (row 6)", () => {
  const before = atBlock(5);
  assertEquals(receive(before, data(5, "abc"), 900).actions, [
    { kind: "send", packet: { kind: "ack", block: 5 } },
  ]);
});

/** What a client has no business to send amid a transfer. */
const JUNK: ReadonlyArray<readonly [what: string, packet: Packet]> = [
  [
    "an empty datagram (row 25)",
    { kind: "malformed", opcode: undefined, reason: "shorter than an opcode" },
  ],
  [
    "a DATA of two bytes (row 25)",
    { kind: "malformed", opcode: 3, reason: "shorter than a block number" },
  ],
  [
    "an unknown opcode (row 51)",
    { kind: "malformed", opcode: 7, reason: "unknown opcode 7" },
  ],
  ["an ACK", { kind: "ack", block: 5 }],
  ["an OACK", { kind: "oack", options: [] }],
  ["an RRQ", { ...WRQ, kind: "rrq" }],
];

for (const [what, packet] of JUNK) {
  Deno.test(`receive() ignores ${what} amid a transfer`, () => {
    const before = atBlock(5);
    assertIgnored(receive(before, packet, 900), before);
  });
}
