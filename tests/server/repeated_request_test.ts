/**
 * A client that repeats its request is not told that its own file exists, at
 * whatever moment the repetition comes.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Server } from "../../lib/server/server.ts";
import { withServer } from "./harness.ts";
import { pattern, Peer, writeRequest } from "./peer.ts";

const REFUSE = { onExists: "refuse" } as const;
const EXISTS = {
  kind: "error",
  code: 6,
  message: "file already exists",
} as const;

/**
 * Lets the server look into all requests so far: the many steps of a whole
 * upload come behind the one look at the directory that a request needs.
 */
async function settle(server: Server, name: string): Promise<void> {
  using other = new Peer(server.port);
  assertEquals((await other.upload(name, pattern(600))).kind, "ack");
}

/** Lets the server's shortest timeout pass: another client hears of it. */
async function passTimeout(server: Server): Promise<void> {
  using clock = new Peer(server.port);
  assertEquals(await clock.begin("clock"), (await clock.next()).packet);
}

Deno.test("Server takes a request that comes twice at once for one (row 1)", async () => {
  await withServer(REFUSE, async ({ server, events, names }) => {
    using peer = new Peer(server.port);
    await peer.ask(writeRequest("f"));
    await peer.ask(writeRequest("f"));
    const { packet, port } = await peer.next();
    assertEquals(packet, { kind: "ack", block: 0 });
    peer.transferPort = port;
    // The answer may come twice as well, but not from another port.
    await peer.send({ kind: "data", block: 1, payload: pattern(3) });
    let last = await peer.next();
    if (last.packet.kind === "ack" && last.packet.block === 0) {
      last = await peer.next();
    }
    assertEquals(last, { packet: { kind: "ack", block: 1 }, port });
    assertEquals(events.filter((it) => it.kind === "accepted").length, 1);
    assertEquals(names(), ["f"]);
  });
});

Deno.test("Server with refuse repeats its answer to a request it just answered (row 1)", async () => {
  await withServer(REFUSE, async ({ server, events, read }) => {
    using peer = new Peer(server.port);
    const answer = await peer.begin("f", { blksize: "8" });
    for (let i = 0; i < 3; i++) {
      await peer.ask(writeRequest("f", { blksize: "8" }));
      const again = await peer.next();
      assertEquals(again, { packet: answer, port: peer.transferPort });
    }
    await peer.block(1, pattern(3));
    assertEquals(read("f"), pattern(3));
    assertEquals(events.filter((it) => it.kind === "accepted").length, 1);
  });
});

Deno.test("Server with refuse is silent to a request repeated amid data (row 2)", async () => {
  await withServer(REFUSE, async ({ server, read }) => {
    using peer = new Peer(server.port);
    await peer.begin("f");
    await peer.block(1, pattern(512));
    await peer.ask(writeRequest("f"));
    await settle(server, "other");
    await peer.expectSilence();
    assertEquals(await peer.block(2, pattern(5)), { kind: "ack", block: 2 });
    assertEquals(read("f").length, 517);
  });
});

Deno.test("Server with refuse is silent to a request repeated at the end (row 3)", async () => {
  await withServer(REFUSE, async ({ server, read, events }) => {
    using peer = new Peer(server.port);
    await peer.upload("f", pattern(5));
    await peer.ask(writeRequest("f"));
    await peer.ask(writeRequest("f"));
    await settle(server, "other");
    await peer.expectSilence();
    assertEquals(read("f"), pattern(5));
    assertEquals(events.filter((it) => it.kind === "failed"), []);
  });
});

Deno.test("Server with refuse is silent to a request, however often it is repeated in the dally (row 3)", async () => {
  await withServer(REFUSE, async ({ server }) => {
    using peer = new Peer(server.port);
    await peer.upload("f", pattern(5));
    await passTimeout(server);
    for (const name of ["one", "two", "three"]) {
      await peer.ask(writeRequest("f"));
      await settle(server, name);
      await peer.expectSilence();
    }
  });
});

Deno.test("Server with refuse goes on to dally behind a repeated request (rows 3, 22)", async () => {
  await withServer(REFUSE, async ({ server }) => {
    using peer = new Peer(server.port);
    await peer.upload("f", pattern(5));
    await passTimeout(server);
    await peer.ask(writeRequest("f"));
    await settle(server, "other");
    await peer.send({ kind: "data", block: 1, payload: pattern(5) });
    // If the last ACK does not come, the answer to this does.
    await settle(server, "another");
    await peer.ask({ kind: "rrq", filename: "x", mode: "octet", options: [] });
    assertEquals((await peer.next()).packet, { kind: "ack", block: 1 });
  });
});

Deno.test("Server with refuse tells a client again that lost the name to another", async () => {
  await withServer(REFUSE, async ({ server, write }) => {
    using peer = new Peer(server.port);
    await peer.begin("f");
    write("f", "faster");
    assertEquals(await peer.block(1, pattern(5)), EXISTS);
    await settle(server, "one");
    await peer.ask(writeRequest("f"));
    await settle(server, "two");
    // If there is no answer, the one to this comes first.
    await peer.ask({ kind: "rrq", filename: "x", mode: "octet", options: [] });
    assertEquals((await peer.next()).packet, EXISTS);
  });
});

Deno.test("Server with refuse refuses another client's request for a file just stored", async () => {
  await withServer(REFUSE, async ({ server, read }) => {
    using first = new Peer(server.port);
    using second = new Peer(server.port);
    await first.upload("f", pattern(5));
    assertEquals(await second.begin("f"), EXISTS);
    assertEquals(read("f"), pattern(5));
  });
});

Deno.test("Server with version keeps one file of a client that repeats itself at the end (row 3)", async () => {
  await withServer({ onExists: "version" }, async ({ server, names }) => {
    using peer = new Peer(server.port);
    await peer.upload("f", pattern(5));
    await peer.ask(writeRequest("f"));
    await settle(server, "other");
    await peer.expectSilence();
    assertEquals(names(), ["f", "other"]);
  });
});
