/**
 * How long a client is waited for. What time does to an upload is tested in
 * `tests/protocol/`; that the rooms look at the clock is tested here.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { withServer } from "../harness.ts";
import { pattern, Peer } from "../peer.ts";

Deno.test("Session answers a silent client's block again, in real time", async () => {
  await withServer({}, async ({ server }) => {
    using peer = new Peer(server.port);
    await peer.begin("slow", { timeout: "1" });
    const ack = await peer.block(1, pattern(512));
    const again = await peer.next();
    assertEquals(again, { packet: ack, port: peer.transferPort });
  });
});

Deno.test("Session answers a half-open client once and ends without a word", async () => {
  await withServer({}, async ({ server, count, event }) => {
    using peer = new Peer(server.port);
    await peer.begin("f", { timeout: "1" });
    server.pass(59_900);
    await peer.expectSilence();
    assertEquals(count("failed"), 0);
    server.pass(100);
    const { why, bytes } = await event("failed");
    assertEquals([why, bytes], [{ kind: "silent" }, 0]);
    await peer.expectSilence();
  });
});

Deno.test("Session gives up when the operator says, whatever timeout was asked for", async () => {
  await withServer(
    { idleMs: 3_000 },
    async ({ server, names, count, event }) => {
      using peer = new Peer(server.port);
      await peer.begin("f", { timeout: "6" });
      await peer.block(1, pattern(512));
      server.pass(3_000);
      assertEquals((await peer.next()).packet, {
        kind: "error",
        code: 0,
        message: "timeout",
      });
      const { why, bytes } = await event("failed");
      assertEquals([why, bytes], [{ kind: "silent" }, 512]);
      await server.stop();
      assertEquals(count("failed"), 1);
      assertEquals(names(), []);
    },
  );
});
