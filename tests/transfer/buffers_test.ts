/**
 * Memory for buffers is counted, and all of it is given back, however uploads
 * end.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { ServerConfig } from "../../lib/config.ts";
import {
  ack,
  type ClientHarness,
  errorOf,
  withClient,
  withServer,
} from "../harness.ts";
import { pattern, Peer } from "../peer.ts";

const LARGE = { blksize: "65464", timeout: "9" };
const BLOCK = pattern(65_464);

/** What becomes of an upload, by what it is to end in. */
const ENDS: ReadonlyArray<
  readonly [
    what: string,
    config: Partial<ServerConfig>,
    end: (harness: ClientHarness) => Promise<unknown>,
  ]
> = [
  ["nothing but a request", {}, () => Promise.resolve()],
  ["stored", {}, async ({ peer, event }) => {
    await peer.block(1, BLOCK);
    await peer.block(2, pattern(9));
    await event("stored");
  }],
  ["given up by its client", {}, async ({ peer, event }) => {
    await peer.block(1, BLOCK);
    await peer.send(errorOf(0, "bye"));
    await event("failed");
  }],
  ["a full disk", {}, async ({ peer, server, event }) => {
    server.shared.freeBytes = 70_000;
    await peer.block(1, BLOCK);
    await peer.block(2, BLOCK);
    await peer.block(3, pattern(9));
    await event("failed");
  }],
  ["evicted", { maxTransfers: 1 }, async ({ server, event }) => {
    using next = new Peer(server.port);
    await next.begin("g");
    await event("failed");
  }],
  ["superseded", {}, async ({ peer, event }) => {
    await peer.begin("g", LARGE);
    await event("failed");
  }],
  ["stopped amid data", {}, async ({ peer }) => {
    await peer.block(1, BLOCK);
    await peer.send({ kind: "data", block: 2, payload: BLOCK });
  }],
];

Deno.test("Server gives back all memory, however an upload ends", async () => {
  for (const [what, config, end] of ENDS) {
    await withClient(config, async (harness) => {
      const { peer, server } = harness;
      await peer.begin("f", LARGE);
      assertEquals(server.shared.bufferBytes, 65_469, what);
      await end(harness);
      await server.stop();
      assertEquals(server.shared.bufferBytes, 0, what);
    });
  }
});

Deno.test("Server out of memory grants small blocks, then says that it is busy", async () => {
  const config = { maxBufferBytes: 150_000 };
  await withServer(config, async ({ server, event, read }) => {
    using first = new Peer(server.port);
    using second = new Peer(server.port);
    using third = new Peer(server.port);
    await first.begin("f", LARGE);
    await first.block(1, pattern(65_464));
    const options = [{ name: "blksize", value: "1428" }];
    const oack = { kind: "oack", options } as const;
    assertEquals(await second.begin("g", { blksize: "9000" }), oack);
    // What the others take up, whoever they are.
    server.shared.countBuffer(150_000);
    const busy = errorOf(0, "server is busy - try again later");
    assertEquals(await third.begin("h"), busy);
    assert(/--max-memory/.test((await event("refused")).reason));
    // Who was let in is served all the same, in smaller steps.
    for (let block = 2; block <= 8; block++) {
      const answer = await first.block(block, pattern(65_464));
      assertEquals(answer, ack(block));
    }
    await first.block(9, pattern(1));
    assertEquals(read("f").length, 8 * 65_464 + 1);
    server.shared.countBuffer(-150_000);
    await first.expectSilence();
    assertEquals((await third.begin("h")).kind, "ack");
  });
});
