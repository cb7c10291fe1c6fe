import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { readReceipts, RECEIPT_FIELDS } from "../lib/report/receipt.ts";
import { pattern, Peer } from "./peer.ts";
import { denoFlags, runProgram, ServerProcess } from "./process.ts";
import { skip } from "./skip.ts";
import { withMount } from "./storage/files.ts";
import { withTempDirectory } from "./temp_directory.ts";

const CONTENT = pattern(1_000);

/** Runs with an upload directory and a file of receipts beside it. */
function withReceipts(
  test: (directory: string, path: string) => Promise<void>,
): Promise<void> {
  return withTempDirectory(async (root) => {
    const directory = join(root, "uploads");
    await Deno.mkdir(directory);
    await test(directory, join(root, "receipts"));
  });
}

/** Starts the server with rights for both. */
function startServer(
  directory: string,
  path: string,
  args: readonly string[] = [],
): Promise<ServerProcess> {
  const command = [Deno.execPath(), ...denoFlags(join(directory, ".."))];
  const all = ["--receipts", path, ...args];
  return ServerProcess.start(directory, all, command);
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((it) => it.toString(16).padStart(2, "0")).join("");
}

function receiptsIn(path: string) {
  return readReceipts(Deno.readTextFileSync(path)).receipts;
}

Deno.test("main writes a receipt before the last ACK, and of failures too", () =>
  withReceipts(async (directory, path) => {
    await using server = await startServer(directory, path);
    using peer = new Peer(server.port);
    await peer.begin("a.cfg", { blksize: "1024", "\x1b": "" });
    const ack = await peer.block(1, CONTENT);
    assertEquals(ack, { kind: "ack", block: 1 });
    const [receipt] = receiptsIn(path);
    assert(receipt !== undefined);
    const { time, seconds, round_trip_ms: roundTripMs, ...others } = receipt;
    assertMatch(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert(seconds >= 0 && roundTripMs !== undefined);
    assertEquals(others, {
      ...{ verdict: "stored", client: "127.0.0.1", client_port: peer.port },
      ...{ name: "a.cfg", stored_name: "a.cfg", bytes: 1_000 },
      sha256: await sha256(new Uint8Array(CONTENT)),
      options_asked: { blksize: "1024", "\x1b": "" },
      options_granted: { blksize: "1024" },
      ...{ blocks: 1, requests_repeated: 0, repeats_in: 0, repeats_out: 0 },
    });
    assert(!(await Deno.readTextFile(path)).includes("\x1b"));
    await peer.begin("nothing.cfg");
    await peer.send({ kind: "error", code: 0, message: "not even a block" });
    await server.line(/failed "nothing.cfg"/);
    await peer.begin("b.cfg");
    await peer.block(1, pattern(512));
    await peer.send({ kind: "error", code: 0, message: "no more" });
    await server.line(/failed "b.cfg"/);
    server.kill("SIGTERM");
    await server.exitCode();
    const failed = receiptsIn(path)[1];
    const { verdict, stored_name: name, failure, reason } = failed ?? {};
    assertEquals([verdict, name], ["failed", undefined]);
    const why = 'client sent error 0 "no more"';
    assertEquals([failure, reason], ["client-error", why]);
    const fields = [receipt, failed].flatMap((it) => Object.keys(it ?? {}));
    // Storage is not to blame.
    const all = new Set([...fields, "trouble"]);
    assertEquals([...all].sort(), [...RECEIPT_FIELDS].sort());
  }));

Deno.test("main goes on in a new file of receipts on SIGHUP", () =>
  withReceipts(async (directory, path) => {
    if (Deno.build.os === "windows") return skip("there is no such signal");
    await using server = await startServer(directory, path);
    using peer = new Peer(server.port);
    await peer.upload("a", CONTENT);
    await Deno.rename(path, `${path}.1`);
    server.kill("SIGHUP");
    await server.line(/receipts go on in/);
    await peer.upload("b", CONTENT);
    assertEquals(receiptsIn(`${path}.1`).map((it) => it.stored_name), ["a"]);
    assertEquals(receiptsIn(path).map((it) => it.stored_name), ["b"]);
  }));

Deno.test("main sends no last ACK if the receipt cannot be written", () =>
  withMount("size=64k", async (disk) => {
    const directory = join(disk, "uploads");
    await Deno.mkdir(directory);
    const path = join(disk, "receipts");
    const command = [Deno.execPath(), ...denoFlags(disk)];
    const flags = ["--receipts", path, "--min-free", "0"];
    await using server = await ServerProcess.start(directory, flags, command);
    using peer = new Peer(server.port);
    // What is left is enough for an empty file, but not for its receipt.
    await Deno.writeFile(join(disk, "ballast"), new Uint8Array(64 * 1024));
    await peer.begin("a");
    const answer = await peer.block(1, new Uint8Array(0));
    assert(answer.kind === "error" && answer.code === 3, answer.kind);
  }));

Deno.test("main refuses to start without a file for its receipts", () =>
  withTempDirectory(async (directory) => {
    const outcome = await runProgram([
      ...["--dir", directory, "--port", "0"],
      ...["--receipts", join(directory, "no/such/place")],
    ]);
    assertEquals(outcome.code, 1);
    assertMatch(outcome.stderr, /cannot open ".*" for receipts/);
    assertMatch(outcome.stderr, /hint: .*--receipts/);
  }));

Deno.test("main verify tells what is not as it came", () =>
  withReceipts(async (directory, path) => {
    {
      await using server = await startServer(directory, path);
      using peer = new Peer(server.port);
      for (const name of ["a", "b", "c", "a"]) {
        await peer.upload(name, CONTENT);
      }
    }
    const verify = () =>
      runProgram(["verify", "--receipts", path, "--dir", directory]);
    assertEquals(await verify(), { code: 0, stdout: "3 intact\n", stderr: "" });
    await Deno.writeTextFile(join(directory, "a"), "short");
    await Deno.writeFile(join(directory, "b"), pattern(1_000).reverse());
    await Deno.remove(join(directory, "c"));
    await Deno.writeTextFile(join(directory, "d"), "unknown");
    await Deno.writeTextFile(path, '{"verdict', { append: true });
    const { code, stdout } = await verify();
    assertEquals(code, 1);
    assertEquals(stdout.trimEnd().split("\n").sort(), [
      "0 intact",
      'changed: "a" has 5 bytes instead of 1000',
      'changed: "b" has other contents of the same size',
      'missing: "c"',
      "the last line is cut off, as after a power failure",
      'unlisted: "d" has no receipt',
    ]);
    const usage = await runProgram(["verify", "--dir", directory]);
    assertEquals(usage.code, 2);
    const gone = await runProgram(["verify", "--receipts", `${path}.no`]);
    assertEquals(gone.code, 1);
    assertMatch(gone.stderr, /it does not exist/);
  }));

Deno.test("main verify knows text whose line ends were converted", () =>
  withReceipts(async (directory, path) => {
    {
      const args = ["--netascii", "convert"];
      await using server = await startServer(directory, path, args);
      using peer = new Peer(server.port);
      await peer.begin("a", {}, "netascii");
      await peer.block(1, new TextEncoder().encode("a\r\nb\r\n"));
    }
    const flags = ["--receipts", path, "--dir", directory];
    const { stdout } = await runProgram(["verify", ...flags]);
    assertEquals(stdout, "1 intact\n");
  }));
