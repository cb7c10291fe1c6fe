import { assertEquals } from "@std/assert";
import { ask, receiveAnswer } from "../../lib/protocol/sending.ts";
import { asked, begun, from, play, PORT, TERMS } from "./sending_scenario.ts";
import { packetOf, testStories } from "./story.ts";

const PLAIN = { ...TERMS.request, options: [] };

Deno.test("ask() sends the request and waits for an answer", () => {
  const { sending, actions } = ask(TERMS, 5_000);
  assertEquals(actions, [{ kind: "ask", packet: TERMS.request }]);
  assertEquals(sending.phase, "asking");
  assertEquals(sending.deadline, 6_000);
});

const empty = from(begun(4, 1));
const optionless = from(asked({ request: PLAIN }));
const asking = from(asked());
const amid = from(begun(4, 9));

testStories({
  "supplyBlocks() sends blocks as they become ready": asking`
    20 oack blksize=8 windowsize=4 tsize=80: no word | sending 600000
    21 ready 2: blocks 1-2 | 600000; 22 ready 9: blocks 3-4 | 122
    40 ack 4: blocks 5-8 | 140; 50 ack 8: blocks 9-9 | 600000
    60 ready 11 last: blocks 10-11 | 160; 90 ack 11: no word | saved
    91 ack 11: nothing; 92 error 0: nothing; 93 cancel: nothing
    94 expire: nothing`,
  "receiveAnswer() takes ACK 0 for a server that knows no options": asking`
    20 ack 0: no word | sending 600000; 21 ready 3 last: blocks 1-1 | 121
    30 ack 1: blocks 2-2 | 130; 40 ack 2: blocks 3-3 | 140
    50 ack 3: no word | saved`,
  "receiveAnswer() takes the ACK of an empty file for its end": empty`
    20 ack 1: no word | saved`,
  "receiveAnswer() asks without options after ERROR 8, once": asking`
    20 error 8: ask for 0 options | 1020
    // The first request was doubled on its way.
    30 error 8: no word | 1020; 40 oack blksize=8: no word | 1020
    50 ack 0: no word | sending 600000; 51 ready 9: blocks 1-1 | 151`,
  "receiveAnswer() is refused where there were no options to refuse":
    optionless`
    20 error 8: no word | failed: refused 8 no`,
  "receiveAnswer() never answers an ERROR": asking`
    20 error 2: no word | failed: refused 2 no; 30 oack blksize=8: nothing
    9000 expire: nothing`,
  "receiveAnswer() ends at an ERROR amid the file": amid`
    20 error 3 full: no word | failed: refused 3 full`,
  "receiveAnswer() listens to one port only, and says so once": amid`
    10 from 9 ack 4: tell 9 error 5 unknown transfer identifier | 1000
    11 from 9 ack 4: nothing; 12 from 8 error 0: nothing
    13 from 8 oack blksize=8: tell 8 error 5 unknown transfer identifier | 1000
    20 ack 4: blocks 5-8 | 1020`,
  "receiveAnswer() passes over what is no answer": asking`
    10 ack 1: no word | 1000; 11 wrq: no word | 1000
    12 malformed: no word | 1000; 20 ack 0: no word | sending 600000
    21 oack blksize=8: nothing; 22 ack 0: nothing; 23 wrq: nothing`,
  "expireSending() repeats the request, ever later, and gives up": asking`
    999 expire: nothing; 1000 expire: ask for 3 options | 3000
    3000 expire: ask for 3 options | 7000
    7000 expire: ask for 3 options | 10000
    10000 expire: no word | failed: no-answer false`,
  "expireSending() tells nonsense from silence": asking`
    10 ack 7: no word | 1000; 10000 expire: no word | failed: no-answer true`,
  "expireSending() repeats a window and gives up a silent server": amid`
    1000 expire: blocks 1-4 | 3000; 3000 expire: blocks 1-4 | 7000
    7000 expire: blocks 1-4 | 10000
    10000 expire: tell 7000 error 0 timeout | failed: silent false`,
  "expireSending() knows when the server may have it all": from(begun(4, 3))`
    10000 expire: tell 7000 error 0 timeout | failed: silent true`,
  "expireSending() does not hurry a server that rightly waits": asking`
    20 oack blksize=8 windowsize=4: no word | sending 600000
    21 ready 3: blocks 1-3 | 600000
    // What a server does that has waited long enough.
    5000 ack 3: no word | 600000; 90000 ready 7: blocks 4-7 | 90100
    600000 expire: tell 7000 error 0 timeout | failed: silent false`,
  "expireSending() ends what takes too long": asking`
    20 oack blksize=8 windowsize=4: no word | sending 600000
    600000 expire: tell 7000 error 0 transfer takes too long | failed: too-long`,
  "cancelSending() tells the server once": amid`
    20 cancel: tell 7000 error 0 cancelled | failed: cancelled cancelled
    21 cancel: nothing; 22 ack 4: nothing`,
  "cancelSending() says nothing before anybody answered": asking`
    20 cancel: no word | failed: cancelled cancelled`,
});

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
    const { sending } = receiveAnswer(
      asked(),
      packetOf(`oack ${options}`),
      PORT,
      0,
    );
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
    play(asked(), `20 oack ${options}: ${outcome}`);
  }
});
