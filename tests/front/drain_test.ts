import { assertEquals } from "@std/assert";
import { type Extras, type Harness, withServer } from "../harness.ts";
import { pattern, Peer, writeRequest } from "../peer.ts";
import { SyncWatch } from "../storage/sync_watch.ts";

const SHUTTING_DOWN = "server is shutting down";
const TWO: Extras = { threads: 2 };

/** Runs with two uploads, "f0" and "f1", each on its own thread. */
async function withTwoUploads(
  test: (harness: Harness, peers: readonly Peer[]) => Promise<void>,
): Promise<void> {
  await withServer({}, async (harness) => {
    using first = new Peer(harness.server.port);
    using second = new Peer(harness.server.port);
    const peers = [first, second];
    for (const [i, peer] of peers.entries()) {
      // The server repeats nothing meanwhile.
      await peer.begin(`f${i}`, { timeout: "9" });
      await peer.block(1, pattern(512));
    }
    await test(harness, peers);
  }, TWO);
}

Deno.test("Front.drain() lets running uploads end and takes no new ones", () =>
  withTwoUploads(async ({ server, names, events, event, count }, peers) => {
    const drained = server.drain();
    assertEquals((await event("stopping")).uploads, 2);
    using late = new Peer(server.port);
    await late.ask(writeRequest("late"));
    for (const peer of peers) {
      assertEquals(await peer.block(2, pattern(5)), { kind: "ack", block: 2 });
      await event("stored");
    }
    // Their last ACKs might be lost: a second for that.
    assertEquals(count("stopped"), 0);
    server.pass(1_000);
    await drained;
    assertEquals(names(), ["f0", "f1"]);
    assertEquals(events.at(-1), { kind: "stopped" });
    assertEquals(count("accepted"), 2);
  }));

Deno.test("Front.drain() gives up what outlasts the grace period", () =>
  withTwoUploads(async ({ server, names, event }, peers) => {
    const drained = server.drain(500);
    server.pass(500);
    await drained;
    const message = SHUTTING_DOWN;
    for (const peer of peers) {
      const { packet } = await peer.next();
      assertEquals(packet, { kind: "error", code: 0, message });
      assertEquals((await event("failed")).why, { kind: "server", message });
    }
    assertEquals(names(), []);
  }));

Deno.test("Front.drain() waits a second for a client that sent no block", async () => {
  await withServer({}, async ({ server, event, count }) => {
    using peer = new Peer(server.port);
    await peer.begin("f");
    const drained = server.drain();
    await event("stopping");
    server.pass(900);
    assertEquals(count("failed"), 0);
    server.pass(100);
    await drained;
    assertEquals((await event("failed")).bytes, 0);
  });
});

Deno.test("Front.stop() ends running uploads at once, also while it drains", async () => {
  for (const drains of [false, true]) {
    await withTwoUploads(async ({ server, names, count }, peers) => {
      if (drains) server.drain();
      await server.stop();
      for (const peer of peers) {
        assertEquals((await peer.next()).packet.kind, "error");
      }
      assertEquals(count("failed"), 2);
      assertEquals(names(), []);
    });
  }
});

Deno.test("Front.stop() waits for a file that is saved this moment", async () => {
  using watch = new SyncWatch();
  const { begun, disk } = watch.halt();
  await withServer({}, async ({ server, names }) => {
    using peer = new Peer(server.port);
    await peer.begin("f");
    await peer.send({ kind: "data", block: 1, payload: pattern(5) });
    await begun.promise;
    const stopped = server.stop();
    disk.resolve();
    assertEquals((await peer.next()).packet, { kind: "ack", block: 1 });
    await stopped;
    assertEquals(names(), ["f"]);
  });
});
