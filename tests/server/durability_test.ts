/**
 * A client that got the last ACK has its file on disk, unless the operator
 * gave that up with `--no-sync`.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { SyncWatch } from "../storage/sync_watch.ts";
import { withServer } from "./harness.ts";
import { pattern, Peer } from "./peer.ts";

const BROKEN = new Error("Disk is broken");

Deno.test("Server keeps the last ACK back until the file is on disk (row 23)", async () => {
  using watch = new SyncWatch();
  const begun = Promise.withResolvers<void>();
  const disk = Promise.withResolvers<void>();
  watch.onSync = async () => {
    begun.resolve();
    await disk.promise;
  };
  await withServer({}, async ({ server, names, event }) => {
    try {
      using peer = new Peer(server.port);
      await peer.begin("f");
      await peer.send({ kind: "data", block: 1, payload: pattern(9) });
      await Promise.race([begun.promise, event("stored")]);
      // An ACK sent too early would be the first thing to arrive.
      for (let i = 0; i < 5; i++) await peer.expectSilence();
      assertEquals(names().filter((name) => !name.endsWith(".part")), []);
      disk.resolve();
      assertEquals((await peer.next()).packet, { kind: "ack", block: 1 });
    } finally {
      // A server does not end before its disk does.
      disk.resolve();
    }
  });
});

for (const broken of ["data", "name"] as const) {
  Deno.test({
    name:
      `Server answers ERROR, not ACK, if the ${broken} cannot be synced (row 23)`,
    ignore: broken === "name" && Deno.build.os === "windows",
    fn: async () => {
      using watch = new SyncWatch();
      watch.onSync = (what) =>
        what === broken ? Promise.reject(BROKEN) : undefined;
      await withServer({}, async ({ server, event }) => {
        using peer = new Peer(server.port);
        assertEquals((await peer.upload("f", pattern(700))).kind, "error");
        assertEquals((await event("failed")).filename, "f");
      });
    },
  });
}

Deno.test("Server without sync never waits for the disk", async () => {
  using watch = new SyncWatch();
  watch.onSync = () => Promise.reject(BROKEN);
  await withServer({ isSynced: false }, async ({ server, names }) => {
    using peer = new Peer(server.port);
    const last = await peer.upload("f", pattern(700));
    assertEquals(last, { kind: "ack", block: 2 });
    assertEquals(names(), ["f"]);
  });
  assertEquals(watch.seen, []);
});
