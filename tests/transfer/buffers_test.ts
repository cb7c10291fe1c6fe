/**
 * Memory for buffers is counted, and all of it is given back, however uploads
 * end.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { ServerConfig } from "../../lib/config.ts";
import { type Harness, withServer } from "../harness.ts";
import { pattern, Peer } from "../peer.ts";

const LARGE = { blksize: "65464", timeout: "9" };

/** What becomes of an upload, by what it is to end in. */
const ENDS: ReadonlyArray<
  readonly [
    what: string,
    config: Partial<ServerConfig>,
    end: (harness: Harness, peer: Peer) => Promise<unknown>,
  ]
> = [
  ["nothing but a request", {}, () => Promise.resolve()],
  ["stored", {}, async ({ event }, peer) => {
    await peer.block(1, pattern(65_464));
    await peer.block(2, pattern(9));
    await event("stored");
  }],
  ["given up by its client", {}, async ({ event }, peer) => {
    await peer.block(1, pattern(65_464));
    await peer.send({ kind: "error", code: 0, message: "bye" });
    await event("failed");
  }],
  ["a full disk", {}, async ({ server, event }, peer) => {
    server.shared.freeBytes = 70_000;
    await peer.block(1, pattern(65_464));
    await peer.block(2, pattern(65_464));
    await peer.block(3, pattern(9));
    await event("failed");
  }],
  ["evicted", { maxTransfers: 1 }, async ({ server, event }) => {
    using next = new Peer(server.port);
    await next.begin("g");
    await event("failed");
  }],
  ["superseded", {}, async ({ event }, peer) => {
    await peer.begin("g", LARGE);
    await event("failed");
  }],
  ["stopped amid data", {}, async (_, peer) => {
    await peer.block(1, pattern(65_464));
    await peer.send({ kind: "data", block: 2, payload: pattern(65_464) });
  }],
];

Deno.test("Server gives back all memory, however an upload ends", async () => {
  for (const [what, config, end] of ENDS) {
    await withServer(config, async (harness) => {
      const { server } = harness;
      using peer = new Peer(server.port);
      await peer.begin("f", LARGE);
      assertEquals(server.shared.bufferBytes, 65_469, what);
      await end(harness, peer);
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
    const message = "server is busy - try again later";
    const busy = { kind: "error", code: 0, message } as const;
    assertEquals(await third.begin("h"), busy);
    assert(/--max-memory/.test((await event("refused")).reason));
    // Who was let in is served all the same, in smaller steps.
    for (let block = 2; block <= 8; block++) {
      const ack = { kind: "ack", block } as const;
      assertEquals(await first.block(block, pattern(65_464)), ack);
    }
    await first.block(9, pattern(1));
    assertEquals(read("f").length, 8 * 65_464 + 1);
    server.shared.countBuffer(-150_000);
    await first.expectSilence();
    assertEquals((await third.begin("h")).kind, "ack");
  });
});
