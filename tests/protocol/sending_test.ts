import { assertEquals } from "@std/assert";
import { ask, receiveAnswer } from "../../lib/protocol/sending.ts";
import {
  ack,
  asked,
  begun,
  error,
  oack,
  play,
  PORT,
  TERMS,
  testStories,
} from "./sending_scenario.ts";

const PLAIN = { ...TERMS.request, options: [] };

Deno.test("ask() sends the request and waits for an answer", () => {
  const { sending, actions } = ask(TERMS, 5_000);
  assertEquals(actions, [{ kind: "ask", packet: TERMS.request }]);
  assertEquals(sending.phase, "asking");
  assertEquals(sending.deadline, 6_000);
});

testStories([
  ["supplyBlocks() sends blocks as they become ready", asked(), [
    [20, oack("blksize=8 windowsize=4 tsize=80"), "no word | sending 600000"],
    [21, { ready: 2 }, "blocks 1-2 | sending 600000"],
    [22, { ready: 9 }, "blocks 3-4 | sending 122"],
    [40, ack(4), "blocks 5-8 | sending 140"],
    [50, ack(8), "blocks 9-9 | sending 600000"],
    [60, { ready: 11, last: 11 }, "blocks 10-11 | sending 160"],
    [90, ack(11), "no word | saved"],
    [91, ack(11), "nothing"],
    [92, error(0), "nothing"],
    [93, "cancel", "nothing"],
    [94, "expire", "nothing"],
  ]],
  ["receiveAnswer() takes ACK 0 for a server that knows no options", asked(), [
    [20, ack(0), "no word | sending 600000"],
    [21, { ready: 3, last: 3 }, "blocks 1-1 | sending 121"],
    [30, ack(1), "blocks 2-2 | sending 130"],
    [40, ack(2), "blocks 3-3 | sending 140"],
    [50, ack(3), "no word | saved"],
  ]],
  ["receiveAnswer() takes the ACK of an empty file for its end", begun(4, 1), [
    [20, ack(1), "no word | saved"],
  ]],
  ["receiveAnswer() asks without options after ERROR 8, once", asked(), [
    [20, error(8), "ask for 0 options | asking 1020"],
    // The first request was doubled on its way.
    [30, error(8), "no word | asking 1020"],
    [40, oack("blksize=8"), "no word | asking 1020"],
    [50, ack(0), "no word | sending 600000"],
    [51, { ready: 9 }, "blocks 1-1 | sending 151"],
  ]],
  [
    "receiveAnswer() is refused where there were no options to refuse",
    asked({ request: PLAIN }),
    [[20, error(8), "no word | failed: refused 8 no"]],
  ],
  ["receiveAnswer() never answers an ERROR", asked(), [
    [20, error(2), "no word | failed: refused 2 no"],
    [30, oack("blksize=8"), "nothing"],
    [9_000, "expire", "nothing"],
  ]],
  ["receiveAnswer() ends at an ERROR amid the file", begun(4, 9), [
    [20, error(3, "full"), "no word | failed: refused 3 full"],
  ]],
  ["receiveAnswer() listens to one port only, and says so once", begun(4, 9), [
    [
      10,
      { from: 9, packet: ack(4) },
      "tell 9 error 5 unknown transfer " +
      "identifier | sending 1000",
    ],
    [11, { from: 9, packet: ack(4) }, "nothing"],
    [12, { from: 8, packet: error(0) }, "nothing"],
    [
      13,
      { from: 8, packet: oack("blksize=8") },
      "tell 8 error 5 unknown " +
      "transfer identifier | sending 1000",
    ],
    [20, ack(4), "blocks 5-8 | sending 1020"],
  ]],
  ["receiveAnswer() passes over what is no answer", asked(), [
    [10, ack(1), "no word | asking 1000"],
    [11, PLAIN, "no word | asking 1000"],
    [12, { kind: "malformed", opcode: 9, reason: "" }, "no word | asking 1000"],
    [20, ack(0), "no word | sending 600000"],
    [21, oack("blksize=8"), "nothing"],
    [22, ack(0), "nothing"],
    [23, PLAIN, "nothing"],
  ]],
  ["expireSending() repeats the request, ever later, and gives up", asked(), [
    [999, "expire", "nothing"],
    [1_000, "expire", "ask for 3 options | asking 3000"],
    [3_000, "expire", "ask for 3 options | asking 7000"],
    [7_000, "expire", "ask for 3 options | asking 10000"],
    [10_000, "expire", "no word | failed: no-answer false"],
  ]],
  ["expireSending() tells nonsense from silence", asked(), [
    [10, ack(7), "no word | asking 1000"],
    [10_000, "expire", "no word | failed: no-answer true"],
  ]],
  [
    "expireSending() repeats a window and gives up a silent server",
    begun(4, 9),
    [
      [1_000, "expire", "blocks 1-4 | sending 3000"],
      [3_000, "expire", "blocks 1-4 | sending 7000"],
      [7_000, "expire", "blocks 1-4 | sending 10000"],
      [10_000, "expire", "tell 7000 error 0 timeout | failed: silent false"],
    ],
  ],
  ["expireSending() knows when the server may have it all", begun(4, 3), [
    [10_000, "expire", "tell 7000 error 0 timeout | failed: silent true"],
  ]],
  ["expireSending() does not hurry a server that rightly waits", asked(), [
    [20, oack("blksize=8 windowsize=4"), "no word | sending 600000"],
    [21, { ready: 3 }, "blocks 1-3 | sending 600000"],
    // What a server does that has waited long enough.
    [5_000, ack(3), "no word | sending 600000"],
    [90_000, { ready: 7 }, "blocks 4-7 | sending 90100"],
    [600_000, "expire", "tell 7000 error 0 timeout | failed: silent false"],
  ]],
  ["expireSending() ends what takes too long", asked(), [
    [20, oack("blksize=8 windowsize=4"), "no word | sending 600000"],
    [
      600_000,
      "expire",
      "tell 7000 error 0 transfer takes too long | failed: " +
      "too-long",
    ],
  ]],
  ["cancelSending() tells the server once", begun(4, 9), [
    [20, "cancel", "tell 7000 error 0 cancelled | failed: cancelled cancelled"],
    [21, "cancel", "nothing"],
    [22, ack(4), "nothing"],
  ]],
  ["cancelSending() says nothing before anybody answered", asked(), [
    [20, "cancel", "no word | failed: cancelled cancelled"],
  ]],
]);

Deno.test("receiveAnswer() reads what is granted", () => {
  const rows: ReadonlyArray<
    readonly [options: string, blksize: number, windowsize: number]
  > = [
    ["blksize=8 windowsize=4 tsize=80", 8, 4],
    ["BLKSIZE=8 WindowSize=1", 8, 1],
    ["windowsize=3", 512, 3],
    ["blksize=8", 8, 1],
    // Some servers answer with 0 or with their own number.
    ["tsize=0", 512, 1],
  ];
  for (const [options, blksize, windowsize] of rows) {
    const { sending } = receiveAnswer(asked(), oack(options), PORT, 0);
    assertEquals(
      [sending.blksize, sending.windowsize, sending.port],
      [blksize, windowsize, PORT],
      options,
    );
  }
});

Deno.test("receiveAnswer() answers ERROR 8 to what was not asked for", () => {
  const rows: ReadonlyArray<readonly [options: string, reason: string]> = [
    ["blksize=9", "blksize 9 was not asked for, but 8"],
    ["blksize=7", "blksize 7 was not asked for, but 8"],
    ["blksize=", "blksize  was not asked for, but 8"],
    ["blksize=+8", "blksize +8 was not asked for, but 8"],
    ["windowsize=5", "windowsize 5 was not asked for, but 4"],
    ["windowsize=0", "windowsize 0 was not asked for, but 4"],
    ["timeout=1", "option timeout was not asked for"],
    ["blksize=8 Blksize=8", "option Blksize came twice"],
  ];
  for (const [options, reason] of rows) {
    const outcome = `tell 7000 error 8 ${reason} | failed: bad-grant ${reason}`;
    play(asked(), [[20, oack(options), outcome]]);
  }
});
