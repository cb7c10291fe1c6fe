/**
 * A bug is not survived: a thread that crashes ends the server with an error,
 * and no file is there that is not whole.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { sendFirst } from "../harness.ts";
import { pattern, Peer } from "../peer.ts";
import { denoFlags, ServerProcess } from "../process.ts";
import { locksIn, namesIn, withTempDirectory } from "../temp_directory.ts";

/** Runs with a server in a process of its own, one thread of which is broken. */
async function withBroken(
  which: "front" | "transfer",
  module: string,
  test: (server: ServerProcess, directory: string) => Promise<void>,
): Promise<void> {
  const script = fromFileUrl(new URL("./crash.ts", import.meta.url));
  const flags = denoFlags().slice(0, -1);
  const command = [Deno.execPath(), ...flags, script, which, module];
  await withTempDirectory(async (directory) => {
    await using server = ServerProcess.spawn(directory, [], command);
    await test(server, directory);
    await server.line(/The server crashed: .*Broken for a test/);
    assertEquals(await server.exitCode(), 1);
  });
}

/** A client of a server that has just been started. */
async function clientOf(server: ServerProcess): Promise<Peer> {
  const line = await server.line(/listening on/);
  return new Peer(Number(/:(\d+),/.exec(line)?.[1]));
}

Deno.test("Server.start() rejects when a thread crashes at its start, and leaves nothing", async () => {
  for (const which of ["front", "transfer"] as const) {
    await withBroken(
      which,
      "./crash_at_start.ts",
      async (server, directory) => {
        await server.exitCode();
        assertEquals([namesIn(directory), locksIn(directory)], [[], []]);
      },
    );
  }
});

Deno.test("Server ends with an error when a transfer thread crashes, without a false file", () =>
  withBroken("transfer", "./crash_at_commit.ts", async (server, directory) => {
    using peer = await clientOf(server);
    await Deno.writeTextFile(`${directory}/f`, "yesterday");
    await peer.begin("f");
    await peer.send({ kind: "data", block: 1, payload: pattern(5) });
    assertEquals(await server.exitCode(), 1);
    const names = namesIn(directory);
    // The part goes with the next start.
    assertEquals(names.filter((name) => !name.endsWith(".part")), ["f"]);
    assertEquals(await Deno.readTextFile(`${directory}/f`), "yesterday");
  }));

Deno.test("Server ends with an error when the front crashes, without a false file", () =>
  withBroken("front", "./crash_at_drain.ts", async (server, directory) => {
    using peer = await clientOf(server);
    await sendFirst(peer, "f");
    server.kill("SIGINT");
    assertEquals(await server.exitCode(), 1);
    const names = namesIn(directory);
    assertEquals(names.filter((name) => !name.endsWith(".part")), []);
  }));
