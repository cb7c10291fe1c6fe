/**
 * The executable, compiled as users compile it. Where Deno's base for it cannot
 * be had, these tests say so and do nothing.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import config from "../deno.json" with { type: "json" };
import { HELP } from "../lib/flags.ts";
import { ROOT, run, runFlags, ServerProcess } from "./process.ts";
import { EXPECTED } from "./sandbox/expectation.ts";
import { list } from "./server/harness.ts";
import { pattern, Peer } from "./server/peer.ts";
import { skip } from "./skip.ts";
import { withTempDirectory } from "./temp_directory.ts";

const RIGHTS = ["--allow-read", "--allow-write", "--allow-run", "--allow-env"];

async function compile(out: string, args: string[]): Promise<boolean> {
  const { code, stderr } = await run(Deno.execPath(), [
    ...runFlags(),
    ...RIGHTS,
    join(ROOT, "scripts/compile.ts"),
    ...["--out", out, ...args],
  ]);
  if (code !== 0) skip(`cannot compile here: ${stderr.trim()}`);
  return code === 0;
}

/** One binary for all tests of this file. */
async function withBinary(
  t: Deno.TestContext,
  tests: Readonly<Record<string, (binary: string) => Promise<void>>>,
): Promise<void> {
  await withTempDirectory(async (folder) => {
    const binary = join(folder, "wotftp");
    if (!await compile(binary, [])) return;
    for (const [name, test] of Object.entries(tests)) {
      await t.step(name, () => test(binary));
    }
  });
}

Deno.test("the binary", async (t) => {
  await withBinary(t, {
    "prints help and version": async (binary) => {
      const help = await run(binary, ["--help"]);
      assertEquals(help, { code: 0, stdout: HELP, stderr: "" });
      const version = await run(binary, ["--version"]);
      assertEquals(version.stdout, `wotftp ${config.version}\n`);
    },

    "explains wrong flags with exit code 2": async (binary) => {
      const { code, stdout, stderr } = await run(binary, ["--prot", "69"]);
      assertEquals({ code, stdout }, { code: 2, stdout: "" });
      assertEquals(
        stderr,
        'wotftp: error: unknown flag "--prot"\n' +
          'wotftp: hint: see "wotftp --help" for all flags\n',
      );
    },

    "takes no rights from its command line": async (binary) => {
      const { code } = await run(binary, ["--allow-run"]);
      assertEquals(code, 2);
    },

    "explains a missing directory with exit code 1": async (binary) => {
      const { code, stderr } = await run(binary, [
        ...["--dir", "/nowhere/at/all", "--port", "0"],
      ]);
      assertEquals(code, 1);
      assert(stderr.includes("it does not exist"), stderr);
    },

    "stores an upload and drains on SIGTERM": (binary) =>
      withTempDirectory(async (directory) => {
        await using server = await ServerProcess.startBinary(binary, directory);
        using peer = new Peer(server.port);
        await peer.upload("whole", pattern(1_000));
        await peer.begin("late");
        await peer.block(1, pattern(512));
        server.kill("SIGTERM");
        await server.line(/stopping once 1 upload ended/);
        await peer.block(2, pattern(1));
        assertEquals(await server.exitCode(), 0);
        assertEquals(list(directory), ["late", "whole"]);
      }),

    "takes an upload of curl": (binary) =>
      withTempDirectory(async (directory) => {
        await using server = await ServerProcess.startBinary(binary, directory);
        const source = join(ROOT, "README.md");
        const url = `tftp://127.0.0.1:${server.port}/`;
        try {
          const { code } = await run("curl", ["-sS", "-T", source, url]);
          assertEquals(code, 0);
        } catch {
          return skip("curl is not installed");
        }
        assertEquals(
          await Deno.readTextFile(join(directory, "README.md")),
          await Deno.readTextFile(source),
        );
      }),

    "starts in a relative directory and writes nowhere else": (binary) =>
      withTempDirectory(async (directory) => {
        await Deno.mkdir(join(directory, "up"));
        await using server = await ServerProcess.startBinary(
          binary,
          directory,
          [
            ...["--dir", "up"],
          ],
        );
        using peer = new Peer(server.port);
        assertEquals((await peer.upload("f", pattern(3))).kind, "ack");
        assertEquals(list(directory), ["up"]);
      }),

    "tells its size, its start and its memory": async (binary) => {
      await withTempDirectory(async (directory) => {
        const since = performance.now();
        await using server = await ServerProcess.startBinary(binary, directory);
        const ms = Math.round(performance.now() - since);
        const { size } = await Deno.stat(binary);
        const memory = await residentMemory(server.pid);
        // deno-lint-ignore no-console -- numbers to look at, not to assert.
        console.log(
          `binary: ${Math.round(size / 1e6)} MB, listening after ${ms} ms, ` +
            `resident ${memory}`,
        );
      });
    },
  });
});

Deno.test("a binary's server has the rights of its directory only", async () => {
  await withTempDirectory(async (folder) => {
    const probe = join(folder, "probe");
    const isCompiled = await compile(probe, [
      ...["--main", "tests/sandbox/probe.ts"],
      ...["--include", "tests/sandbox/probe_worker.ts"],
    ]);
    if (!isCompiled) return;
    await Deno.mkdir(join(folder, "inside"));
    await Deno.mkdir(join(folder, "outside"));
    await Deno.writeTextFile(join(folder, "outside", "secret"), "secret");
    const { stdout, stderr } = await run(probe, [
      ...[join(folder, "inside"), join(folder, "outside")],
    ]);
    assertEquals(stderr, "");
    assertEquals(JSON.parse(stdout), EXPECTED);
  });
});

Deno.test("a binary with a fixed directory cannot use another", async () => {
  await withTempDirectory(async (folder) => {
    const binary = join(folder, "fixed");
    const [fixed, other] = [join(folder, "up"), join(folder, "other")];
    await Deno.mkdir(fixed);
    await Deno.mkdir(other);
    if (!await compile(binary, ["--dir", fixed])) return;
    await using server = await ServerProcess.startBinary(binary, fixed);
    using peer = new Peer(server.port);
    assertEquals((await peer.upload("f", pattern(3))).kind, "ack");
    const { code, stderr } = await run(binary, ["--port", "0", "--dir", other]);
    assertEquals(code, 1);
    assert(stderr.includes("Deno may not write there"), stderr);
    assertEquals(list(other), []);
  });
});

async function residentMemory(pid: number): Promise<string> {
  try {
    const { stdout } = await run("ps", ["-o", "rss=", "-p", `${pid}`]);
    return `${Math.round(Number(stdout) / 1_000)} MB`;
  } catch {
    return "unknown";
  }
}
