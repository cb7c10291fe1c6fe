/**
 * How the program ends: by signals, by force, and from afar.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { runProgram, ServerProcess } from "./process.ts";
import { list } from "./server/harness.ts";
import { pattern, Peer } from "./server/peer.ts";
import { withTempDirectory } from "./temp_directory.ts";

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.test(`main lets uploads end on ${signal} and exits with 0`, async () => {
    await withTempDirectory(async (directory) => {
      await using server = await ServerProcess.start(directory);
      using peer = new Peer(server.port);
      await peer.begin("f");
      await peer.block(1, pattern(512));
      server.kill(signal);
      await server.line(/stopping once 1 upload ended/);
      await peer.block(2, pattern(3));
      assertEquals(await server.exitCode(), 0);
      assertEquals(list(directory), ["f"]);
    });
  });
}

Deno.test("main stops at once on a second signal and leaves no part", async () => {
  await withTempDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    using peer = new Peer(server.port);
    await peer.begin("f");
    await peer.block(1, pattern(512));
    server.kill("SIGINT");
    await server.line(/stopping once/);
    // One keypress may arrive twice within a moment, so press until it ends.
    const pressing = setInterval(() => server.kill("SIGINT"), 50);
    const code = await server.exitCode();
    clearInterval(pressing);
    assertEquals(code, 130);
    assertEquals((await peer.next()).packet.kind, "error");
    assertEquals(list(directory), []);
  });
});

Deno.test("main sweeps at the next start what a killed server left", async () => {
  await withTempDirectory(async (directory) => {
    await using killed = await ServerProcess.start(directory);
    using peer = new Peer(killed.port);
    await peer.begin("f");
    await peer.block(1, pattern(512));
    await untilPart(directory);
    killed.kill("SIGKILL");
    await killed.exitCode();
    assert(!list(directory).includes("f"));
    await using server = await ServerProcess.start(directory);
    await server.line(/removed 1 unfinished upload of an earlier run/);
    assertEquals(list(directory).filter((name) => /part$/.test(name)), []);
  });
});

Deno.test("main stops another server that has the same key", async () => {
  await withTempDirectory(async (directory) => {
    const key = join(directory, "key");
    const wrongKey = join(directory, "wrong-key");
    await Deno.writeFile(key, pattern(32));
    await Deno.writeFile(wrongKey, pattern(33));
    await using server = await ServerProcess.start(directory, [
      ...["--stop-key-file", key],
    ]);
    const where = ["--port", `${server.port}`, "--stop-key-file"];
    const refused = await runProgram(["stop", ...where, wrongKey]);
    assertEquals(refused.code, 1);
    assertMatch(refused.stderr, /does not accept the key/);
    const stopped = await runProgram(["stop", ...where, key]);
    assertEquals(stopped, {
      code: 0,
      stdout: "",
      stderr: `wotftp: the server on 127.0.0.1:${server.port} has stopped\n`,
    });
    assertEquals(await server.exitCode(), 0);
  });
});

Deno.test("main wants a stop key that is there and long enough", async () => {
  await withTempDirectory(async (directory) => {
    const key = join(directory, "key");
    const args = ["--dir", directory, "--port", "0", "--stop-key-file", key];
    const missing = await runProgram(args);
    assertEquals(missing.code, 1);
    assertMatch(missing.stderr, /cannot read the stop key .*does not exist/);
    await Deno.writeFile(key, pattern(15));
    const short = await runProgram(args);
    assertEquals(short.code, 1);
    assertMatch(short.stderr, /has 15 bytes; expected 16 or more/);
  });
});

/** The part is created in the background, at the latest for a large block. */
async function untilPart(directory: string): Promise<void> {
  const watcher = Deno.watchFs(directory);
  if (list(directory).some((name) => name.endsWith(".part"))) {
    watcher.close();
    return;
  }
  for await (const { paths } of watcher) {
    if (paths.some((path) => path.endsWith(".part"))) break;
  }
}
