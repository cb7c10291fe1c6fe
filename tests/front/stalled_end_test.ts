/**
 * How a server ends whose disk does not answer, and how it refuses uploads while
 * it has no directory.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { withServer } from "../harness.ts";
import { pattern, Peer } from "../peer.ts";
import { SyncWatch } from "../storage/sync_watch.ts";
import { partsIn } from "../temp_directory.ts";

Deno.test("Front ends without the disk's word ten seconds after the grace period", async () => {
  using watch = new SyncWatch();
  const { begun, disk } = watch.halt();
  await withServer({}, async ({ server, directory, count, event, names }) => {
    try {
      using peer = new Peer(server.port);
      await peer.begin("f");
      await peer.send({ kind: "data", block: 1, payload: pattern(9) });
      await begun.promise;
      const ended = server.drain(1_000);
      server.pass(1_000);
      server.pass(9_900);
      assertEquals(count("trouble"), 0);
      server.pass(100);
      await ended;
      assertEquals(
        (await event("trouble")).message,
        "the disk does not answer; ending without its word",
      );
      // Should it answer now, the upload has failed all the same.
      disk.resolve();
      assertEquals((await peer.next()).packet.kind, "error");
      assertEquals([names(), partsIn(directory)], [[], []]);
    } finally {
      disk.resolve();
    }
  });
});
