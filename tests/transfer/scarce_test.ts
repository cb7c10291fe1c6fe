/**
 * Memory and sockets: what uploads take up is counted and given back, and what
 * becomes of those for whom there is none left.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { ServerConfig } from "../../lib/config.ts";
import {
  ack,
  type ClientHarness,
  errorOf,
  type Harness,
  sendFirst,
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
  await withClient(config, async ({ peer: first, server, event, read }) => {
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

const ACK_0 = ack(0);
const BUSY = errorOf(0, "server is busy - try again later");

/** A server with sockets for two, of which one is at work. */
async function withTwoSockets(
  threads: number,
  test: (harness: Harness, working: Peer) => Promise<void>,
): Promise<void> {
  await withServer({ idleMs: 600_000 }, async (harness) => {
    const { server } = harness;
    server.sockets.limit = 2;
    using working = new Peer(server.port);
    await sendFirst(working, "working");
    await test(harness, working);
    assertEquals((await working.block(2, pattern(1))).kind, "ack");
    assertEquals(harness.read("working").length, 513);
    assertEquals(server.sockets.most, 2);
  }, { threads });
}

Deno.test("Front lets those go that are worth least when there is no socket, and answers in the end", async () => {
  for (const threads of [1, 3]) {
    for (const spare of ["half-open", "done"]) {
      await withTwoSockets(threads, async ({ server }) => {
        using other = new Peer(server.port);
        if (spare === "done") await other.upload("done", pattern(3));
        else await other.begin("half-open");
        using peer = new Peer(server.port);
        assertEquals(await peer.begin("f"), ACK_0, `${spare}, ${threads}`);
        assert(server.sockets.misses > 0);
        await other.expectSilence();
      });
    }
  }
});

Deno.test("Front takes fewer uploads once it knows how many sockets there are", () =>
  withTwoSockets(2, async ({ server }, working) => {
    using done = new Peer(server.port);
    await done.upload("done", pattern(3));
    using second = new Peer(server.port);
    await second.begin("f");
    const { misses } = server.sockets;
    // The next one takes the place of the one before, without a try.
    using third = new Peer(server.port);
    assertEquals(await third.begin("g"), ACK_0);
    assertEquals(server.sockets.misses, misses);
    // After a minute it tries again.
    server.pass(60_001);
    assertEquals((await working.next()).packet, ack(1));
    using fourth = new Peer(server.port);
    await fourth.begin("h");
    assert(server.sockets.misses > misses);
  }));

Deno.test("Room waits half a second for a socket, then says that the server is busy", () =>
  withTwoSockets(1, async ({ server }) => {
    using other = new Peer(server.port);
    await sendFirst(other, "other");
    using peer = new Peer(server.port);
    assertEquals(await peer.begin("f"), BUSY);
    assertEquals(server.sockets.misses, 25);
    // From now on that is known.
    assertEquals(await peer.begin("f"), BUSY);
    assertEquals(server.sockets.misses, 25);
    assertEquals((await other.block(2, pattern(1))).kind, "ack");
    assertEquals(await peer.begin("f"), ACK_0);
  }));
