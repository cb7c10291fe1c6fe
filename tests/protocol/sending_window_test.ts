import { assertEquals } from "@std/assert";
import { receiveAnswer, supplyBlocks } from "../../lib/protocol/sending.ts";
import { ack, begun, PORT, testStories } from "./sending_scenario.ts";

testStories([
  ["receiveAnswer() sends nothing twice in lock-step", begun(1, 9), [
    [20, ack(1), "blocks 2-2 | sending 1020"],
    [21, ack(1), "nothing"],
    [50, ack(2), "blocks 3-3 | sending 1050"],
    [51, ack(2), "nothing"],
    [52, ack(1), "nothing"],
    [53, ack(0), "nothing"],
    [54, ack(4), "nothing"],
  ]],
  ["receiveAnswer() goes back where an ACK shows a gap", begun(4, 99), [
    [20, ack(2), "blocks 3-6 | sending 1020"],
    [40, ack(6), "blocks 7-10 | sending 1040"],
  ]],
  [
    "receiveAnswer() goes back when the first block of a window is lost",
    begun(4, 99),
    [
      [40, ack(4), "blocks 5-8 | sending 1040"],
      [80, ack(4), "blocks 5-8 | sending 1080"],
      // Once only: the server says no more than that.
      [120, ack(4), "nothing"],
      [125, ack(8), "blocks 9-12 | sending 1125"],
      // Block 8 was sent twice, so its ACK may come twice.
      [165, ack(8), "nothing"],
    ],
  ],
  ["receiveAnswer() goes back at ACK 0 of the first window", begun(4, 99), [
    [20, ack(0), "blocks 1-4 | sending 1020"],
    [21, ack(0), "nothing"],
    [40, ack(4), "blocks 5-8 | sending 1040"],
  ]],
  [
    "receiveAnswer() passes over an ACK too early to answer the window",
    begun(4, 99),
    [
      [100, ack(4), "blocks 5-8 | sending 1100"],
      [149, ack(4), "nothing"],
      [150, ack(4), "blocks 5-8 | sending 1150"],
    ],
  ],
  [
    "receiveAnswer() goes back once for all ACKs of one disorder",
    begun(4, 99),
    [
      [100, ack(4), "blocks 5-8 | sending 1100"],
      [200, ack(5), "blocks 6-9 | sending 1200"],
      [201, ack(6), "blocks 10-10 | sending 1201"],
      [202, ack(7), "blocks 11-11 | sending 1202"],
      [252, ack(8), "blocks 9-12 | sending 1252"],
    ],
  ],
  ["receiveAnswer() goes on when the ACK was only late", begun(4, 99), [
    [40, ack(4), "blocks 5-8 | sending 1040"],
    [1_040, "expire", "blocks 5-8 | sending 3040"],
    // Nobody knows yet how late, so the wait stays longer.
    [1_050, ack(8), "blocks 9-12 | sending 3050"],
    [1_060, ack(8), "nothing"],
    [1_200, ack(12), "blocks 13-16 | sending 2200"],
  ]],
  ["receiveAnswer() goes back at the server's own timer", begun(4, 99), [
    [40, ack(0), "blocks 1-4 | sending 1040"],
    [1_039, ack(0), "nothing"],
    [1_040, ack(0), "blocks 1-4 | sending 2040"],
    [2_040, "expire", "blocks 1-4 | sending 4040"],
    [2_050, ack(0), "nothing"],
    [2_060, ack(4), "blocks 5-8 | sending 4060"],
  ]],
  ["supplyBlocks() fills the window", begun(4, 3), [
    [10, { ready: 9 }, "blocks 4-4 | sending 1010"],
    [20, ack(2), "blocks 3-6 | sending 1020"],
  ]],
]);

Deno.test("receiveAnswer() knows blocks beyond 16 bits", () => {
  const before = {
    ...begun(4, 99),
    ...{ acked: 65_534, sent: 65_538, ready: 140_000, last: 140_000 },
  };
  const first = receiveAnswer(before, ack(2), PORT, 20);
  assertEquals(first.sending.acked, 65_538);
  assertEquals(first.actions, [
    { kind: "blocks", first: 65_539, last: 65_542 },
  ]);
});

Deno.test("receiveAnswer() knows where it is in the largest window", () => {
  const windowsize = 65_535;
  const wide = { ...begun(4, 0), windowsize };
  const { sending } = supplyBlocks(wide, 200_000, 200_000, 0);
  assertEquals(sending.sent, windowsize);
  const moved = receiveAnswer(sending, ack(windowsize), PORT, 20).sending;
  assertEquals(moved.acked, windowsize);
  assertEquals(moved.sent, 2 * windowsize);
});
