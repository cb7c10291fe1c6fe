/**
 * How much of the disk is taken; all threads share it.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { ServerConfig } from "../../lib/config.ts";
import type { Packet } from "../../lib/protocol/packet.ts";
import {
  ack,
  errorOf,
  type Harness,
  withClient,
  withServer,
} from "../harness.ts";
import { pattern, Peer } from "../peer.ts";
import { withMount } from "../storage/files.ts";
import { partsIn } from "../temp_directory.ts";

function full(message: string): Packet {
  return { kind: "error", code: 3, message };
}

const DISK_FULL = full("disk full on server");

Deno.test("Front promises the same free disk to one client only", () =>
  withClient({}, async ({ peer: first, server, event }) => {
    using second = new Peer(server.port);
    using third = new Peer(server.port);
    server.shared.freeBytes = 1_000_000;
    await first.begin("a", { tsize: "700000" });
    // The word of a client that sent nothing yet counts for nothing.
    assertEquals((await second.begin("b", { tsize: "700000" })).kind, "oack");
    await first.block(1, pattern(512));
    assertEquals(
      await third.begin("c", { tsize: "700000" }),
      full("not enough disk space - need 700000, have 300512"),
    );
    await first.send(errorOf(0, "bye"));
    await event("failed");
    assertEquals((await third.begin("c", { tsize: "700000" })).kind, "oack");
  }, { threads: 3 }));

Deno.test("Rooms take from one free disk", () =>
  withClient({}, async ({ peer: first, server, names, event }) => {
    using second = new Peer(server.port);
    server.shared.freeBytes = 1_000;
    const answers = await Promise.all([
      first.upload("a", pattern(700)),
      second.upload("b", pattern(700)),
    ]);
    const threads = [first, second]
      .map((it) => server.sockets.threadOf(it.transferPort));
    assertEquals(threads.sort(), [0, 1]);
    const lost = answers.findIndex(({ kind }) => kind === "error");
    assertEquals(answers[lost], DISK_FULL);
    assertEquals(answers[1 - lost], ack(2));
    const { trouble } = await event("failed");
    assertEquals(trouble, "disk full: 300 bytes free above --min-free");
    assertEquals(server.shared.freeBytes, 300);
    await server.stop();
    assertEquals(names(), [lost === 1 ? "a" : "b"]);
  }, { threads: 2 }));

/** Serves a disk of one mebibyte, of which some bytes shall stay free. */
async function withSmallDisk(
  bytes: number,
  test: (harness: Harness) => Promise<void>,
): Promise<void> {
  await withMount("size=1m", (directory) => {
    const minFree: ServerConfig["minFree"] = { kind: "bytes", bytes };
    return withServer({ directory, minFree }, test);
  });
}

Deno.test("Server keeps the minimum free", () =>
  withSmallDisk(700_000, async ({ server, directory, names }) => {
    using peer = new Peer(server.port);
    assertEquals(
      await peer.begin("f", { tsize: "348577" }),
      full("not enough disk space - need 348577, have 348576"),
    );
    assertEquals((await peer.begin("f", { tsize: "348576" })).kind, "oack");
    assertEquals(await peer.upload("f", pattern(500_000)), DISK_FULL);
    // The client hears of it before its part is gone.
    while (partsIn(directory).length > 0) await Deno.stat(directory);
    await server.measure();
    assertEquals((await peer.upload("g", pattern(300_000))).kind, "ack");
    await server.stop();
    assertEquals(names(), ["g"]);
  }));

Deno.test("Session answers the block that fills the disk with ERROR 3, and keeps the old file", () =>
  withSmallDisk(0, async ({ server, directory, count, event, read, names }) => {
    await Deno.writeFile(join(directory, "f"), pattern(900_000));
    // As if nobody knew: then the disk itself says so.
    server.shared.freeBytes = undefined;
    using peer = new Peer(server.port);
    assertEquals(await peer.upload("f", pattern(400_000)), DISK_FULL);
    const { why } = await event("failed");
    assertEquals(why, { kind: "server", message: "disk full on server" });
    await peer.expectSilence();
    assertEquals(count("stored"), 0);
    assertEquals(read("f"), pattern(900_000));
    await Deno.remove(join(directory, "f"));
    using next = new Peer(server.port);
    assertEquals((await next.upload("f", pattern(400_000))).kind, "ack");
    assertEquals(names(), ["f"]);
  }));
