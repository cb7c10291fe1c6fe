import { assert, assertEquals } from "@std/assert";
import { sumOf } from "../../lib/protocol/bytes.ts";
import { wireNumber } from "../../lib/protocol/rollover.ts";
import type { TransferTerms } from "../../lib/protocol/terms.ts";
import { open, receive } from "../../lib/protocol/transfer.ts";
import type { Step, Transfer } from "../../lib/protocol/transfer_state.ts";
import { ACK_0, atBlock, from, TERMS } from "./scenario.ts";
import { data, testStories } from "./story.ts";

/** So many blocks, and three bytes more. */
function announced(blocks: number): Partial<TransferTerms> {
  return { announcedBytes: blocks * 8 + 3 };
}

/** A transfer behind the last block before the numbers begin anew. */
function atWrap(terms: Partial<TransferTerms>, block = 65_535): Transfer {
  const firstSum = sumOf(data(1, "the 1st.").payload);
  return { ...atBlock(block, terms), firstSum };
}

const KNOWN = announced(70_000);
const TWO_ROLLOVERS = "error 4 block 0 of a client whose blocks go on at 1, " +
  "discard two-rollovers";

const incomplete = (announced: number) =>
  `error 0 incomplete: 524291 of ${announced} bytes, ` +
  `discard incomplete 524291 ${announced}`;

const known = from(atWrap(KNOWN));
const unknown = from(atWrap({}));
const to1 = from(atWrap({ rollover: 1 }));
const inWindow = from(atWrap({ ...KNOWN, windowsize: 4 }));
const nearEnd = from(atWrap({ ...announced(65_536), windowsize: 4 }));
const behind0 = from(atWrap({}, 65_536));
const nextRound = from(atWrap({}, 131_072));
const oneMore = from(atWrap(announced(65_537)));
const oneLess = from(
  atWrap({ ...announced(65_536), announcedBytes: 65_536 * 8 + 2 }),
);

testStories({
  "receive() goes on at 0": known`
    70 data 0: write, ack 0 | 1070; 140 data 1: write, ack 1 | 1140`,
  "receive() goes on at 1 if that comes again for an ACK": known`
    70 data 1: ack 65535 | 1070; 71 data 1: write, ack 1 | 1071
    72 data 1: ack 1 | 1072; 73 data 65535: nothing
    140 data 2: write, ack 2 | 1140`,
  "receive() goes on at 1 if the timer has asked for it": known`
    1000 expire: ack 65535 | 3000; 1070 data 1: write, ack 1 | 2070`,
  "receive() goes on at 0 if 1 was early": known`
    70 data 1: ack 65535 | 1070; 90 data 0: write, ack 0 | 1090
    100 data 1: write, ack 1 | 1100`,
  "receive() does not go on at 1 where no size shows an error": unknown`
    70 data 1: ack 65535 | 1070; 1500 data 1: nothing`,
  "receive() goes on at 0 as it was settled": from(atWrap({ rollover: 0 }))`
    70 data 1: ack 65535 | 1070; 1500 data 1: nothing`,
  "receive() goes on at 1 as it was settled": to1`
    70 data 65535: ack 65535 | 1070; 70 data 1: write, ack 1 | 1070
    80 data 65535: nothing`,
  "receive() fails if 0 comes where 1 was settled": to1`
    70 data 0: ${TWO_ROLLOVERS} | failed 6070`,
  "receive() fails if 0 comes where 1 was guessed": known`
    70 data 1: ack 65535 | 1070; 71 data 1: write, ack 1 | 1071
    72 data 0: ${TWO_ROLLOVERS} | failed 6072`,
  "receive() goes on at 1 once a window goes as far as none with a 0": inWindow`
    70 data 1: ack 65535 | 1070; 71 data 2: nothing; 72 data 3: nothing
    73 data 4: ack 65535 | 1073; 80 data 1: write | 1080
    81 data 2: write | 1081`,
  "receive() takes no window with a 0 lost for one that goes on at 1": inWindow`
    70 data 1: ack 65535 | 1070; 71 data 2: nothing; 72 data 3: nothing
    80 data 1: nothing; 81 data 3: nothing; 90 data 0: write | 1090`,
  "receive() goes on at 1 if the file ends where none with a 0 does": nearEnd`
    70 data 1: ack 65535 | 1070; 71 data 2 'end': ack 65535 | 1071
    80 data 1: write | 1080
    81 data 2 'end': write end, commit, ack 2 | dallying 6081`,
  "receive() never guesses by what looks like block 1": known`
    70 data 1 'the 1st.': ack 65535 | 1070; 1500 data 1 'the 1st.': nothing
    2000 data 1 'the 1st.': nothing; 2100 data 0: write, ack 0 | 3100`,
  "receive() has what looks like block 1 come twice behind 65535": to1`
    70 data 1 'the 1st.': ack 65535 | 1070
    80 data 1 'the 1st.': write the 1st., ack 1 | 1080`,
  "receive() takes another block than what looks like block 1": to1`
    70 data 1 'the 1st.': ack 65535 | 1070; 71 data 1: write, ack 1 | 1071`,
  "receive() has what looks like block 1 come twice behind block 0": behind0`
    70 data 1 'the 1st.': ack 0 | 1070
    80 data 1 'the 1st.': write the 1st., ack 1 | 1080`,
  "receive() takes what looks like block 1 at once after another round":
    nextRound`
    70 data 1 'the 1st.': write the 1st., ack 1 | 1070`,
  "receive() fails if a guess leaves a block out": oneMore`
    70 data 1: ack 65535 | 1070; 71 data 1: write, ack 1 | 1071
    72 data 2 'end': ${incomplete(524_299)} | failed 6072`,
  "receive() fails if a guess may hide that the file has grown": oneLess`
    70 data 1: ack 65535 | 1070; 71 data 1: write, ack 1 | 1071
    72 data 2 'end': ${incomplete(524_290)} | failed 6072`,
});

/** Sends a file, each window as soon as the last one is answered. */
function send(
  terms: Partial<TransferTerms>,
  blocks: number,
  rollover: 0 | 1,
): number {
  let { transfer } = open({ ...TERMS, ...terms }, ACK_0, 0);
  const { windowsize } = transfer.terms;
  let written = 0;
  let acked = 0;
  const perform = (step: Step) => {
    transfer = step.transfer;
    for (const action of step.actions) {
      if (action.kind === "write") written++;
      if (action.kind !== "send" || action.packet.kind !== "ack") continue;
      // The sender knows a block by its own numbers.
      const { block } = action.packet;
      for (let it = acked; it <= acked + windowsize; it++) {
        if (wireNumber(it, rollover) === block) acked = it;
      }
    }
  };
  for (let now = 1; transfer.phase !== "dallying"; now += 1_000) {
    const next = acked + 1;
    for (let i = next; i < next + windowsize && i <= blocks; i++) {
      const text = i === blocks ? "end" : `${i}`.padStart(8);
      perform(receive(transfer, data(wireNumber(i, rollover), text), now));
    }
    assert(transfer.phase !== "failed" && now < 1e9);
  }
  return written;
}

Deno.test("receive() takes files beyond the second round, however they are numbered", () => {
  const blocks = 131_080;
  const announcedBytes = (blocks - 1) * 8 + 3;
  for (const rollover of [0, 1] as const) {
    for (const windowsize of [1, 16]) {
      // Where nothing is known they go on at 0.
      const unknown = rollover === 0 ? [{}] : [];
      for (const how of [{ announcedBytes }, { rollover }, ...unknown]) {
        assertEquals(send({ windowsize, ...how }, blocks, rollover), blocks);
      }
    }
  }
});
