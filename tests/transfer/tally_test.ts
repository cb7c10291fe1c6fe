import { assertEquals } from "@std/assert";
import type { Packet } from "../../lib/protocol/packet.ts";
import { settleTerms } from "../../lib/protocol/terms.ts";
import { open, receive } from "../../lib/protocol/transfer.ts";
import { Tally } from "../../lib/transfer/tally.ts";
import { newSeat } from "../policy/seating.ts";
import { writeRequest } from "../peer.ts";

const TERMS = settleTerms(newSeat(1).accepted, {
  ...{ idleMs: 60_000, durationMs: 600_000, maxBytes: 10_000 },
});

function data(block: number, bytes = 512): Packet {
  return { kind: "data", block, payload: new Uint8Array(bytes) };
}

/** Counts the packets of an upload; one comes every second. */
function tallyOf(packets: readonly Packet[]): {
  counts: ReturnType<Tally["of"]>;
  code: number | undefined;
} {
  const tally = new Tally();
  let step = open(TERMS, { kind: "ack", block: 0 }, 0);
  const perform = () => {
    for (const action of step.actions) {
      if (action.kind === "send") tally.send(action.packet);
    }
  };
  perform();
  for (const [i, packet] of packets.entries()) {
    const before = step.transfer;
    step = receive(before, packet, (i + 1) * 1_000);
    tally.receive(packet, before, step.transfer);
    perform();
  }
  return { counts: tally.of(step.transfer), code: tally.errorCode };
}

const NONE = {
  ...{ blocks: 0, requests: 0, repeatsIn: 0, repeatsOut: 0, stuck: 0 },
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

Deno.test("Tally knows the ERROR that ends an upload, and takes it for no repetition", () => {
  const { counts, code } = tallyOf([data(1), data(2, 600)]);
  assertEquals([counts.blocks, counts.repeatsIn, code], [1, 0, 4]);
});
