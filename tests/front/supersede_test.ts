/**
 * Requests from the port of a running upload: its client wants another one, or
 * somebody has guessed the port.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ack, sendFirst, withClient } from "../harness.ts";
import { pattern, Peer, writeRequest } from "../peer.ts";

/** The server repeats nothing to a client that asked for that. */
const PATIENT = { timeout: "2" };

Deno.test("Front lets no request end an upload whose client is heard of", () =>
  withClient({}, async ({ peer, names, read, count }) => {
    await peer.begin("f", PATIENT);
    for (const block of [1, 2, 3]) {
      await peer.block(block, pattern(512));
      // What a guessed port looks like to the server.
      for (const name of ["x", "y", "x", `z${block}`]) {
        await peer.ask(writeRequest(name));
      }
      await peer.expectSilence();
    }
    assertEquals(await peer.block(4, pattern(3)), ack(4));
    assertEquals(names(), ["f"]);
    assertEquals(read("f").length, 1_539);
    assertEquals([count("accepted"), count("failed")], [1, 0]);
  }));

Deno.test("Room ends an upload before the one that takes its port once it is silent, on the same thread", () =>
  withClient({}, async ({ peer, server, names, events, event }) => {
    using other = new Peer(server.port);
    await other.begin("other");
    await sendFirst(peer, "old", PATIENT);
    const oldPort = peer.transferPort;
    assertEquals(server.sockets.threadOf(oldPort), 1);
    // Now the first thread has less to do.
    await other.block(1, pattern(3));
    await event("stored");
    server.pass(2_000);
    // By now the server asks where the next block is, but waits for it.
    await peer.next();
    await peer.ask(writeRequest("new"));
    await peer.expectSilence();
    server.pass(1_000);
    assertEquals(await peer.begin("new"), ack(0));
    assert(peer.transferPort !== oldPort);
    assertEquals(server.sockets.threadOf(peer.transferPort), 1);
    assertEquals((await event("failed")).why, { kind: "superseded" });
    const kinds = events.slice(-2).map(({ kind }) => kind);
    assertEquals(kinds, ["failed", "accepted"]);
    assertEquals(await peer.block(1, pattern(3)), ack(1));
    assertEquals(names(), ["new", "other"]);
  }, { threads: 2 }));

Deno.test("Front serves a client at once that has not sent a block, or all of them", () =>
  withClient({}, async ({ peer, names, count }) => {
    await peer.begin("a", PATIENT);
    for (const name of ["b", "c"]) {
      assertEquals(await peer.upload(name, pattern(3)), ack(1));
    }
    assertEquals(names(), ["b", "c"]);
    assertEquals(count("failed"), 1);
  }));

Deno.test("Front takes a burst of requests of one port in their order", () =>
  withClient({}, async ({ peer, names, event, count }) => {
    await peer.begin("a");
    for (const name of ["b", "c", "d"]) await peer.ask(writeRequest(name));
    // Whatever was answered before, "d" is answered last.
    while ((await event("accepted")).filename !== "d");
    let { port } = await peer.next();
    for (let i = count("accepted"); i > 2; i--) ({ port } = await peer.next());
    peer.transferPort = port;
    assertEquals(await peer.block(1, pattern(3)), ack(1));
    assertEquals(count("accepted"), count("failed") + 1);
    assertEquals(names(), ["d"]);
  }, { threads: 3 }));

Deno.test("Front lets neither an old request nor a forbidden one end an upload", () =>
  withClient({}, async ({ peer, server, names, count }) => {
    await peer.begin("old");
    await sendFirst(peer, "new", { timeout: "9" });
    await peer.ask(writeRequest("old"));
    await peer.ask(writeRequest("../bad"));
    await peer.expectSilence();
    // Now another upload would end this one.
    server.pass(9_000);
    assertEquals((await peer.next()).packet.kind, "ack");
    await peer.ask(writeRequest("old"));
    await peer.ask(writeRequest("../bad"));
    assertEquals((await peer.next()).packet.kind, "error");
    assertEquals(await peer.block(2, pattern(3)), ack(2));
    assertEquals(names(), ["new"]);
    assertEquals(count("accepted"), 2);
  }));
