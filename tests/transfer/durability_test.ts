/**
 * A client that got the last ACK has its file on disk, unless the operator
 * gave that up with `--no-sync`.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { withServer } from "../harness.ts";
import { pattern, Peer } from "../peer.ts";
import { SyncWatch } from "../storage/sync_watch.ts";

const BROKEN = new Error("Disk is broken");

Deno.test("Session keeps the last ACK back until the file is on disk", async () => {
  using watch = new SyncWatch();
  const { begun, disk } = watch.halt();
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

Deno.test("Session answers ERROR, not ACK, if the data or the name cannot be synced", async () => {
  for (const broken of ["data", "name"]) {
    if (broken === "name" && Deno.build.os === "windows") continue;
    using watch = new SyncWatch();
    watch.onSync = (what) =>
      what === broken ? Promise.reject(BROKEN) : undefined;
    await withServer({}, async ({ server, event }) => {
      using peer = new Peer(server.port);
      const answer = await peer.upload("f", pattern(700));
      assertEquals(answer.kind, "error", broken);
      assertEquals((await event("failed")).filename, "f");
    });
  }
});
