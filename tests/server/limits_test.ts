import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { ServerConfig } from "../../lib/server/config.ts";
import { skip } from "../skip.ts";
import { namesIn, withMount } from "../storage/upload_directory.ts";
import { type Harness, withServer } from "./harness.ts";
import { pattern, Peer } from "./peer.ts";

Deno.test("Server refuses an announced size beyond the limit at once (row 43)", async () => {
  await withServer({ maxBytes: 1_000 }, async ({ server, names, event }) => {
    using peer = new Peer(server.port);
    assertEquals(await peer.begin("f", { tsize: "1001" }), {
      kind: "error",
      code: 3,
      message: "file too large - need 1001, have 1000",
    });
    assertEquals(peer.transferPort, server.port);
    const { filename, reason } = await event("refused");
    assertEquals(filename, "f");
    assertEquals(reason, "file too large - need 1001, have 1000");
    assertEquals(names(), []);
  });
});

Deno.test("Server takes a file that is just as large as the limit (row 43)", async () => {
  await withServer({ maxBytes: 1_000 }, async ({ server, read }) => {
    using peer = new Peer(server.port);
    const answer = await peer.begin("f", { tsize: "1000" });
    assertEquals(answer.kind, "oack");
    await peer.block(1, pattern(1_000).subarray(0, 512));
    assertEquals(await peer.block(2, pattern(1_000).subarray(512)), {
      kind: "ack",
      block: 2,
    });
    assertEquals(read("f"), pattern(1_000));
  });
});

for (const options of [{}, { tsize: "512" }]) {
  const what = "tsize" in options ? "more than it announced" : "no size";
  Deno.test(`Server cuts off a file beyond the limit of who said ${what} (rows 43, 44)`, async () => {
    await withServer({ maxBytes: 1_000 }, async ({ server, names, event }) => {
      using peer = new Peer(server.port);
      await peer.begin("f", options);
      assertEquals((await peer.block(1, pattern(512))).kind, "ack");
      assertEquals(await peer.block(2, pattern(512)), {
        kind: "error",
        code: 3,
        message: "file too large - limit is 1000 bytes",
      });
      const { why, bytes } = await event("failed");
      assertEquals(why, { kind: "too-large", maxBytes: 1_000 });
      assertEquals(bytes, 512);
      await peer.expectSilence();
      await server.stop();
      assertEquals(names(), []);
    });
  });
}

/** More than any disk has. */
const ALL_OF_IT = { minFree: { kind: "bytes", bytes: 2 ** 60 } } as const;

Deno.test("Server refuses an announced size where too little is free (row 43)", async () => {
  await withServer(ALL_OF_IT, async ({ server, names }) => {
    using peer = new Peer(server.port);
    assertEquals(await peer.begin("f", { tsize: "10" }), {
      kind: "error",
      code: 3,
      message: "not enough disk space - need 10, have 0",
    });
    assertEquals(names(), []);
  });
});

Deno.test("Server refuses a file of unknown size where too little is free (row 43)", async () => {
  await withServer(ALL_OF_IT, async ({ server, names }) => {
    using peer = new Peer(server.port);
    assertEquals(await peer.begin("f"), {
      kind: "error",
      code: 3,
      message: "disk full on server",
    });
    assertEquals(names(), []);
  });
});

/** Serves a disk of one mebibyte, of which some bytes shall stay free. */
async function withSmallDisk(
  test: (harness: Harness, path: string) => Promise<void>,
  bytes = 0,
): Promise<void> {
  const reason = await withMount("size=1m", (directory) => {
    const minFree: ServerConfig["minFree"] = { kind: "bytes", bytes };
    return withServer(
      { directory, minFree },
      (harness) => test(harness, directory),
    );
  });
  if (reason !== undefined) skip(reason);
}

const DISK_FULL = {
  kind: "error",
  code: 3,
  message: "disk full on server",
} as const;

Deno.test("Server refuses an announced size beyond the free disk at once (row 43)", () =>
  withSmallDisk(async ({ server }, path) => {
    using peer = new Peer(server.port);
    assertEquals(await peer.begin("f", { tsize: "1048577" }), {
      kind: "error",
      code: 3,
      message: "not enough disk space - need 1048577, have 1048576",
    });
    assertEquals(await namesIn(path), []);
    assertEquals((await peer.begin("f", { tsize: "1048576" })).kind, "oack");
  }));

Deno.test("Server promises the same free disk to one client only (row 43)", () =>
  withSmallDisk(async ({ server, event }) => {
    using first = new Peer(server.port);
    using second = new Peer(server.port);
    await first.begin("a", { tsize: "700000" });
    // The word of a client that sent nothing yet counts for nothing.
    await first.block(1, pattern(512));
    assertEquals(await second.begin("b", { tsize: "700000" }), {
      kind: "error",
      code: 3,
      message: "not enough disk space - need 700000, have 349088",
    });
    await first.send({ kind: "error", code: 0, message: "bye" });
    await event("failed");
    assertEquals((await second.begin("b", { tsize: "700000" })).kind, "oack");
  }));

Deno.test("Server looks again before it refuses a size (row 43)", () =>
  withSmallDisk(async ({ server }, path) => {
    using peer = new Peer(server.port);
    assertEquals((await peer.upload("a", pattern(700_000))).kind, "ack");
    await Deno.remove(join(path, "a"));
    assertEquals((await peer.begin("b", { tsize: "700000" })).kind, "oack");
  }));

Deno.test("Server keeps the minimum free while a file comes in (row 43)", () =>
  withSmallDisk(async ({ server }, path) => {
    using peer = new Peer(server.port);
    assertEquals(await peer.upload("f", pattern(500_000)), DISK_FULL);
    assertEquals((await peer.upload("g", pattern(300_000))).kind, "ack");
    await server.stop();
    assertEquals(await namesIn(path), ["g"]);
  }, 700_000));

Deno.test("Server answers the block that fills the disk with ERROR 3 (rows 23, 43)", () =>
  withSmallDisk(async ({ server, events, event }, path) => {
    const ballast = join(path, "ballast");
    await Deno.writeFile(ballast, pattern(900_000));
    using peer = new Peer(server.port);
    assertEquals(await peer.upload("f", pattern(400_000)), DISK_FULL);
    const { why } = await event("failed");
    assertEquals(why, { kind: "server", message: "disk full on server" });
    await peer.expectSilence();
    assertEquals(events.filter(({ kind }) => kind === "stored"), []);
    await server.stop();
    assertEquals(await namesIn(path), ["ballast"]);
  }));

Deno.test("Server goes on as soon as there is room on a full disk (row 43)", () =>
  withSmallDisk(async ({ server }, path) => {
    const ballast = join(path, "ballast");
    await Deno.writeFile(ballast, pattern(900_000));
    using peer = new Peer(server.port);
    assertEquals(await peer.upload("f", pattern(400_000)), DISK_FULL);
    await Deno.remove(ballast);
    using next = new Peer(server.port);
    assertEquals((await next.upload("f", pattern(400_000))).kind, "ack");
    assertEquals(await namesIn(path), ["f"]);
    assertEquals(await Deno.readFile(join(path, "f")), pattern(400_000));
  }));

Deno.test("Server keeps the old file when its replacement fills the disk (row 23)", () =>
  withSmallDisk(async ({ server }, path) => {
    await Deno.writeFile(join(path, "f"), pattern(600_000));
    using peer = new Peer(server.port);
    assertEquals(await peer.upload("f", pattern(500_000)), DISK_FULL);
    await server.stop();
    assertEquals(await namesIn(path), ["f"]);
    assertEquals(await Deno.readFile(join(path, "f")), pattern(600_000));
  }));
