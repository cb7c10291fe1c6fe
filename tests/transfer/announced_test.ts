/**
 * Clients that send less or more than they have announced, or another file than
 * they began.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { withServer } from "../harness.ts";
import { pattern, Peer } from "../peer.ts";

Deno.test("Room keeps the old file when less comes than was announced", async () => {
  await withServer({}, async ({ server, names, text, write, event }) => {
    write("a.cfg", "yesterday");
    using peer = new Peer(server.port);
    await peer.begin("a.cfg", { tsize: "3000" });
    assertEquals(await peer.block(1, pattern(100)), {
      kind: "error",
      code: 0,
      message: "incomplete: 100 of 3000 bytes",
    });
    const { why, bytes } = await event("failed");
    const expected = { kind: "incomplete", bytes: 100, announcedBytes: 3_000 };
    assertEquals<unknown>([why, bytes], [expected, 100]);
    await server.stop();
    assertEquals(names(), ["a.cfg"]);
    assertEquals(text("a.cfg"), "yesterday");
  });
});

Deno.test("Room stores what was not announced for sure, whatever its size", async () => {
  await withServer({}, async ({ server, read, event }) => {
    const rows = [["0", "octet", undefined], ["5", "octet", 5]] as const;
    const text = ["70", "netascii", undefined] as const;
    for (const [tsize, mode, announced] of [...rows, text]) {
      using peer = new Peer(server.port);
      await peer.begin("f", { tsize }, mode);
      assertEquals((await peer.block(1, pattern(6))).kind, "ack");
      assertEquals(read("f"), pattern(6));
      assertEquals((await event("stored")).announced, announced);
    }
  });
});

Deno.test("Room stores nothing of a client that reads on at every OACK", async () => {
  await withServer({}, async ({ server, names, event }) => {
    using peer = new Peer(server.port);
    const content = pattern(1_500);
    await peer.begin("f", { tsize: "0" });
    await peer.block(1, content.subarray(0, 512));
    // It takes another OACK for leave to send the next 512 bytes.
    assertEquals(await peer.block(1, content.subarray(512, 1_024)), {
      kind: "error",
      code: 0,
      message: "block 1 came twice with different contents",
    });
    assertEquals((await event("failed")).why, { kind: "two-first-blocks" });
    await server.stop();
    assertEquals(names(), []);
  });
});
