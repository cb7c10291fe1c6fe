import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { HELP } from "../lib/flags.ts";
import config from "../deno.json" with { type: "json" };
import { denoFlags, runProgram, ServerProcess } from "./process.ts";
import { list } from "./server/harness.ts";
import { pattern, Peer, writeRequest } from "./server/peer.ts";
import { skip } from "./skip.ts";
import { withTempDirectory } from "./temp_directory.ts";

Deno.test("main prints help and version on standard output", async () => {
  assertEquals(await runProgram(["--help"]), {
    code: 0,
    stdout: HELP,
    stderr: "",
  });
  assertEquals(await runProgram(["--version"]), {
    code: 0,
    stdout: `wotftp ${config.version}\n`,
    stderr: "",
  });
});

Deno.test("main explains wrong use on standard error with exit code 2", async () => {
  assertEquals(await runProgram(["--port", "69x"]), {
    code: 2,
    stdout: "",
    stderr: 'wotftp: error: --port is "69x"; expected a number from 0 to ' +
      '65535\nwotftp: hint: see "wotftp --help" for all flags\n',
  });
});

Deno.test("main serves without the right to see how full the disk is", async () => {
  await withTempDirectory(async (directory) => {
    const flags = denoFlags(directory)
      .filter((flag) => !flag.startsWith("--allow-sys"));
    await using server = await ServerProcess
      .startCommand([Deno.execPath(), ...flags], directory);
    using peer = new Peer(server.port);
    await peer.upload("f", pattern(3));
    assert(list(directory).includes("f"));
  });
});

Deno.test("main serves though its log is on a full disk", async () => {
  if (Deno.build.os !== "linux") return skip("there is no /dev/full");
  await withTempDirectory(async (directory) => {
    const port = freePort();
    await using server = ServerProcess.spawnCommand(
      [
        ...["sh", "-c", 'exec "$@" 2>/dev/full', "sh"],
        ...[Deno.execPath(), ...denoFlags(directory)],
      ],
      directory,
      ["--port", `${port}`],
    );
    using peer = new Peer(port);
    await uploadPatiently(peer);
    server.kill("SIGTERM");
    assertEquals(await server.exitCode(), 0);
    assertEquals(list(directory), ["f"]);
  });
});

Deno.test("main explains why it cannot start with exit code 1", async () => {
  await withTempDirectory(async (directory) => {
    const missing = join(directory, "missing");
    assertEquals(await runProgram(["--port", "0", "--dir", missing]), {
      code: 1,
      stdout: "",
      stderr: `wotftp: error: cannot store uploads in "${missing}": it does ` +
        "not exist\nwotftp: hint: create it, or name another with --dir\n",
    });
    // Documentation addresses (RFC 5737) belong to no machine.
    const foreign = ["--port", "0", "--bind", "192.0.2.1", "--dir", directory];
    assertEquals(await runProgram(foreign), {
      code: 1,
      stdout: "",
      stderr:
        "wotftp: error: cannot listen on 192.0.2.1:0: this machine does " +
        "not have the address\nwotftp: hint: name one of its own with --bind, " +
        "or leave --bind out\n",
    });
    assertEquals(list(directory), []);
  });
});

Deno.test("main stores into the current directory unless told otherwise", async () => {
  await withTempDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory, ["--dir", "."]);
    using peer = new Peer(server.port);
    assertEquals(await peer.upload("f", pattern(9)), { kind: "ack", block: 1 });
    assert(list(directory).includes("f"));
  });
});

Deno.test("main prints a line for each upload", async () => {
  await withTempDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    using peer = new Peer(server.port);
    await peer.upload("f", pattern(700));
    await peer.begin("../f");
    await server.line(/refused/);
    const [listening, ...uploads] = server.lines;
    assertEquals(
      listening,
      `wotftp: listening on 127.0.0.1:${server.port}, storing in ${directory}`,
    );
    const who = `wotftp: 127.0.0.1:${peer.port}`;
    assertEquals(uploads[0], `${who} accepted "f" (octet, blksize 512)`);
    assertMatch(
      uploads[1] ?? "",
      /^wotftp: 127\.0\.0\.1:\d+ stored "f" \(700 bytes in \d\.\d\d s\)$/,
    );
    assertEquals(
      uploads[2],
      `${who} refused "../f": name leaves the upload directory`,
    );
  });
});

Deno.test("main says nothing of uploads at level 0", async () => {
  await withTempDirectory(async (directory) => {
    const port = freePort();
    await using server = ServerProcess.spawn(directory, [
      ...["--port", `${port}`, "--verbose", "0"],
    ]);
    using peer = new Peer(port);
    await uploadPatiently(peer);
    server.kill("SIGTERM");
    assertEquals(await server.exitCode(), 0);
    assertEquals(server.lines, []);
  });
});

Deno.test("main shows every packet with its bytes at level 2", async () => {
  await withTempDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory, [
      "--verbose",
      "2",
    ]);
    using peer = new Peer(server.port);
    await peer.upload("n.", Uint8Array.of(0x1b, 0x41));
    await server.line(/< ACK block 1/);
    const who = `wotftp: 127.0.0.1:${peer.port}`;
    const shown = server.lines.slice(1)
      .filter((line) => !/accepted|stored/.test(line));
    assertEquals(shown.slice(0, 7), [
      `${who} > WRQ "n." "octet"`,
      "0000 : 00 ?  02 ?  6E n  2E .  00 ?  6F o  63 c  74 t  65 e  74 t ",
      "0010 : 00 ? ",
      `${who} < ACK block 0`,
      "0000 : 00 ?  04 ?  00 ?  00 ? ",
      `${who} > DATA block 1, 2 bytes`,
      "0000 : 00 ?  03 ?  00 ?  01 ?  1B ?  41 A ",
    ]);
  });
});

Deno.test("main says when it falls idle", async () => {
  await withTempDirectory(async (directory) => {
    await using server = await ServerProcess.start(directory);
    assertMatch(
      await server.line(/^Idle/),
      /^Idle at ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/,
    );
  });
});

/** Uploads to a server of which nothing is to be heard until it answers. */
async function uploadPatiently(peer: Peer): Promise<void> {
  const asking = setInterval(() => peer.ask(writeRequest("f")), 20);
  const { port } = await peer.next();
  clearInterval(asking);
  peer.transferPort = port;
  let answer = await peer.block(1, pattern(3));
  // Requests that came twice were answered twice.
  while (answer.kind === "ack" && answer.block === 0) {
    answer = (await peer.next()).packet;
  }
  assertEquals(answer, { kind: "ack", block: 1 });
}

function freePort(): number {
  using socket = new Peer(0);
  return socket.port;
}
