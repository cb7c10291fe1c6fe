import { assert, assertEquals } from "@std/assert";
import { expire, open, receive } from "../../lib/protocol/transfer.ts";
import { timeoutOf, type Transfer } from "../../lib/protocol/transfer_state.ts";
import {
  ACK_0,
  atBlock,
  dallying,
  data,
  failed,
  OACK,
  opened,
  play,
  TERMS,
  testStories,
  WRQ,
} from "./scenario.ts";

const SILENT = "discard silent";
const TOO_LONG = "error 0 transfer takes too long, discard too-long";

/** A transfer whose client answers within a millisecond. */
function quick(): Transfer {
  const transfer = atBlock(5, { minTimeoutMs: 100 });
  const roundTrip = { meanMs: 1, deviationMs: 0 };
  return { ...transfer, roundTrip, deadline: 100 };
}

testStories([
  ["expire() repeats the last ACK, however late it is called", atBlock(5), [
    [999, "expire", "nothing"],
    [1_700, "expire", "ack 5 | receiving 3700"],
    [1_700, "expire", "nothing"],
  ]],
  ["expire() closes without a word when a dally is over", dallying(), [
    [5_999, "expire", "nothing"],
    [6_000, "expire", "no word | closed Infinity"],
    [Infinity, "expire", "nothing"],
  ]],
  [
    "expire() tells a client that begins with block 0 from a silent one",
    opened(),
    [
      [70, data(0), "no word | opening 60000"],
      [60_000, "expire", "discard numbered-from-zero | closed Infinity"],
    ],
  ],
  ["expire() never repeats an ERROR by itself", failed(), [
    [5_999, "expire", "nothing"],
    [6_000, "expire", "no word | closed Infinity"],
  ]],
  ["expire() doubles the wait up to eight seconds", atBlock(5), [
    [1_000, "expire", "ack 5 | receiving 3000"],
    [3_000, "expire", "ack 5 | receiving 7000"],
    [7_000, "expire", "ack 5 | receiving 15000"],
    [15_000, "expire", "ack 5 | receiving 23000"],
    [23_000, "expire", "ack 5 | receiving 31000"],
    [55_000, "expire", "ack 5 | receiving 60000"],
    [60_000, "expire", `error 0 timeout, ${SILENT} | failed 66000`],
  ]],
  // The first one may help; each of the others puts off what the client does.
  [
    "expire() leaves a slow client in lock-step to itself after one repetition",
    atBlock(5, { minTimeoutMs: 100 }),
    [
      [1_000, data(6), "write full, ack 6 | receiving 2000"],
      [2_000, "expire", "ack 6 | receiving 8000"],
      [8_000, "expire", "ack 6 | receiving 20000"],
      [20_000, "expire", "ack 6 | receiving 44000"],
      [44_000, "expire", "ack 6 | receiving 61000"],
      [61_000, "expire", `error 0 timeout, ${SILENT} | failed 67000`],
    ],
  ],
  ["expire() does so after two for a fast one", quick(), [
    [100, "expire", "ack 5 | receiving 300"],
    [300, "expire", "ack 5 | receiving 6300"],
    [6_300, "expire", "ack 5 | receiving 18300"],
    [6_310, data(6), "write full, ack 6 | receiving 7310"],
  ]],
  [
    "expire() does not shorten a timeout over eight seconds",
    atBlock(5, { timeoutMs: 20_000, minTimeoutMs: 20_000 }),
    [
      [20_000, "expire", "ack 5 | receiving 40000"],
      [40_000, "expire", "ack 5 | receiving 60000"],
      [60_000, "expire", `error 0 timeout, ${SILENT} | failed 120000`],
    ],
  ],
  [
    "expire() gives up at the idle limit, whatever timeout was asked for",
    atBlock(5, { timeoutMs: 255_000 }),
    [[60_000, "expire", `error 0 timeout, ${SILENT} | failed 825000`]],
  ],
  // A forged address is left in peace.
  ["expire() never repeats the answer to a request", opened({}, OACK), [
    [1_000, "expire", "nothing"],
    [59_999, "expire", "nothing"],
    [60_000, "expire", `${SILENT} | closed Infinity`],
  ]],
  ["expire() has no word for a peer without a block after a day", opened(), [
    [86_400_000, "expire", `${SILENT} | closed Infinity`],
  ]],
  ["receive() begins the waits anew with every block in order", atBlock(5), [
    [1_000, "expire", "ack 5 | receiving 3000"],
    [3_000, "expire", "ack 5 | receiving 7000"],
    [4_000, data(6), "write full, ack 6 | receiving 5000"],
    [5_000, "expire", "ack 6 | receiving 7000"],
  ]],
  ["receive() puts off neither end by repeated blocks", atBlock(5), [
    [1_000, "expire", "ack 5 | receiving 3000"],
    [3_000, "expire", "ack 5 | receiving 7000"],
    [4_000, data(5), "ack 5 | receiving 8000"],
    [59_000, data(5), "ack 5 | receiving 60000"],
  ]],
  [
    "expire() ends a steady upload that takes too long",
    opened({
      durationMs: 10_000,
    }),
    [
      [9_500, data(1), "write full, ack 1 | receiving 10000"],
      [10_000, "expire", `${TOO_LONG} | failed 16000`],
    ],
  ],
]);

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
  const { roundTrip } = play(opened({ minTimeoutMs: 30 }), [
    [40, data(1), "write full, ack 1 | receiving 160"],
    [160, "expire", "ack 1 | receiving 400"],
    [165, data(2), "write full, ack 2 | receiving 360.625"],
  ]);
  // 125 ms: 85 off the mean of 40, whose deviation was 20.
  assertEquals(roundTrip, { meanMs: 50.625, deviationMs: 36.25 });
  const asked = play(opened(), [
    [590, WRQ, "ack 0 | opening 60000"],
    [600, data(1), "write full, ack 1 | receiving 1600"],
  ]);
  assertEquals(asked.roundTrip, { meanMs: 600, deviationMs: 300 });
  // A block behind a gap may follow either answer.
  const gap = play(opened({ windowsize: 4 }), [
    [80, data(2), "ack 0 | opening 1080"],
    [90, data(1), "write full | receiving 1090"],
  ]);
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
