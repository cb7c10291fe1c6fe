/**
 * `wotftp doctor` as its user meets it.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { Peer } from "../peer.ts";
import { type Outcome, runProgram, ServerProcess } from "../process.ts";
import { locksIn, namesIn, withTempDirectory } from "../temp_directory.ts";

Deno.test("wotftp doctor says that all is well, how to upload, and leaves nothing", () =>
  withTempDirectory(async (directory) => {
    const port = freePort();
    const { code, stdout, stderr } = await doctor(directory, port);
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    const [findings = "", commands = "", sum] = stdout.split("\n\n");
    assertEquals(
      findings.split("\n").map((line) => line.split(": ")[0]),
      [
        ...["rights", "directory", "free space", "clock", "port"],
        ...["kernel buffer", "upload through 127.0.0.1"],
      ].map((subject) => `ok       ${subject}`),
    );
    const curl = `curl --upload-file FILE tftp://127.0.0.1:${port}/\n`;
    assertStringIncludes(commands, curl);
    assertEquals(
      sum,
      "no problems, no warnings; nothing was changed. What a firewall does " +
        "to other machines cannot be seen from here.\n",
    );
    assertEquals([namesIn(directory), locksIn(directory)], [[], []]);
  }));

Deno.test("wotftp doctor names what keeps a server from working", () =>
  withTempDirectory(async (directory) => {
    using other = new Peer(0);
    const file = join(directory, "file");
    await Deno.writeTextFile(file, "");
    const rows: [args: string[], line: string][] = [
      [
        ["--dir", join(directory, "missing")],
        `problem  directory: cannot store uploads in "${directory}/missing": ` +
        "it does not exist; hint: create it, or name another with --dir",
      ],
      [
        ["--dir", file],
        `problem  directory: cannot store uploads in "${file}": not a ` +
        "directory; hint: name another with --dir",
      ],
      [
        ["--port", `${other.port}`],
        `problem  port: cannot listen on 127.0.0.1:${other.port}: the port is ` +
        "taken; hint: stop the other server or try another --port",
      ],
      [["--min-free", "8000T"], "problem  free space: --min-free can never be"],
      [
        ["--stop-key-file", file],
        `problem  stop key: the stop key "${file}" has 0 bytes`,
      ],
      [
        ["--expect", join(directory, "missing")],
        "problem  expected: ",
      ],
    ];
    for (const [args, line] of rows) {
      const { code, stdout, stderr } = await doctor(directory, 0, args);
      assertEquals({ code, stderr }, { code: 1, stderr: "" }, line);
      assert(stdout.split("\n").some((it) => it.startsWith(line)), stdout);
    }
    assertEquals([namesIn(directory), locksIn(directory)], [["file"], []]);
  }));

Deno.test("wotftp doctor warns where a server runs already", () =>
  withTempDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    const { code, stdout } = await doctor(directory, server.port);
    assertEquals(code, 0);
    assertStringIncludes(
      stdout,
      "warning  port: a server that only receives listens on 127.0.0.1:" +
        `${server.port} already; hint: all is well if that is yours`,
    );
  }));

Deno.test("wotftp doctor explains wrong flags", () =>
  withTempDirectory(async (directory) => {
    const { code, stderr } = await doctor(directory, 0, ["--prot", "1"]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, 'unknown flag "--prot"; did you mean --port?');
  }));

function doctor(
  directory: string,
  port: number,
  args: readonly string[] = [],
): Promise<Outcome> {
  const usual = [["--dir", directory], ["--port", `${port}`]]
    .filter(([flag = ""]) => !args.includes(flag)).flat();
  return runProgram(["doctor", "--bind", "127.0.0.1", ...usual, ...args]);
}

function freePort(): number {
  using socket = new Peer(0);
  return socket.port;
}
