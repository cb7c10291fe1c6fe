import { assert, assertEquals } from "@std/assert";
import {
  ack,
  errorOf,
  sendFirst,
  withClient,
  withSaving,
  withServer,
} from "../harness.ts";
import { pattern, Peer } from "../peer.ts";
import { skip } from "../skip.ts";
import { SyncWatch } from "../storage/sync_watch.ts";

Deno.test("Room stores an upload and answers each block", () =>
  withClient({}, async ({ peer, names, read, event }) => {
    assertEquals(await peer.begin("a.cfg"), ack(0));
    const first = await peer.block(1, pattern(1_000).subarray(0, 512));
    assertEquals(first, ack(1));
    assert(!names().includes("a.cfg"));
    const last = await peer.block(2, pattern(1_000).subarray(512));
    assertEquals(last, ack(2));
    // The last ACK is the proof: no waiting for the file here.
    assertEquals(names(), ["a.cfg"]);
    assertEquals(read("a.cfg"), pattern(1_000));
    const { filename, storedName, bytes } = await event("stored");
    assertEquals([filename, storedName, bytes], ["a.cfg", "a.cfg", 1_000]);
  }));

Deno.test("Room leaves an existing file alone until its replacement is complete", () =>
  withClient({}, async ({ peer, server, names, text, read, write, event }) => {
    write("a.cfg", "yesterday");
    await sendFirst(peer, "a.cfg");
    assertEquals(text("a.cfg"), "yesterday");
    await peer.send(errorOf(0, "bye"));
    await event("failed");
    assertEquals(text("a.cfg"), "yesterday");
    await peer.upload("a.cfg", pattern(700));
    assertEquals(read("a.cfg"), pattern(700));
    assertEquals((await event("stored")).replacedBytes, "yesterday".length);
    await server.stop();
    assertEquals(names(), ["a.cfg"]);
  }));

Deno.test("Room grants options in the client's spelling", () =>
  withClient({}, async ({ peer, read, event }) => {
    const known = { BlkSize: "1024", windowsize: "3", tsize: "3000" };
    assertEquals(await peer.begin("w", { ...known, unknown: "1" }), {
      kind: "oack",
      options: Object.entries(known).map(([name, value]) => ({ name, value })),
    });
    const content = pattern(3_000);
    for (const block of [1, 2]) {
      const payload = content.subarray((block - 1) * 1024, block * 1024);
      await peer.send({ kind: "data", block, payload });
    }
    const last = await peer.block(3, content.subarray(2_048));
    assertEquals(last, ack(3));
    assertEquals(read("w"), content);
    const { blksize, windowsize, tsize } = await event("accepted");
    assertEquals([blksize, windowsize, tsize], [1024, 3, 3000]);
  }));

Deno.test("Room serves IPv6 and writes all eight groups into the name", async () => {
  if (!hasIpv6()) return skip("this machine has no IPv6");
  const config = { hostnames: ["::1"], ipstamp: true };
  await withServer(config, async ({ server, names }) => {
    using peer = new Peer(server.port, "::1");
    await peer.upload("v6", pattern(1));
    assertEquals(names(), ["0000-0000-0000-0000-0000-0000-0000-0001-v6"]);
  });
});

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

function hasIpv6(): boolean {
  try {
    const options = { transport: "udp", hostname: "::1", port: 0 } as const;
    Deno.listenDatagram(options).close();
    return true;
  } catch {
    return false;
  }
}
