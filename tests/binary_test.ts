/**
 * The executable, compiled as users compile it. Where Deno's base for it cannot
 * be had, these tests say so and do nothing.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import config from "../deno.json" with { type: "json" };
import { HELP } from "../lib/cli/parse.ts";
import { pattern, Peer } from "./peer.ts";
import { ROOT, run, runFlags, ServerProcess, withProgram } from "./process.ts";
import { skip } from "./skip.ts";
import { mebibytes, statsOf } from "./stress/process_stats.ts";
import { namesIn, textsIn, withTempDirectory } from "./temp_directory.ts";
import { EXPECTED } from "./threads/expectation.ts";

const RIGHTS = ["--allow-read", "--allow-write", "--allow-run", "--allow-env"];

/** What a binary does with wrong or harmless flags. */
const ANSWERS: ReadonlyArray<
  readonly [args: string[], code: number, stdout: string, stderr: string]
> = [
  [["--help"], 0, HELP, ""],
  [["--version"], 0, `wotftp ${config.version}\n`, ""],
  // It takes no rights from its command line.
  [
    ["--allow-run"],
    2,
    "",
    'wotftp: error: unknown flag "--allow-run"\n' +
    'wotftp: hint: see "wotftp --help" for all flags\n',
  ],
  [
    ["--port", "0", "--dir", "/nowhere/at/all"],
    1,
    "",
    'wotftp: error: cannot store uploads in "/nowhere/at/all": it does not ' +
    "exist\nwotftp: hint: create it, or name another with --dir\n",
  ],
];

/** What the binary is asked to do, by what is right. */
const STEPS: Readonly<Record<string, (binary: string) => Promise<void>>> = {
  "answers what it is asked and explains what is wrong": async (binary) => {
    for (const [args, code, stdout, stderr] of ANSWERS) {
      assertEquals(await run(binary, args), { code, stdout, stderr });
    }
  },
  "stores uploads on all threads and drains on SIGTERM": async (binary) => {
    const since = performance.now();
    await withProgram("--threads 2", async ({ server, directory }) => {
      await tell(binary, server, performance.now() - since);
      using peers = new DisposableStack();
      // So many that a second thread is started for them.
      const names = Array.from({ length: 20 }, (_, i) => `f${i + 10}`);
      const begun = await Promise.all(names.map(async (name) => {
        const peer = peers.use(new Peer(server.port));
        await peer.begin(name);
        await peer.block(1, pattern(512));
        return peer;
      }));
      server.kill("SIGTERM");
      await server.line(/stopping once 20 uploads ended/);
      await Promise.all(begun.map((peer) => peer.block(2, pattern(1))));
      assertEquals(await server.exitCode(), 0);
      assertEquals(namesIn(directory), names);
    }, [binary]);
  },
  "stores what its own client sends to a single port": (binary) =>
    withProgram("--single-port", async ({ server, directory }) => {
      const args = `put --port ${server.port} --name f - 127.0.0.1`.split(" ");
      const stdin = "from a pipe";
      const { code, stderr } = await run(binary, args, { stdin });
      assertEquals(code, 0, stderr);
      assertEquals(textsIn(directory), { f: stdin });
    }, [binary]),
  "starts in a relative directory and writes nowhere else": (binary) =>
    withTempDirectory(async (directory) => {
      await Deno.mkdir(join(directory, "up"));
      const args = ["--dir", "up"];
      await using server = await ServerProcess.start(directory, args, [binary]);
      using peer = new Peer(server.port);
      assertEquals((await peer.upload("f", pattern(3))).kind, "ack");
      assertEquals(namesIn(directory), ["up"]);
    }),
  "answers the only client, of IPv4, on all of IPv6": (binary) =>
    withProgram("--bind :: --remoteip 127.0.0.1", async ({ peer }) => {
      assertEquals((await peer.upload("f", pattern(3))).kind, "ack");
    }, [binary]),
};

Deno.test("the binary", (t) =>
  withBinary([], async (binary) => {
    for (const [what, step] of Object.entries(STEPS)) {
      await t.step(what, () => step(binary));
    }
  }));

Deno.test("a binary's threads have the few rights they need", () =>
  withTempDirectory((inside) =>
    withTempDirectory(async (outside) => {
      await Deno.writeTextFile(join(outside, "secret"), "secret");
      const args = [
        ...["--main", "tests/threads/probe.ts"],
        ...["--include", "tests/threads/probe_worker.ts"],
      ];
      await withBinary(args, async (probe) => {
        const { stdout, stderr } = await run(probe, [inside, outside]);
        assertEquals(stderr, "");
        assertEquals(JSON.parse(stdout), EXPECTED);
      });
    })
  ));

Deno.test("a binary with a fixed directory has it as default and cannot use another", () =>
  withTempDirectory((fixed) =>
    withTempDirectory((other) =>
      withBinary(["--dir", fixed], async (binary) => {
        await using server = await ServerProcess.start(fixed, [], [binary]);
        using peer = new Peer(server.port);
        assertEquals((await peer.upload("f", pattern(3))).kind, "ack");
        const args = ["--port", "0", "--dir", other];
        const { code, stderr } = await run(binary, args);
        assertEquals(code, 1);
        assertStringIncludes(stderr, "compiled for another directory only");
        assertEquals(namesIn(other), []);
        const { stdout } = await run(binary, ["--help"]);
        assertStringIncludes(stdout.replace(/\s+/g, " "), `${fixed}, the only`);
      })
    )
  ));

async function withBinary(
  args: readonly string[],
  use: (binary: string) => Promise<void>,
): Promise<void> {
  await withTempDirectory(async (folder) => {
    const binary = join(folder, "wotftp");
    const { code, stderr } = await run(Deno.execPath(), [
      ...[...runFlags(), ...RIGHTS, join(ROOT, "scripts/compile.ts")],
      ...["--out", binary, ...args],
    ]);
    if (code !== 0) return skip(`cannot compile here: ${stderr.trim()}`);
    await use(binary);
  });
}

/** Prints numbers to look at, not to assert. */
async function tell(
  binary: string,
  { pid }: ServerProcess,
  ms: number,
): Promise<void> {
  const { size } = await Deno.stat(binary);
  const memory = (await statsOf(pid))?.rssBytes ?? NaN;
  // deno-lint-ignore no-console -- as said.
  console.log(
    `binary: ${mebibytes(size)}, listening after ${Math.round(ms)} ms, ` +
      `resident ${mebibytes(memory)}`,
  );
}
