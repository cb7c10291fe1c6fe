/**
 * What the operator is told of uploads whose fate is known.
 *
 * @module
 */

import { assertMatch } from "@std/assert";
import { errorOf, type Harness, sendFirst, withServer } from "../harness.ts";
import { pattern, Peer } from "../peer.ts";

/** What a client does, and the cause that is told of it. */
type Row = readonly [
  what: string,
  play: (peer: Peer, running: Harness) => Promise<void>,
  ending: "silent" | "ends",
  cause: RegExp,
];

const LARGE = { blksize: "8192" };

const ROWS: readonly Row[] = [
  [
    "hears no answer",
    async (peer, { server }) => {
      for (let i = 0; i < 3; i++) {
        await peer.begin("f");
        server.pass(1_000);
      }
    },
    "silent",
    /^its request came 3 times/,
  ],
  [
    "loses its fragments",
    async (peer) => void await peer.begin("f", LARGE),
    "silent",
    /^blocks of 8192 bytes travel in fragments/,
  ],
  [
    "hears no ACK",
    async (peer, { server }) => {
      await peer.begin("f");
      for (let i = 0; i < 4; i++) {
        await peer.block(1, pattern(512));
        server.pass(100);
      }
    },
    "silent",
    /^block 1 came 4 times/,
  ],
  [
    "is switched off",
    async (peer) => {
      await sendFirst(peer, "f");
      await peer.block(2, pattern(512));
    },
    "silent",
    /^it was switched off/,
  ],
  [
    "ignores the OACK",
    async (peer) => {
      await sendFirst(peer, "f", { ...LARGE, tsize: "9000" });
    },
    "ends",
    /^it ignores our OACK, which says blksize 8192$/,
  ],
  [
    "does not take its options",
    async (peer) => {
      await peer.begin("f", LARGE);
      await peer.send(errorOf(8, "no"));
    },
    "ends",
    /^it does not take what it was granted: blksize$/,
  ],
];

Deno.test("the server blames what is to blame", async () => {
  for (const [what, play, ending, cause] of ROWS) {
    await withServer({}, async (running) => {
      using peer = new Peer(running.server.port);
      await play(peer, running);
      if (ending === "silent") running.server.pass(60_000);
      const { diagnosis } = await running.event("failed");
      assertMatch(`${diagnosis.cause}`, cause, what);
    });
  }
});
