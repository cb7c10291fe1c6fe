import { assertEquals } from "@std/assert";
import { receiveAnswer, supplyBlocks } from "../../lib/protocol/sending.ts";
import { begun, from, PORT } from "./sending_scenario.ts";
import { packetOf, testStories } from "./story.ts";

const amid = from(begun(4, 99));

testStories({
  "receiveAnswer() sends nothing twice in lock-step": from(begun(1, 9))`
    20 ack 1: blocks 2-2 | 1020; 21 ack 1: nothing; 50 ack 2: blocks 3-3 | 1050
    51 ack 2: nothing; 52 ack 1: nothing; 53 ack 0: nothing; 54 ack 4: nothing`,
  "receiveAnswer() goes back where an ACK shows a gap": amid`
    20 ack 2: blocks 3-6 | 1020; 40 ack 6: blocks 7-10 | 1040`,
  "receiveAnswer() goes back when the first block of a window is lost": amid`
    40 ack 4: blocks 5-8 | 1040; 80 ack 4: blocks 5-8 | 1080
    // Once only: the server says no more than that.
    120 ack 4: nothing; 125 ack 8: blocks 9-12 | 1125
    // Block 8 was sent twice, so its ACK may come twice.
    165 ack 8: nothing`,
  "receiveAnswer() goes back at ACK 0 of the first window": amid`
    20 ack 0: blocks 1-4 | 1020; 21 ack 0: nothing; 40 ack 4: blocks 5-8 | 1040`,
  "receiveAnswer() passes over an ACK too early to answer the window": amid`
    100 ack 4: blocks 5-8 | 1100; 149 ack 4: nothing
    150 ack 4: blocks 5-8 | 1150`,
  "receiveAnswer() goes back once for all ACKs of one disorder": amid`
    100 ack 4: blocks 5-8 | 1100; 200 ack 5: blocks 6-9 | 1200
    201 ack 6: blocks 10-10 | 1201; 202 ack 7: blocks 11-11 | 1202
    252 ack 8: blocks 9-12 | 1252`,
  "receiveAnswer() goes on when the ACK was only late": amid`
    40 ack 4: blocks 5-8 | 1040; 1040 expire: blocks 5-8 | 3040
    // Nobody knows yet how late, so the wait stays longer.
    1050 ack 8: blocks 9-12 | 3050; 1060 ack 8: nothing
    1200 ack 12: blocks 13-16 | 2200`,
  "receiveAnswer() goes back at the server's own timer": amid`
    40 ack 0: blocks 1-4 | 1040; 1039 ack 0: nothing
    1040 ack 0: blocks 1-4 | 2040; 2040 expire: blocks 1-4 | 4040
    2050 ack 0: nothing; 2060 ack 4: blocks 5-8 | 4060`,
  "supplyBlocks() fills the window": from(begun(4, 3))`
    10 ready 9: blocks 4-4 | 1010; 20 ack 2: blocks 3-6 | 1020`,
});

Deno.test("receiveAnswer() knows blocks beyond 16 bits", () => {
  const before = {
    ...begun(4, 99),
    ...{ acked: 65_534, sent: 65_538, ready: 140_000, last: 140_000 },
  };
  const first = receiveAnswer(before, packetOf("ack 2"), PORT, 20);
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
  const moved =
    receiveAnswer(sending, packetOf(`ack ${windowsize}`), PORT, 20).sending;
  assertEquals(moved.acked, windowsize);
  assertEquals(moved.sent, 2 * windowsize);
});
