/**
 * Requests that somebody else sends in the name of a client, whose port is
 * guessed.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { withServer } from "../harness.ts";
import { pattern, Peer, writeRequest } from "../peer.ts";

/** The server repeats nothing to a client that asked for that. */
const PATIENT = { timeout: "2" };

Deno.test("Front lets no request end an upload whose client is heard of", async () => {
  await withServer({}, async ({ server, names, read, count }) => {
    using peer = new Peer(server.port);
    await peer.begin("f", PATIENT);
    for (const block of [1, 2, 3]) {
      await peer.block(block, pattern(512));
      // What a guessed port looks like to the server.
      await peer.ask(writeRequest(`forged${block}`));
      await peer.expectSilence();
    }
    assertEquals(await peer.block(4, pattern(3)), { kind: "ack", block: 4 });
    assertEquals(names(), ["f"]);
    assertEquals(read("f").length, 1_539);
    assertEquals([count("accepted"), count("failed")], [1, 0]);
  });
});

Deno.test("Front serves a client that begins anew once it has been silent", async () => {
  await withServer({}, async ({ server, names, event }) => {
    using peer = new Peer(server.port);
    await peer.begin("f", PATIENT);
    await peer.block(1, pattern(512));
    server.pass(2_000);
    // By now the server asks where the next block is, but waits for it.
    await peer.next();
    await peer.ask(writeRequest("f"));
    await peer.expectSilence();
    server.pass(1_000);
    assertEquals(await peer.begin("f"), { kind: "ack", block: 0 });
    assertEquals((await event("failed")).why, { kind: "superseded" });
    assertEquals(await peer.block(1, pattern(3)), { kind: "ack", block: 1 });
    assertEquals(names(), ["f"]);
  });
});

Deno.test("Front serves a client at once that has not sent a block, or all of them", async () => {
  await withServer({}, async ({ server, names, count }) => {
    using peer = new Peer(server.port);
    await peer.begin("a", PATIENT);
    assertEquals(await peer.begin("b"), { kind: "ack", block: 0 });
    assertEquals(await peer.block(1, pattern(3)), { kind: "ack", block: 1 });
    assertEquals(await peer.begin("c"), { kind: "ack", block: 0 });
    assertEquals(await peer.block(1, pattern(3)), { kind: "ack", block: 1 });
    assertEquals(names(), ["b", "c"]);
    assertEquals(count("failed"), 1);
  });
});

Deno.test("Front keeps the upload when its port asks for several others at once", async () => {
  await withServer({}, async ({ server, names, count }) => {
    using peer = new Peer(server.port);
    await peer.begin("f", PATIENT);
    await peer.block(1, pattern(512));
    for (const name of ["x", "y", "x", "z"]) {
      await peer.ask(writeRequest(name));
    }
    await peer.expectSilence();
    assertEquals(await peer.block(2, pattern(3)), { kind: "ack", block: 2 });
    assertEquals(names(), ["f"]);
    assertEquals([count("accepted"), count("failed")], [1, 0]);
  });
});
