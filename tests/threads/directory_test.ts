/**
 * What a server does whose upload directory goes away, and comes back.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { errorOf, sendFirst } from "../harness.ts";
import { pattern, Peer } from "../peer.ts";
import { ServerProcess } from "../process.ts";
import { skip } from "../skip.ts";
import { CHANGES } from "../storage/changes.ts";
import { createFiles, IS_UNIX, withMount } from "../storage/files.ts";
import { namesIn, withTempDirectory } from "../temp_directory.ts";

const AWAY = errorOf(2, "upload directory is not available");

/** Runs with a server for each way its directory can go. */
async function withEach(
  use: (
    server: ServerProcess,
    path: string,
    change: typeof CHANGES[number],
  ) => Promise<void>,
): Promise<void> {
  for (const change of CHANGES) {
    await withTempDirectory(async (parent) => {
      const path = join(parent, "up");
      await Deno.mkdir(path);
      const reason = await change.go(path);
      if (reason !== undefined) return skip(`${change.what}: ${reason}`);
      await change.back(path);
      await using server = await ServerProcess.start(path);
      try {
        await use(server, path, change);
      } catch (error) {
        await change.back(path).catch(() => {});
        throw error;
      }
    });
  }
}

Deno.test(
  "Server refuses uploads while its directory is gone, and goes on by itself",
  { ignore: !IS_UNIX },
  () =>
    withEach(async (server, path, { what, go, back }) => {
      using running = new Peer(server.port);
      await sendFirst(running, "running");
      await go(path);
      const line = await server.line(/is gone/);
      assertMatch(line, /wotftp: error: the upload directory .*\/up is gone/);
      let { packet } = await running.next();
      // The last ACK may have been repeated meanwhile.
      while (packet.kind === "ack") ({ packet } = await running.next());
      assertEquals(packet, AWAY, what);
      using peer = new Peer(server.port);
      assertEquals(await peer.begin("f"), AWAY, what);
      await back(path);
      await server.line(/is back;/);
      using next = new Peer(server.port);
      assertEquals((await next.upload("f", pattern(9))).kind, "ack", what);
      server.kill("SIGTERM");
      assertEquals(await server.exitCode(), 0);
      assertEquals(namesIn(path), ["f"], what);
    }),
);

Deno.test("Server acknowledges nothing that lies elsewhere", {
  ignore: !IS_UNIX,
}, () =>
  withEach(async (server, path, { what, go, back }) => {
    const acknowledged: string[] = [];
    const upload = async (lane: number) => {
      for (let i = 0;; i++) {
        using peer = new Peer(server.port);
        const name = `f${lane}-${i}`;
        const { kind } = await peer.upload(name, pattern(700));
        if (kind !== "ack") return;
        acknowledged.push(name);
      }
    };
    const lanes = [1, 2, 3, 4].map(upload);
    while (acknowledged.length < 20) await Deno.stat(path);
    await go(path);
    await Promise.all(lanes);
    await back(path);
    for (const name of acknowledged) {
      const { size } = await Deno.stat(join(path, name));
      assertEquals(size, 700, `${what}: ${name}`);
    }
    const names = namesIn(path).filter((it) => !it.endsWith(".part"));
    assert(names.length >= acknowledged.length, what);
  }));

Deno.test("Server ends in order though its directory is gone", {
  ignore: !IS_UNIX,
}, () =>
  withEach(async (server, path, { go, back, what }) => {
    await go(path);
    server.kill("SIGTERM");
    assertEquals(await server.exitCode(), 0, server.lines.join());
    await back(path);
    // What lies there goes with the next start.
    await using next = await ServerProcess.start(path);
    using peer = new Peer(next.port);
    assertEquals((await peer.upload("f", pattern(9))).kind, "ack", what);
    assertEquals(namesIn(path), ["f"]);
  }));

Deno.test("Server says whose parts it cannot remove, and that a limit cannot be met", () =>
  withMount("size=1m", async (path) => {
    await createFiles(path, [".wotftp~0123456789abcdef~0.1.part"]);
    const args = ["--min-free", "5T"];
    await using server = await ServerProcess.start(path, args);
    await server.line(/: left 1 unfinished upload whose run cannot be told/);
    await server.line(/: --min-free can never be met: 5497558138880 bytes /);
  }));
