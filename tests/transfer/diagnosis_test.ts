/**
 * What the operator is told of uploads whose fate is known.
 *
 * @module
 */

import { assertMatch } from "@std/assert";
import {
  type ClientHarness,
  errorOf,
  sendFirst,
  withClient,
} from "../harness.ts";
import { pattern } from "../peer.ts";

const LARGE = { blksize: "8192" };

/** Of a client, the cause that is told of it, and what it does. */
const ROWS: ReadonlyArray<
  readonly [
    what: string,
    cause: RegExp,
    play: (harness: ClientHarness) => Promise<unknown>,
  ]
> = [
  ["hears no answer", /^its request came 3 times/, async (harness) => {
    for (let i = 0; i < 3; i++) {
      await harness.peer.begin("f");
      harness.server.pass(1_000);
    }
    harness.server.pass(60_000);
  }],
  ["loses its fragments", /^blocks of 8192 bytes travel in fragments/, async (
    { peer, server },
  ) => {
    await peer.begin("f", LARGE);
    server.pass(60_000);
  }],
  ["hears no ACK", /^block 1 came 4 times/, async ({ peer, server }) => {
    await peer.begin("f");
    for (let i = 0; i < 4; i++) {
      await peer.block(1, pattern(512));
      server.pass(100);
    }
    server.pass(60_000);
  }],
  ["is switched off", /^it was switched off/, async ({ peer, server }) => {
    await sendFirst(peer, "f");
    await peer.block(2, pattern(512));
    server.pass(60_000);
  }],
  ["ignores the OACK", /^it ignores our OACK, which says blksize 8192$/, (
    { peer },
  ) => sendFirst(peer, "f", { ...LARGE, tsize: "9000" })],
  ["refuses options", /^it does not take what it was granted: blksize$/, async (
    { peer },
  ) => {
    await peer.begin("f", LARGE);
    await peer.send(errorOf(8, "no"));
  }],
];

for (const [what, cause, play] of ROWS) {
  Deno.test(`the server knows of a client that it ${what}`, () =>
    withClient({}, async (harness) => {
      await play(harness);
      const { diagnosis } = await harness.event("failed");
      assertMatch(`${diagnosis.cause}`, cause);
    }));
}
