/**
 * Requests that come again, at whatever moment: no client is told that its own
 * file exists, and no upload is opened twice.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { type Harness, withServer } from "../harness.ts";
import { pattern, Peer, writeRequest } from "../peer.ts";
import { SyncWatch } from "../storage/sync_watch.ts";

const ALL = ["replace", "refuse", "version"] as const;
const ACK_0 = { kind: "ack", block: 0 } as const;
const ACK_1 = { kind: "ack", block: 1 } as const;

/**
 * Lets the server look into all requests so far: the many steps of a whole
 * upload come behind the one look at the directory that a request needs.
 */
async function settle(port: number, name: string): Promise<void> {
  using other = new Peer(port);
  assertEquals((await other.upload(name, pattern(600))).kind, "ack");
}

Deno.test("Front takes a request that comes twice at once for one", async () => {
  await withServer({ onExists: "refuse" }, async ({ server, count }) => {
    using peer = new Peer(server.port);
    await peer.ask(writeRequest("f"));
    await peer.ask(writeRequest("f"));
    const { packet, port } = await peer.next();
    assertEquals(packet, ACK_0);
    peer.transferPort = port;
    // The answer may come twice as well, but not from another port.
    await peer.send({ kind: "data", block: 1, payload: pattern(3) });
    let last = await peer.next();
    if (last.packet.kind === "ack" && last.packet.block === 0) {
      last = await peer.next();
    }
    assertEquals(last, { packet: ACK_1, port });
    assertEquals(count("accepted"), 1);
  }, { threads: 2 });
});

/**
 * A client asks for other files while its own is being saved; nothing is opened
 * until that is done.
 */
async function askWhileSaving(
  names: readonly string[],
  test: (harness: Harness, peer: Peer) => Promise<void>,
): Promise<void> {
  using watch = new SyncWatch();
  await withServer({}, async (harness) => {
    const { server } = harness;
    using peer = new Peer(server.port);
    await peer.begin("old");
    const disk = Promise.withResolvers<void>();
    const saving = Promise.withResolvers<void>();
    watch.onSync = () => {
      saving.resolve();
      return disk.promise;
    };
    try {
      await peer.send({ kind: "data", block: 1, payload: pattern(3) });
      await saving.promise;
      await peer.expectSilence();
      // A client that asks sooner is taken for somebody else.
      server.pass(2_000);
      for (const name of names) await peer.ask(writeRequest(name));
      await peer.expectSilence();
    } finally {
      disk.resolve();
    }
    assertEquals((await peer.next()).packet, ACK_1);
    const { packet, port } = await peer.next();
    assertEquals(packet, ACK_0);
    peer.transferPort = port;
    await test(harness, peer);
    assertEquals(await peer.block(1, pattern(5)), ACK_1);
    assertEquals(harness.count("accepted"), 2);
    assertEquals(harness.names(), ["new", "old"]);
  }, { threads: 2 });
}

Deno.test("Room answers once a request that is repeated while its upload is opened", () =>
  askWhileSaving(["new", "new", "new"], (_, peer) => peer.expectSilence()));

Deno.test("Front knows the latest request of a client that changed its mind", () =>
  askWhileSaving(["other", "new"], async ({ server }, peer) => {
    server.pass(400);
    await peer.ask(writeRequest("new"));
    const again = { packet: ACK_0, port: peer.transferPort };
    assertEquals(await peer.next(), again);
  }));

Deno.test("Session is silent to a request repeated amid data", async () => {
  await withServer({ onExists: "refuse" }, async ({ server, read }) => {
    using peer = new Peer(server.port);
    await peer.begin("f");
    await peer.block(1, pattern(512));
    await peer.ask(writeRequest("f"));
    await settle(server.port, "other");
    await peer.expectSilence();
    assertEquals(await peer.block(2, pattern(5)), { kind: "ack", block: 2 });
    assertEquals(read("f").length, 517);
  });
});

Deno.test("Session is silent to requests repeated at the end, keeps one file and dallies on", async () => {
  for (const onExists of ALL) {
    await withServer({ onExists }, async ({ server, names, read, count }) => {
      using peer = new Peer(server.port);
      await peer.upload("f", pattern(5));
      await peer.ask(writeRequest("f"));
      server.pass(1_000);
      await peer.ask(writeRequest("f"));
      await settle(server.port, "other");
      await peer.expectSilence();
      assertEquals(await peer.block(1, pattern(5)), ACK_1, onExists);
      assertEquals(names(), ["f", "other"], onExists);
      assertEquals(read("f"), pattern(5));
      assertEquals([count("accepted"), count("failed")], [2, 0]);
    });
  }
});

Deno.test("Front takes a late repetition for a new upload, unless files may not be replaced", async () => {
  for (const onExists of ALL) {
    await withServer({ onExists }, async ({ server, event }) => {
      using peer = new Peer(server.port);
      await peer.upload("f", pattern(5));
      await event("stored");
      server.pass(3_000);
      if (onExists !== "refuse") {
        assertEquals(await peer.upload("f", pattern(7)), ACK_1);
        return;
      }
      await peer.ask(writeRequest("f"));
      await settle(server.port, "other");
      await peer.expectSilence();
    });
  }
});
