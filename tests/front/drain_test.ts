import { assertEquals } from "@std/assert";
import {
  ack,
  errorOf,
  type Harness,
  sendFirst,
  withClient,
  withPeers,
  withSaving,
  withServer,
} from "../harness.ts";
import { pattern, Peer, writeRequest } from "../peer.ts";

/** Runs with two uploads, "f0" and "f1", each on its own thread. */
function withTwoUploads(
  test: (harness: Harness, peers: readonly Peer[]) => Promise<void>,
): Promise<void> {
  return withServer(
    {},
    (harness) =>
      withPeers(2, harness.server.port, async (peers) => {
        for (const [i, peer] of peers.entries()) {
          // The server repeats nothing meanwhile.
          await sendFirst(peer, `f${i}`, { timeout: "9" });
        }
        await test(harness, peers);
      }),
    { threads: 2 },
  );
}

Deno.test("Front.drain() lets running uploads end and takes no new ones", () =>
  withTwoUploads(async ({ server, names, events, event, count }, peers) => {
    const drained = server.drain();
    assertEquals((await event("stopping")).uploads, 2);
    using late = new Peer(server.port);
    await late.ask(writeRequest("late"));
    for (const peer of peers) {
      assertEquals(await peer.block(2, pattern(5)), ack(2));
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
    const message = "server is shutting down";
    for (const peer of peers) {
      assertEquals((await peer.next()).packet, errorOf(0, message));
      assertEquals((await event("failed")).why, { kind: "server", message });
    }
    assertEquals(names(), []);
  }));

Deno.test("Front.drain() waits a second for a client that sent no block", () =>
  withClient({}, async ({ peer, server, event, count }) => {
    await peer.begin("f");
    const drained = server.drain();
    await event("stopping");
    server.pass(900);
    assertEquals(count("failed"), 0);
    server.pass(100);
    await drained;
    assertEquals((await event("failed")).bytes, 0);
  }));

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

Deno.test("Front.stop() waits for a file that is saved this moment", () =>
  withSaving(async ({ peer, server, names }, disk) => {
    const stopped = server.stop();
    disk.resolve();
    assertEquals((await peer.next()).packet, ack(1));
    await stopped;
    assertEquals(names(), ["f"]);
  }));

Deno.test("Front ends without the disk's word ten seconds after the grace period", () =>
  withSaving(async ({ peer, server, count, event, names }, disk) => {
    const ended = server.drain(1_000);
    server.pass(1_000);
    server.pass(9_900);
    assertEquals(count("trouble"), 0);
    server.pass(100);
    await ended;
    const { message } = await event("trouble");
    assertEquals(message, "the disk does not answer; ending without its word");
    // Should it answer now, the upload has failed all the same.
    disk.resolve();
    assertEquals((await peer.next()).packet.kind, "error");
    assertEquals(names(), []);
  }));
