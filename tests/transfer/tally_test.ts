import { assertEquals } from "@std/assert";
import type { Packet } from "../../lib/protocol/packet.ts";
import { settleTerms } from "../../lib/protocol/terms.ts";
import { open, receive } from "../../lib/protocol/transfer.ts";
import { Tally } from "../../lib/transfer/tally.ts";
import { newSeat } from "../policy/seating.ts";
import { ack } from "../harness.ts";
import { writeRequest } from "../peer.ts";

const TERMS = settleTerms(newSeat(1).accepted, {
  ...{ idleMs: 60_000, durationMs: 600_000, maxBytes: 10_000 },
});

function data(block: number, bytes = 512): Packet {
  return { kind: "data", block, payload: new Uint8Array(bytes) };
}

/** Counts the packets of an upload that come every so often. */
function tallyOf(packets: readonly Packet[], everyMs = 1_000): {
  counts: ReturnType<Tally["of"]>;
  code: number | undefined;
} {
  const tally = new Tally();
  let step = open(TERMS, ack(0), 0);
  const perform = () => {
    for (const action of step.actions) {
      if (action.kind === "send") tally.send(action.packet);
    }
  };
  perform();
  for (const [i, packet] of packets.entries()) {
    const before = step.transfer;
    const now = (i + 1) * everyMs;
    step = receive(before, packet, now);
    tally.receive(packet, before, step.transfer, now);
    perform();
  }
  return { counts: tally.of(step.transfer), code: tally.errorCode };
}

const NONE = {
  ...{ blocks: 0, requests: 0, repeatsIn: 0, repeatsOut: 0, stuck: 0 },
  diskMs: 0,
  roundTripMs: undefined,
};
const WRQ = writeRequest("a");

Deno.test("Tally counts what comes and goes again", () => {
  const rows: readonly (readonly [string, readonly Packet[], object])[] = [
    ["nothing", [], {}],
    ["a request", [WRQ], { requests: 1, repeatsOut: 1 }],
    [
      "two blocks",
      [data(1), data(2, 3)],
      { blocks: 2, roundTripMs: 1_000 },
    ],
    [
      "a block again and again",
      [data(1), data(1), data(1)],
      { ...{ blocks: 1, repeatsIn: 2, repeatsOut: 2, stuck: 2 } },
    ],
    [
      "a block again, then the next one",
      [data(1), data(1), data(2)],
      { ...{ blocks: 2, repeatsIn: 1, repeatsOut: 1 } },
    ],
    [
      "a block too far",
      [data(1), data(3)],
      { ...{ blocks: 1, repeatsIn: 1, repeatsOut: 1 } },
    ],
  ];
  for (const [what, packets, expected] of rows) {
    const { counts, code } = tallyOf(packets);
    // The time between blocks is that of the test.
    const { roundTripMs } = counts;
    assertEquals({ ...counts, roundTripMs: undefined }, {
      ...{ ...NONE, ...expected, roundTripMs: undefined },
    }, what);
    assertEquals(roundTripMs !== undefined, counts.blocks > 0, what);
    assertEquals(code, undefined, what);
  }
});

Deno.test("Tally does not take a block for stuck that came before its ACK can have", () => {
  // Many wait in the kernel when the disk was slow.
  const { counts } = tallyOf(Array.from({ length: 9 }, () => data(1)), 1);
  assertEquals([counts.repeatsIn, counts.stuck], [8, 0]);
});

Deno.test("Tally does not take a block for stuck that is not acknowledged yet", () => {
  const tally = new Tally();
  const { transfer } = open(TERMS, ack(0), 0);
  const midst = { ...transfer, block: 1 };
  tally.receive(data(1), midst, midst, 9_000);
  assertEquals(tally.of(midst).stuck, 0);
});

Deno.test("Tally knows how long the disk took since the upload last went on", () => {
  const tally = new Tally();
  const { transfer } = open(TERMS, ack(0), 0);
  tally.wait(900, 20);
  tally.wait(300, 30);
  const next = { ...transfer, block: 1 };
  // One that waited meanwhile shows nothing.
  tally.receive(data(1), transfer, next, 30);
  assertEquals(tally.of(next).diskMs, 1_200);
  tally.receive(data(2), next, { ...transfer, block: 2 }, 130);
  assertEquals(tally.of(next).diskMs, 0);
});

Deno.test("Tally knows the ERROR that ends an upload, and takes it for no repetition", () => {
  const { counts, code } = tallyOf([data(1), data(2, 600)]);
  assertEquals([counts.blocks, counts.repeatsIn, code], [1, 0, 4]);
});
