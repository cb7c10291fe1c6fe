/**
 * Names that are taken, or wanted by several at once, also by uploads on
 * different threads.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  ack,
  errorOf,
  sendFirst,
  withClient,
  withPeers,
  withServer,
} from "../harness.ts";
import { pattern, Peer } from "../peer.ts";

const EXISTS = errorOf(6, "file already exists");
const CANNOT_OPEN = errorOf(2, "cannot open file for writing on server");
const VERSIONS = Array.from({ length: 19 }, (_, i) => `f.~${i + 2}~`);

/** How many of 20 uploads are stored, and under which names. */
const AT_ONCE = [
  [{ onExists: "replace" }, 20, ["f"]],
  [{ onExists: "refuse" }, 1, ["f"]],
  [{ onExists: "version" }, 20, ["f", ...VERSIONS]],
  [{ onExists: "replace", timestamp: true }, 20, undefined],
  [{ onExists: "refuse", timestamp: true }, 20, undefined],
] as const;

Deno.test("Rooms publish 20 uploads of a name that end at once, each whole", async () => {
  for (const [config, stored, expected] of AT_ONCE) {
    const what = JSON.stringify(config);
    await withServer(config, async ({ server, names, read }) => {
      await withPeers(20, server.port, async (peers) => {
        for (const peer of peers) await sendFirst(peer, "f");
        const answers = await Promise.all(
          peers.map((peer, i) => peer.block(2, pattern(i))),
        );
        const others = answers.filter(({ kind }) => kind !== "ack");
        assertEquals(others, Array(20 - stored).fill(EXISTS), what);
      });
      await server.stop();
      if (expected !== undefined) assertEquals(names(), [...expected].sort());
      const contents = names().map(read);
      for (const it of contents) {
        assertEquals(it.slice(0, 512), pattern(512), what);
        assertEquals(it.slice(512), pattern(it.length - 512), what);
      }
      const lengths = new Set(contents.map(({ length }) => length));
      assertEquals(lengths.size, expected?.length ?? 20, what);
    }, { threads: 3 });
  }
});

Deno.test("Room with refuse answers a name that is taken with ERROR 6", async () => {
  const config = { onExists: "refuse" } as const;
  await withClient(
    config,
    async ({ peer, server, names, text, write, event }) => {
      write("f", "yesterday");
      assertEquals(await peer.begin("f"), EXISTS);
      assertEquals(peer.transferPort, server.port);
      assertEquals((await event("refused")).filename, "f");
      assertEquals(names(), ["f"]);
      assertEquals(text("f"), "yesterday");
    },
  );
});

/**
 * What is answered where a directory has the name: to the request, and to the
 * last block if it came meanwhile; and what is there in the end.
 */
const DIRECTORY = [
  ["replace", CANNOT_OPEN, CANNOT_OPEN, ["d"]],
  ["refuse", CANNOT_OPEN, EXISTS, ["d"]],
  ["version", ack(0), ack(1), ["d", "d.~2~"]],
] as const;

Deno.test("Room never replaces a directory, whenever it came", async () => {
  for (const [onExists, atFirst, atLast, left] of DIRECTORY) {
    await withClient(
      { onExists },
      async ({ peer: early, server, directory, names }) => {
        using late = new Peer(server.port);
        await early.begin("d");
        await Deno.mkdir(join(directory, "d"));
        assertEquals<unknown>(await late.begin("d"), atFirst, onExists);
        assertEquals<unknown>(
          await early.block(1, pattern(1)),
          atLast,
          onExists,
        );
        await server.stop();
        assertEquals(names(), [...left], onExists);
      },
    );
  }
});
