/**
 * Clients and answers that come again: after silence, after a loss, late, and
 * from the port of another upload.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { withServer } from "./harness.ts";
import { pattern, Peer, writeRequest } from "./peer.ts";

Deno.test("Server answers a silent client's request again (row 19)", async () => {
  await withServer({}, async ({ server }) => {
    using peer = new Peer(server.port);
    const answer = await peer.begin("slow", { timeout: "1" });
    const again = await peer.next();
    assertEquals(again, { packet: answer, port: peer.transferPort });
  });
});

Deno.test("Server repeats the last ACK for a client that lost it (row 22)", async () => {
  await withServer({}, async ({ server }) => {
    using peer = new Peer(server.port);
    await peer.upload("dally", pattern(10));
    // At first the repetition counts as impatience; a real client goes on.
    const data = { kind: "data", block: 1, payload: pattern(10) } as const;
    const repeating = setInterval(() => peer.send(data), 100);
    try {
      assertEquals((await peer.next()).packet, { kind: "ack", block: 1 });
    } finally {
      clearInterval(repeating);
    }
  });
});

Deno.test("Server takes a repeated request for the same upload (row 1)", async () => {
  await withServer({}, async ({ server, names, read, events }) => {
    using peer = new Peer(server.port);
    const answer = await peer.begin("once", { tsize: "5" });
    await peer.ask(writeRequest("once", { tsize: "5" }));
    assertEquals(await peer.next(), {
      packet: answer,
      port: peer.transferPort,
    });
    await peer.block(1, pattern(5));
    // Late repetitions, after data and after the end, are stale (rows 2, 3).
    await peer.ask(writeRequest("once", { tsize: "5" }));
    await peer.expectSilence();
    assertEquals(names(), ["once"]);
    assertEquals(read("once"), pattern(5));
    assertEquals(events.filter(({ kind }) => kind === "accepted").length, 1);
  });
});

Deno.test("Server starts anew when a client asks for another file (rows 4, 20)", async () => {
  await withServer({}, async ({ server, names, event }) => {
    using peer = new Peer(server.port);
    await peer.begin("old", { blksize: "1024" });
    await peer.block(1, pattern(1024));
    const oldPort = peer.transferPort;
    assertEquals(await peer.begin("new"), { kind: "ack", block: 0 });
    assert(peer.transferPort !== oldPort);
    assertEquals((await event("failed")).why, { kind: "superseded" });
    await peer.block(1, pattern(3));
    assertEquals(names(), ["new"]);
  });
});

Deno.test("Server lets no late duplicate of an old request end the new upload (row 4)", async () => {
  await withServer({}, async ({ server, names, events }) => {
    using peer = new Peer(server.port);
    await peer.begin("old");
    await peer.begin("new");
    await peer.block(1, pattern(512));
    await peer.ask(writeRequest("old"));
    await peer.expectSilence();
    await peer.block(2, pattern(3));
    assertEquals(names(), ["new"]);
    assertEquals(events.filter(({ kind }) => kind === "accepted").length, 2);
  });
});

Deno.test("Server lets no forbidden name end the upload from the same port", async () => {
  await withServer({}, async ({ server, names }) => {
    using peer = new Peer(server.port);
    await peer.begin("good");
    await peer.block(1, pattern(512));
    await peer.ask(writeRequest("../bad"));
    assertEquals((await peer.next()).packet.kind, "error");
    assertEquals(await peer.block(2, pattern(3)), { kind: "ack", block: 2 });
    assertEquals(names(), ["good"]);
  });
});
