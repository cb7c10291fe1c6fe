/**
 * The program as its user meets it: what it prints, and how it starts.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { HELP } from "../lib/cli/parse.ts";
import config from "../deno.json" with { type: "json" };
import { pattern, Peer, writeRequest } from "./peer.ts";
import {
  denoFlags,
  runProgram,
  ServerProcess,
  withProgram,
} from "./process.ts";
import { skip } from "./skip.ts";
import { namesIn, withTempDirectory } from "./temp_directory.ts";

Deno.test("main answers what it is asked and explains what it cannot do", () =>
  withTempDirectory(async (directory) => {
    const missing = join(directory, "missing");
    using other = new Peer(0);
    const port = `${other.port}`;
    const dir = `--dir ${directory}`;
    const rows: [args: string, code: number, output: string, hint?: string][] =
      [
        ["--help", 0, HELP],
        ["-V", 0, `wotftp ${config.version}\n`],
        [
          ...["--port 69x", 2] as const,
          '--port is "69x"; expected a number from 0 to 65535',
          'see "wotftp --help" for all flags',
        ],
        [
          ...[`--port 0 --dir ${missing}`, 1] as const,
          `cannot store uploads in "${missing}": it does not exist`,
          "create it, or name another with --dir",
        ],
        [
          // Documentation addresses (RFC 5737) belong to no machine.
          ...[`${dir} --bind 192.0.2.1 --port 0`, 1] as const,
          "cannot listen on 192.0.2.1:0: this machine does not have the address",
          "name one of its own with --bind, or leave --bind out",
        ],
        [
          ...[`${dir} --bind 127.0.0.1 --port ${port}`, 1] as const,
          `cannot listen on 127.0.0.1:${port}: the port is taken`,
          "stop the other server or try another --port",
        ],
      ];
    for (const [args, code, output, hint] of rows) {
      const problem = `wotftp: error: ${output}\nwotftp: hint: ${hint}\n`;
      const [stdout, stderr] = code === 0 ? [output, ""] : ["", problem];
      const expected = { code, stdout, stderr };
      assertEquals(await runProgram(args.split(" ")), expected, args);
      assertEquals(namesIn(directory), []);
    }
  }));

Deno.test("main stores into the current directory without knowing how full it is", () =>
  withTempDirectory(async (directory) => {
    const flags = denoFlags(directory)
      .filter((flag) => !flag.startsWith("--allow-sys"));
    const command = [Deno.execPath(), ...flags];
    const args = ["--dir", "."];
    await using server = await ServerProcess.start(directory, args, command);
    assert(server.lines[0]?.endsWith(`, storing in ${directory}`));
    using peer = new Peer(server.port);
    assertEquals(await peer.upload("f", pattern(9)), { kind: "ack", block: 1 });
    assert(namesIn(directory).includes("f"));
  }));

Deno.test("main serves though its log is on a full disk", () => {
  if (Deno.build.os !== "linux") return skip("there is no /dev/full");
  const shell = ["sh", "-c", 'exec "$@" 2>/dev/full', "sh"];
  return serveUnheard([], shell);
});

Deno.test("main says nothing of uploads at level 0", () =>
  serveUnheard(["--verbose", "0"], []));

Deno.test("main prints a line for each upload, and when it falls idle", () =>
  withProgram("", async ({ server, peer, directory }) => {
    await peer.upload("f", pattern(700));
    await peer.begin("../f");
    const idle = await server.line(/^Idle/);
    assertMatch(idle, /^Idle at ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/);
    const who = `wotftp: 127.0.0.1:${peer.port}`;
    const lines = server.lines.map((line) => line.replace(/\d\.\d\d s/, "T"));
    assertEquals(lines, [
      `wotftp: listening on 127.0.0.1:${server.port}, storing in ${directory}`,
      `${who} accepted "f" (octet, blksize 512)`,
      `${who} stored "f" (700 bytes in T)`,
      `${who} refused "../f": invalid filename - contains a directory; ` +
      'try: "f", or --paths strip here',
      idle,
    ]);
  }));

Deno.test("main shows every packet with its bytes at level 2", () =>
  withProgram("--verbose 2", async ({ server, peer }) => {
    await peer.upload("n.", Uint8Array.of(0x1b, 0x41));
    await server.line(/< ACK block 1/);
    const who = `wotftp: 127.0.0.1:${peer.port}`;
    const shown = server.lines.slice(1)
      .filter((line) => !/accepted|stored/.test(line));
    assertEquals(shown.slice(0, 7), [
      `${who} > WRQ "n." "octet"`,
      "0000 : 00 ?  02 ?  6E n  2E .  00 ?  6F o  63 c  74 t  65 e  74 t",
      "0010 : 00 ?",
      `${who} < ACK block 0`,
      "0000 : 00 ?  04 ?  00 ?  00 ?",
      `${who} > DATA block 1, 2 bytes`,
      "0000 : 00 ?  03 ?  00 ?  01 ?  1B ?  41 A",
    ]);
  }));

/** Uploads to a server of which nothing is to be heard until it answers. */
async function serveUnheard(args: string[], prefix: string[]): Promise<void> {
  await withTempDirectory(async (directory) => {
    const port = freePort();
    await using server = ServerProcess.spawn(
      directory,
      ["--port", `${port}`, ...args],
      [...prefix, Deno.execPath(), ...denoFlags(directory)],
    );
    using peer = new Peer(port);
    const asking = setInterval(() => peer.ask(writeRequest("f")), 20);
    const first = await peer.next();
    clearInterval(asking);
    peer.transferPort = first.port;
    let answer = await peer.block(1, pattern(3));
    // Requests that came twice were answered twice.
    while (answer.kind === "ack" && answer.block === 0) {
      answer = (await peer.next()).packet;
    }
    assertEquals(answer, { kind: "ack", block: 1 });
    server.kill("SIGTERM");
    assertEquals(await server.exitCode(), 0);
    assertEquals(server.lines, []);
    assertEquals(namesIn(directory), ["f"]);
  });
}

function freePort(): number {
  using socket = new Peer(0);
  return socket.port;
}
