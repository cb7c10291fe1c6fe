import { assert, assertEquals } from "@std/assert";
import { fail, open, receive } from "../../lib/protocol/transfer.ts";
import {
  atBlock,
  dallying,
  DISK_FULL,
  failed,
  from,
  OACK,
  opened,
  play,
  TERMS,
} from "./scenario.ts";
import { data, testStories } from "./story.ts";

Deno.test("open() sends the answer and waits up to the idle limit", () => {
  assertEquals(open(TERMS, OACK, 5_000), {
    transfer: {
      ...{ terms: TERMS, phase: "opening", reply: OACK, repliedAt: 5_000 },
      ...{ askedAt: 5_000, block: 0, acked: 0, bytes: 0, firstSum: undefined },
      ...{ rollover: undefined, sawFirstAgain: false },
      ...{ sawBlockZero: false, gapAcked: false, repeats: 0, squareAt: 5_000 },
      ...{ roundTrip: undefined, openedAt: 5_000, progressAt: 5_000 },
      deadline: 65_000,
    },
    actions: [{ kind: "send", packet: OACK }],
  });
});

Deno.test("receive() writes the last block, saves the file, then acknowledges", () => {
  const before = atBlock(5);
  const packet = data(6, "end");
  const reply = { kind: "ack", block: 6 } as const;
  const { transfer, actions } = receive(before, packet, 70);
  assertEquals({ transfer, actions }, {
    transfer: {
      ...{ ...before, phase: "dallying", reply, repliedAt: 70, askedAt: 70 },
      ...{ block: 6, acked: 6, bytes: 43, progressAt: 70, deadline: 6_070 },
      squareAt: 70,
      roundTrip: { meanMs: 70, deviationMs: 35 },
    },
    actions: [
      { kind: "write", payload: packet.payload },
      { kind: "commit" },
      { kind: "send", packet: reply },
    ],
  });
  // The very payload: a copy would take its time.
  const [write] = actions;
  assert(write?.kind === "write" && write.payload === packet.payload);
});

Deno.test("fail() sends the ERROR and discards what was written", () => {
  // It has repetitions of its own, whatever the ACK had.
  const before = { ...atBlock(5), repeats: 4 };
  assertEquals(fail(before, 3, "disk full", 70), {
    transfer: {
      ...{ ...before, phase: "failed", reply: DISK_FULL, repliedAt: 70 },
      ...{ repeats: 0, deadline: 6_070 },
    },
    actions: [
      { kind: "send", packet: DISK_FULL },
      { kind: "discard", why: { kind: "server", message: "disk full" } },
    ],
  });
});

const INCOMPLETE =
  "error 0 incomplete: 43 of 44 bytes, discard incomplete 43 44";
const FROM_ZERO =
  "error 4 blocks are numbered from 1, discard numbered-from-zero";
const TOO_LONG = "error 4 block of 9 bytes exceeds blksize 8";
const TOO_LARGE = "error 3 file too large - limit is 43 bytes";

const opening = from(opened());
const offered = from(opened({}, OACK));
const amid = from(atBlock(5));
const saved = from(dallying());
const broken = from(failed());
const bounded = from(atBlock(5, { maxBytes: 43 }));
const announcing = (announcedBytes: number) =>
  from(atBlock(5, { announcedBytes }));

/** What brings a transfer behind block 5 no further. */
const JUNK =
  "data 4, data 1, data 10, data 11 'short', rrq, malformed, ack 5, oack";

testStories({
  "receive() ignores old and future blocks, and what is no block": amid`
    900 ${JUNK}: nothing`,
  "receive() ignores an ACK 0 in answer to the OACK": offered`
    50 ack 0: nothing`,
  "receive() makes way for a client that refuses the OACK": offered`
    50 error 8 no blksize: discard client-error 8 no blksize | closed`,
  "receive() refuses to lose the first block of a client that numbers from 0":
    opening`
    900 data 0 '': nothing; 900 data 0: no word | 60000
    901 data 1 '90': ${FROM_ZERO} | failed 6901`,
  "receive() acknowledges every block behind its write": offered`
    10 data 1: write, ack 1 | receiving 1010; 20 data 2: write, ack 2 | 1020
    // The end of a file of just so many full blocks.
    30 data 3 '': commit, ack 3 | dallying 6030`,
  "receive() saves an empty file from an empty block 1": opening`
    70 data 1 '': commit, ack 1 | dallying 6070`,
  "receive() refuses a block longer than agreed by ERROR 4": amid`
    70 data 6 '123456789': ${TOO_LONG}, discard oversize-block 9 | failed 6070`,
  "receive() refuses a file larger than allowed by ERROR 3": bounded`
    70 data 6 'ends': ${TOO_LARGE}, discard too-large 43 | failed 6070`,
  "receive() takes a file as large as allowed": bounded`
    70 data 6 'end': write end, commit, ack 6 | dallying 6070`,
  "receive() dallies for three timeouts if they are over six seconds": from(
    atBlock(5, { timeoutMs: 3_000 }),
  )`
    70 data 6 'end': write end, commit, ack 6 | dallying 9070`,
  "receive() dallies beyond the limit of the whole": from(
    atBlock(5, { durationMs: 2_000 }),
  )`
    1999 data 6 'end': write end, commit, ack 6 | dallying 7999`,
  "receive() refuses a file shorter than announced": announcing(44)`
    70 data 6 'end': ${INCOMPLETE} | failed 6070`,
  "receive() takes a file as long as announced": announcing(43)`
    70 data 6 'end': write end, commit, ack 6 | dallying 6070`,
  "receive() takes a file longer than announced": announcing(39)`
    70 data 6 'end': write end, commit, ack 6 | dallying 6070`,
  "receive() never answers an ERROR, and ends the transfer": amid`
    70 error 0 bye: discard client-error 0 bye | closed`,
  "receive() discards nothing that is saved for an ERROR": saved`
    70 error 0 bye: no word | closed`,
  "receive() closes for an ERROR in answer to ours": broken`
    70 error 0 bye: no word | closed; 80 fail: nothing; 90 data 6: nothing`,
  "fail() changes nothing once the file is saved": saved`
    70 fail: nothing`,
  "fail() changes nothing once the transfer failed": broken`
    70 fail: nothing`,
  "supersede() discards without a word, and once": amid`
    70 supersede: discard superseded | closed; 80 supersede: no word | closed`,
  "evict() discards without a word, and once": opening`
    70 evict: discard evicted | closed; 80 evict: no word | closed`,
  "supersede() leaves alone what is saved": saved`
    70 supersede: no word | closed`,
  "evict() discards nothing twice": broken`
    70 evict: no word | closed`,
});

Deno.test("receive() ignores everything once the transfer is closed", () => {
  const closed = play(dallying(), "6000 expire: no word | closed");
  play(closed, `9000 ${JUNK}, data 6 'end', wrq: nothing`);
});
