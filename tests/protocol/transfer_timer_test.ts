import { assert, assertEquals } from "@std/assert";
import { expire, open, receive } from "../../lib/protocol/transfer.ts";
import { timeoutOf, type Transfer } from "../../lib/protocol/transfer_state.ts";
import {
  ACK_0,
  atBlock,
  dallying,
  failed,
  from,
  OACK,
  opened,
  play,
  TERMS,
} from "./scenario.ts";
import { data, testStories } from "./story.ts";

const SILENT = "discard silent";
const TOO_LONG = "error 0 transfer takes too long, discard too-long";

/** A transfer whose client answers within a millisecond. */
function quick(): Transfer {
  const transfer = atBlock(5, { minTimeoutMs: 100 });
  const roundTrip = { meanMs: 1, deviationMs: 0 };
  return { ...transfer, roundTrip, deadline: 100 };
}

const opening = from(opened());
const offered = from(opened({}, OACK));
const amid = from(atBlock(5));
const saved = from(dallying());
const broken = from(failed());
const adaptive = from(atBlock(5, { minTimeoutMs: 100 }));

testStories({
  "expire() repeats the last ACK, however late it is called": amid`
    999 expire: nothing; 1700 expire: ack 5 | 3700; 1700 expire: nothing`,
  "expire() closes without a word when a dally is over": saved`
    5999 expire: nothing; 6000 expire: no word | closed
    Infinity expire: nothing`,
  "expire() tells a client that begins with block 0 from a silent one": opening`
    70 data 0: no word | 60000
    60000 expire: discard numbered-from-zero | closed`,
  "expire() never repeats an ERROR by itself": broken`
    5999 expire: nothing; 6000 expire: no word | closed`,
  "expire() doubles the wait up to eight seconds": amid`
    1000 expire: ack 5 | 3000; 3000 expire: ack 5 | 7000
    7000 expire: ack 5 | 15000; 15000 expire: ack 5 | 23000
    23000 expire: ack 5 | 31000; 55000 expire: ack 5 | 60000
    60000 expire: error 0 timeout, ${SILENT} | failed 66000`,
  // The first one may help; each of the others puts off what the client does.
  "expire() leaves a slow client in lock-step to itself after one repetition":
    adaptive`
    1000 data 6: write, ack 6 | 2000; 2000 expire: ack 6 | 8000
    8000 expire: ack 6 | 20000; 20000 expire: ack 6 | 44000
    44000 expire: ack 6 | 61000
    61000 expire: error 0 timeout, ${SILENT} | failed 67000`,
  "expire() does so after two for a fast one": from(quick())`
    100 expire: ack 5 | 300; 300 expire: ack 5 | 6300
    6300 expire: ack 5 | 18300; 6310 data 6: write, ack 6 | 7310`,
  "expire() does not shorten a timeout over eight seconds": from(
    atBlock(5, { timeoutMs: 20_000, minTimeoutMs: 20_000 }),
  )`
    20000 expire: ack 5 | 40000; 40000 expire: ack 5 | 60000
    60000 expire: error 0 timeout, ${SILENT} | failed 120000`,
  "expire() gives up at the idle limit, whatever timeout was asked for": from(
    atBlock(5, { timeoutMs: 255_000 }),
  )`
    60000 expire: error 0 timeout, ${SILENT} | failed 825000`,
  // A forged address is left in peace.
  "expire() never repeats the answer to a request": offered`
    1000 expire: nothing; 59999 expire: nothing
    60000 expire: ${SILENT} | closed`,
  "expire() has no word for a peer without a block after a day": opening`
    86400000 expire: ${SILENT} | closed`,
  "receive() begins the waits anew with every block in order": amid`
    1000 expire: ack 5 | 3000; 3000 expire: ack 5 | 7000
    4000 data 6: write, ack 6 | 5000; 5000 expire: ack 6 | 7000`,
  "receive() puts off neither end by repeated blocks": amid`
    1000 expire: ack 5 | 3000; 3000 expire: ack 5 | 7000
    4000 data 5: ack 5 | 8000; 59000 data 5: ack 5 | 60000`,
  "expire() ends a steady upload that takes too long": from(
    opened({ durationMs: 10_000 }),
  )`
    9500 data 1: write, ack 1 | receiving 10000
    10000 expire: ${TOO_LONG} | failed 16000`,
});

/** How often a transfer acts if nothing more is heard, up to its closing. */
function countExpiries(before: Transfer): number {
  let transfer = before;
  let calls = 0;
  while (transfer.phase !== "closed" && calls < 20) {
    transfer = expire(transfer, transfer.deadline).transfer;
    calls++;
  }
  return calls;
}

Deno.test("expire() repeats an ACK at most ten times", () => {
  // Then the ERROR and, when it has lingered, the end.
  assertEquals(countExpiries(atBlock(5, { idleMs: 300_000 })), 12);
});

Deno.test("expire() acts at its deadline on a clock with fractions", () => {
  // As on any steady clock of a runtime; 60000 on top of it has to be rounded.
  const { transfer } = open(TERMS, ACK_0, 21_718.4);
  assertEquals(countExpiries(transfer), 1);
  // Four repetitions, then the end.
  const proven = receive(transfer, data(1), 21_719.3).transfer;
  assertEquals(countExpiries({ ...proven, repeats: 6 }), 6);
});

Deno.test("timeoutOf() follows the round trips between its two limits", () => {
  const rows = [
    // The mean, and four times a deviation of half of it.
    [40, 30, 120],
    [1, 30, 30],
    [40, 500, 500],
    [900, 30, 1_000],
    // A client that asked for a timeout gets just that.
    [40, 1_000, 1_000],
  ] as const;
  for (const [roundTripMs, minTimeoutMs, timeoutMs] of rows) {
    const before = opened({ minTimeoutMs });
    const { transfer } = receive(before, data(1), roundTripMs);
    assertEquals(timeoutOf(transfer), timeoutMs);
  }
});

Deno.test("receive() counts a round trip from the first of repeated answers", () => {
  const { roundTrip } = play(
    opened({ minTimeoutMs: 30 }),
    "40 data 1: write, ack 1 | receiving 160; 160 expire: ack 1 | 400;" +
      "165 data 2: write, ack 2 | 360.625",
  );
  // 125 ms: 85 off the mean of 40, whose deviation was 20.
  assertEquals(roundTrip, { meanMs: 50.625, deviationMs: 36.25 });
  const asked = play(
    opened(),
    "590 wrq: ack 0 | 60000; 600 data 1: write, ack 1 | receiving 1600",
  );
  assertEquals(asked.roundTrip, { meanMs: 600, deviationMs: 300 });
  // A block behind a gap may follow either answer.
  const gap = play(
    opened({ windowsize: 4 }),
    "80 data 2: ack 0 | 1080; 90 data 1: write | receiving 1090",
  );
  assertEquals(gap.roundTrip, undefined);
});

const WINDOW = { windowsize: 4, minTimeoutMs: 30 };

/**
 * Plays windows whose first block comes a round trip after the first ACK of the
 * window before, and looks at the clock every millisecond.
 *
 * @returns The transfer and how many ACKs each window cost.
 */
function playWindows(
  before: Transfer,
  roundTripMs: number,
  windows: number,
): { transfer: Transfer; acks: number[] } {
  let transfer = before;
  let now = transfer.repliedAt;
  const acks: number[] = [];
  for (let window = 0; window < windows; window++) {
    let sent = 0;
    const blocksAt = now + roundTripMs;
    for (; now < blocksAt; now++) {
      const step = expire(transfer, now);
      transfer = step.transfer;
      sent += step.actions.length;
    }
    for (let i = 0; i < WINDOW.windowsize; i++) {
      const step = receive(transfer, data(transfer.block + 1), now);
      transfer = step.transfer;
      sent += step.actions.filter(({ kind }) => kind === "send").length;
    }
    acks.push(sent);
  }
  return { transfer, acks };
}

Deno.test("expire() bothers a peer that becomes slower for a while only", () => {
  for (const [fast, slow] of [[5, 400], [200, 500], [1, 31]] as const) {
    const { transfer } = playWindows(opened(WINDOW), fast, 20);
    const { acks } = playWindows(transfer, slow, 30);
    assert((acks[0] ?? 0) > 1, "The first one is taken for lost");
    assertEquals(acks.slice(-20), Array(20).fill(1), `${fast} to ${slow} ms`);
  }
});

Deno.test("timeoutOf() is shorter again for a peer that becomes faster", () => {
  const { transfer } = playWindows(opened(WINDOW), 400, 10);
  assert(timeoutOf(transfer) >= 400);
  assertEquals(timeoutOf(playWindows(transfer, 5, 60).transfer), 30);
});
