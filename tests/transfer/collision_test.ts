/**
 * Names that are taken, or wanted by several at once, also by uploads on
 * different threads.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { withPeers, withServer } from "../harness.ts";
import { pattern, Peer } from "../peer.ts";

const EXISTS = {
  kind: "error",
  code: 6,
  message: "file already exists",
} as const;
const CANNOT_OPEN = {
  kind: "error",
  code: 2,
  message: "cannot open file for writing on server",
} as const;
const ACK_1 = { kind: "ack", block: 1 } as const;
const ACK_2 = { kind: "ack", block: 2 } as const;

/** How the last blocks of two uploads of "f" are answered; what is there then. */
const TWO_ENDS = [
  ["replace", [ACK_2, ACK_2], ["f"]],
  ["refuse", [ACK_2, EXISTS], ["f"]],
  ["version", [ACK_2, ACK_2], ["f", "f.~2~"]],
] as const;

Deno.test("Rooms publish two uploads of a name that end at the same time", async () => {
  for (const [onExists, ends, left] of TWO_ENDS) {
    await withServer({ onExists }, async ({ server, names, read }) => {
      await withPeers(2, server.port, async (peers) => {
        for (const peer of peers) {
          await peer.begin("f");
          await peer.block(1, pattern(512));
        }
        const threads = peers
          .map((it) => server.sockets.threadOf(it.transferPort));
        assertEquals(threads, [0, 1]);
        const answers = await Promise.all(
          peers.map((peer, i) => peer.block(2, pattern(1 + i))),
        );
        answers.sort((a, b) => a.kind < b.kind ? -1 : 1);
        assertEquals<readonly unknown[]>(answers, ends, onExists);
      });
      await server.stop();
      assertEquals<readonly string[]>(names(), left);
      const lengths = names().map((name) => read(name).length).sort();
      if (left.length === 2) assertEquals(lengths, [513, 514]);
      for (const name of names()) {
        const tail = read(name).slice(512);
        assertEquals(tail, pattern(tail.length));
        assert(tail.length === 1 || tail.length === 2);
      }
    }, { threads: 2 });
  }
});

const VERSIONS = Array.from({ length: 19 }, (_, i) => `f.~${i + 2}~`);

/** How many of 20 uploads are stored, and under which names. */
const AT_ONCE = [
  [{ onExists: "replace" }, 20, ["f"]],
  [{ onExists: "refuse" }, 1, ["f"]],
  [{ onExists: "version" }, 20, ["f", ...VERSIONS]],
  [{ onExists: "replace", timestamp: true }, 20, undefined],
  [{ onExists: "refuse", timestamp: true }, 20, undefined],
] as const;

Deno.test("Rooms publish 20 uploads of a name at once, each whole", async () => {
  for (const [config, stored, expected] of AT_ONCE) {
    await withServer(config, async ({ server, names, read }) => {
      await withPeers(20, server.port, async (peers) => {
        const answers = await Promise.all(
          peers.map((peer, i) => peer.upload("f", pattern(600 + i))),
        );
        const acks = answers.filter(({ kind }) => kind === "ack");
        assertEquals(acks.length, stored, JSON.stringify(config));
      });
      await server.stop();
      if (expected !== undefined) assertEquals(names(), [...expected].sort());
      const lengths = new Set<number>();
      for (const name of names()) {
        const content = read(name);
        assertEquals(content, pattern(content.length));
        lengths.add(content.length);
      }
      assertEquals(lengths.size, expected?.length ?? 20);
    }, { threads: 3 });
  }
});

Deno.test("Room with refuse answers a name that is taken with ERROR 6", async () => {
  const config = { onExists: "refuse" } as const;
  await withServer(config, async ({ server, names, text, write, event }) => {
    write("f", "yesterday");
    using peer = new Peer(server.port);
    assertEquals(await peer.begin("f"), EXISTS);
    assertEquals(peer.transferPort, server.port);
    assertEquals((await event("refused")).filename, "f");
    assertEquals(names(), ["f"]);
    assertEquals(text("f"), "yesterday");
  });
});

/**
 * What is answered where a directory has the name: to the request, and to the
 * last block if it came meanwhile; and what is there in the end.
 */
const DIRECTORY = [
  ["replace", CANNOT_OPEN, CANNOT_OPEN, ["d"]],
  ["refuse", CANNOT_OPEN, EXISTS, ["d"]],
  ["version", { kind: "ack", block: 0 }, ACK_1, ["d", "d.~2~"]],
] as const;

Deno.test("Room never replaces a directory, whenever it came", async () => {
  for (const [onExists, atFirst, atLast, left] of DIRECTORY) {
    await withServer({ onExists }, async ({ server, directory, names }) => {
      using early = new Peer(server.port);
      await early.begin("d");
      await Deno.mkdir(join(directory, "d"));
      using late = new Peer(server.port);
      assertEquals<unknown>(await late.begin("d"), atFirst, onExists);
      assertEquals<unknown>(await early.block(1, pattern(1)), atLast, onExists);
      await server.stop();
      assertEquals(names(), [...left], onExists);
    });
  }
});
