/**
 * A client that asks for another upload from the port of a running one.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { withServer } from "../harness.ts";
import { pattern, Peer, writeRequest } from "../peer.ts";

Deno.test("Room ends an upload before the one that takes its port, on the same thread", async () => {
  await withServer({}, async ({ server, names, events, event }) => {
    using other = new Peer(server.port);
    using peer = new Peer(server.port);
    await other.begin("other");
    await peer.begin("old", { blksize: "1024", timeout: "2" });
    await peer.block(1, pattern(1024));
    const oldPort = peer.transferPort;
    assertEquals(server.sockets.threadOf(oldPort), 1);
    // Now the first thread has less to do.
    await other.block(1, pattern(3));
    await event("stored");
    // Its client has fallen silent, or it would be somebody else's request.
    server.pass(3_000);
    await peer.next();
    assertEquals(await peer.begin("new"), { kind: "ack", block: 0 });
    assert(peer.transferPort !== oldPort);
    assertEquals(server.sockets.threadOf(peer.transferPort), 1);
    assertEquals((await event("failed")).why, { kind: "superseded" });
    const kinds = events.slice(-2).map(({ kind }) => kind);
    assertEquals(kinds, ["failed", "accepted"]);
    await peer.block(1, pattern(3));
    assertEquals(names(), ["new", "other"]);
  }, { threads: 2 });
});

Deno.test("Front takes a burst of requests of one port in their order", async () => {
  await withServer({}, async ({ server, names, event, count }) => {
    using peer = new Peer(server.port);
    await peer.begin("a");
    for (const name of ["b", "c", "d"]) await peer.ask(writeRequest(name));
    // Whatever was answered before, "d" is answered last.
    while ((await event("accepted")).filename !== "d");
    let { port } = await peer.next();
    for (let i = count("accepted"); i > 2; i--) ({ port } = await peer.next());
    peer.transferPort = port;
    assertEquals(await peer.block(1, pattern(3)), { kind: "ack", block: 1 });
    assertEquals(count("accepted"), count("failed") + 1);
    assertEquals(names(), ["d"]);
  }, { threads: 3 });
});

Deno.test("Front lets neither an old request nor a forbidden one end an upload", async () => {
  await withServer({}, async ({ server, names, count }) => {
    using peer = new Peer(server.port);
    await peer.begin("old");
    await peer.begin("new", { timeout: "9" });
    await peer.block(1, pattern(512));
    await peer.ask(writeRequest("old"));
    await peer.ask(writeRequest("../bad"));
    await peer.expectSilence();
    // Now another upload would end this one.
    server.pass(9_000);
    assertEquals((await peer.next()).packet.kind, "ack");
    await peer.ask(writeRequest("old"));
    await peer.ask(writeRequest("../bad"));
    assertEquals((await peer.next()).packet.kind, "error");
    assertEquals(await peer.block(2, pattern(3)), { kind: "ack", block: 2 });
    assertEquals(names(), ["new"]);
    assertEquals(count("accepted"), 2);
  });
});
