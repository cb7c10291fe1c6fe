/**
 * A client that got the last ACK has its file on disk, unless the operator
 * gave that up with `--no-sync`.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { ack, withClient, withSaving } from "../harness.ts";
import { pattern } from "../peer.ts";
import { SyncWatch } from "../storage/sync_watch.ts";

const BROKEN = new Error("Disk is broken");

Deno.test("Session keeps the last ACK back until the file is on disk", () =>
  withSaving(async ({ peer, names }, disk) => {
    // An ACK sent too early would be the first thing to arrive.
    for (let i = 0; i < 5; i++) await peer.expectSilence();
    assertEquals(names().filter((name) => !name.endsWith(".part")), []);
    disk.resolve();
    assertEquals((await peer.next()).packet, ack(1));
  }));

Deno.test("Session answers ERROR, not ACK, if the data or the name cannot be synced", async () => {
  for (const broken of ["data", "name"]) {
    if (broken === "name" && Deno.build.os === "windows") continue;
    using watch = new SyncWatch();
    watch.onSync = (what) =>
      what === broken ? Promise.reject(BROKEN) : undefined;
    await withClient({}, async ({ peer, event }) => {
      const answer = await peer.upload("f", pattern(700));
      assertEquals(answer.kind, "error", broken);
      assertEquals((await event("failed")).filename, "f");
    });
  }
});
