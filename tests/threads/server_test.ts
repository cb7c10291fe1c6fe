import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { defaultsOf } from "../../lib/cli/flag.ts";
import { SERVE_FLAGS } from "../../lib/cli/flags.ts";
import type { ServerConfig } from "../../lib/config.ts";
import { Problem } from "../../lib/problem.ts";
import { Server, type ServerOptions } from "../../lib/threads/server.ts";
import { sendFirst, withPeers } from "../harness.ts";
import { pattern, Peer } from "../peer.ts";
import { rangesOf } from "../policy/ranges.ts";
import { denoFlags, run, ServerProcess } from "../process.ts";
import { withMount } from "../storage/files.ts";
import { locksIn, namesIn, withTempDirectory } from "../temp_directory.ts";

/** Starts a server within the rights of the tests. */
function start(
  config: Partial<ServerConfig>,
  options: Partial<ServerOptions> = {},
): Promise<Server> {
  return Server.start({
    config: {
      ...defaultsOf(SERVE_FLAGS),
      hostnames: ["127.0.0.1"],
      port: 0,
      remoteip: rangesOf("127.0.0.1"),
      verbosity: 0,
      ...config,
    },
    stopKey: undefined,
    ...options,
  });
}

Deno.test("Server holds a lock while it lives, and leaves nothing", () =>
  withTempDirectory(async (directory) => {
    for (const order of ["drain", "stop"] as const) {
      const server = await start({ directory });
      assertEquals(locksIn(directory).length, 1);
      server[order]();
      await server.ended;
      assertEquals([namesIn(directory), locksIn(directory)], [[], []]);
    }
  }));

Deno.test("Server.start() explains what is wrong, and leaves nothing behind", () =>
  withTempDirectory(async (directory) => {
    using other = new Peer(0);
    const { port } = other;
    const hint = "stop the other server or try another --port";
    const missing = join(directory, "no");
    const rows: [Partial<ServerConfig>, string, string][] = [
      [{ directory, port }, "the port is taken", hint],
      [{ directory: missing }, "it does not exist", "create it"],
    ];
    await withMount("size=1m,ro", async (readOnly) => {
      const reason = "the file system is read-only";
      for (
        const row of [...rows, [{ directory: readOnly }, reason, ""]] as const
      ) {
        const [config, message, advice] = row;
        const failing = () => start(config);
        const error = await assertRejects(failing, Problem, message);
        assertStringIncludes(error.hint, advice, message);
        assertEquals([namesIn(directory), locksIn(directory)], [[], []]);
      }
    });
  }));

// A message port that is under way to such a thread never gets there.
Deno.test(
  "Server.start() does not wait for ever for a thread that ends without a word",
  {
    sanitizeResources: false,
  },
  () =>
    withTempDirectory(async (directory) => {
      const entries = {
        front: new URL("../../lib/front/worker.ts", import.meta.url),
        transfer: new URL("../../lib/transfer/worker.ts", import.meta.url),
      };
      const quiet = new URL("./quiet_at_start.ts", import.meta.url);
      for (const which of ["front", "transfer"]) {
        const broken = { ...entries, [which]: quiet };
        const error = await assertRejects(
          () => start({ directory }, { entries: broken, startWithinMs: 1 }),
          Problem,
          "the threads of the server did not start within 0.001 s",
        );
        assertStringIncludes(error.hint, "start it again");
        assertEquals([namesIn(directory), locksIn(directory)], [[], []]);
      }
    }),
);

Deno.test("Server.start() makes no promise to keep space free that it cannot see", () =>
  withTempDirectory(async (directory) => {
    const flags = denoFlags(directory)
      .filter((flag) => !flag.startsWith("--allow-sys"));
    const where = ["--dir", directory, "--bind", "127.0.0.1", "--port", "0"];
    const args = [...flags, ...where, "--min-free", "1"];
    const { code, stderr } = await run(Deno.execPath(), args);
    assertEquals(code, 1);
    const message = "cannot find out how much of the disk is free";
    assertStringIncludes(stderr, message);
    assertEquals([namesIn(directory), locksIn(directory)], [[], []]);
  }));

Deno.test("Server spreads uploads over threads and ends when all are saved", () =>
  withTempDirectory(async (directory) => {
    const args = ["--threads", "3"];
    await using server = await ServerProcess.start(directory, args);
    await withPeers(30, server.port, async (peers) => {
      const names = peers.map((_, i) => `f${i}`);
      for (const [i, peer] of peers.entries()) {
        await sendFirst(peer, `f${i}`);
      }
      server.kill("SIGTERM");
      await server.line(/stopping once 30 uploads/);
      await Promise.all(peers.map((peer, i) => peer.block(2, pattern(i))));
      assertEquals(await server.exitCode(), 0);
      const sizes = names.map((it) => Deno.statSync(join(directory, it)).size);
      assertEquals(sizes, names.map((_, i) => 512 + i));
      assertEquals(namesIn(directory), names.sort());
    });
  }));

Deno.test("Server looks again and again how much of the disk is free", () =>
  withMount("size=1m", async (directory) => {
    const ballast = join(directory, "ballast");
    await Deno.writeFile(ballast, pattern(900_000));
    const args = ["--min-free", "0"];
    await using server = await ServerProcess.start(directory, args);
    const request = { tsize: "400000" };
    using peer = new Peer(server.port);
    assertEquals((await peer.begin("f", request)).kind, "error");
    await Deno.remove(ballast);
    // The free space is measured once a second; uploads in between pass time.
    while ((await peer.upload("f", pattern(400_000))).kind === "error");
    assertEquals(namesIn(directory), ["f"]);
  }));

Deno.test("Server ends though its lock cannot be removed, and says so", () =>
  withTempDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    const [lock = ""] = locksIn(directory);
    await Deno.remove(join(directory, lock));
    await Deno.mkdir(join(directory, lock, "full"), { recursive: true });
    server.kill("SIGTERM");
    await server.line(/cannot leave the directory in order/);
    await server.line(/stopped/);
    assertEquals(await server.exitCode(), 0);
  }));
