/**
 * Uploads that fail: their clients and the operator are told why, and the old
 * file is left as it was.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Packet } from "../../lib/protocol/packet.ts";
import {
  ack,
  type ClientHarness,
  errorOf,
  sendFirst,
  withClient,
} from "../harness.ts";
import { pattern } from "../peer.ts";

/** What is wrong, what ends that, what the operator is told, and the play. */
type Row = readonly [
  what: string,
  answer: Packet,
  why: { readonly kind: string; readonly [detail: string]: unknown },
  bytes: number,
  play: (harness: ClientHarness) => Promise<Packet>,
];

const SHORT = errorOf(0, "incomplete: 100 of 3000 bytes");
const TWICE = errorOf(0, "block 1 came twice with different contents");
const LONG = errorOf(4, "block of 9 bytes exceeds blksize 8");
const LESS = { kind: "incomplete", bytes: 100, announcedBytes: 3_000 };
const OVERSIZE = { kind: "oversize-block", bytes: 9 };

const ROWS: readonly Row[] = [
  ["less comes than was announced", SHORT, LESS, 100, async ({ peer }) => {
    await peer.begin("f", { tsize: "3000" });
    return await peer.block(1, pattern(100));
  }],
  ["two blocks 1 come", TWICE, { kind: "two-first-blocks" }, 512, async (
    { peer },
  ) => {
    // Some take another OACK for leave to send the next 512 bytes.
    await sendFirst(peer, "f", { tsize: "0" });
    return await peer.block(1, pattern(1_024).subarray(512));
  }],
  ["a block is too long", LONG, OVERSIZE, 8, async ({ peer }) => {
    await peer.begin("f", { blksize: "8" });
    await peer.block(1, pattern(8));
    return await peer.block(2, pattern(100));
  }],
  ["nothing comes", errorOf(0, "timeout"), { kind: "silent" }, 512, async (
    { peer, server },
  ) => {
    // The operator's word counts, whatever timeout was asked for.
    await sendFirst(peer, "f", { timeout: "6" });
    server.pass(3_000);
    return (await peer.next()).packet;
  }],
];

for (const [what, answer, why, bytes, play] of ROWS) {
  Deno.test(`Session keeps the old file and says why when ${what}`, () =>
    withClient({ idleMs: 3_000 }, async (harness) => {
      const { server, names, text, write, event, count } = harness;
      write("f", "yesterday");
      assertEquals(await play(harness), answer);
      const failed = await event("failed");
      assertEquals<unknown>([failed.why, failed.bytes], [why, bytes]);
      await server.stop();
      assertEquals([names(), text("f")], [["f"], "yesterday"]);
      assertEquals(count("failed"), 1);
    }));
}

Deno.test("Room stores what was not announced for sure, whatever its size", () =>
  withClient({}, async ({ peer, read, event }) => {
    const rows = [
      ["0", "octet", undefined],
      ["5", "octet", 5],
      ["70", "netascii", undefined],
    ] as const;
    for (const [tsize, mode, announced] of rows) {
      await peer.begin("f", { tsize }, mode);
      assertEquals(await peer.block(1, pattern(6)), ack(1), tsize);
      assertEquals(read("f"), pattern(6), tsize);
      assertEquals((await event("stored")).announced, announced, tsize);
    }
  }));
