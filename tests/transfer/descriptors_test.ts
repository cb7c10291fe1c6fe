/**
 * What becomes of uploads when no more sockets can be opened.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import {
  ack,
  errorOf,
  type Harness,
  sendFirst,
  withServer,
} from "../harness.ts";
import { pattern, Peer } from "../peer.ts";

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
