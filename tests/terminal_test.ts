/**
 * What a person sees on a terminal: the log, and below it what is under way.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { pattern, Peer } from "./peer.ts";
import { denoFlags, isInstalled } from "./process.ts";
import { skip } from "./skip.ts";
import { withTempDirectory } from "./temp_directory.ts";
import { Terminal } from "./terminal.ts";

const TIME = "\\d\\d:\\d\\d:\\d\\d";

/** Starts a server in a terminal; the port is that of nobody. */
async function withServer(
  args: readonly string[],
  columns: number,
  use: (terminal: Terminal, port: number) => Promise<void>,
): Promise<void> {
  if (!await isInstalled("tmux")) return skip("tmux is not installed");
  await withTempDirectory(async (folder) => {
    const directory = join(folder, "up");
    await Deno.mkdir(directory);
    const command = [Deno.execPath(), ...denoFlags(directory)];
    const where = ["--dir", directory, "--bind", "127.0.0.1", "--port", "0"];
    await using terminal = await Terminal.open(
      folder,
      [...command, ...where, ...args],
      { columns, rows: 14 },
    );
    const screen = await terminal.shows(/storing in|"listening"/);
    const address = /127\.0\.0\.1(?::|","port":)(\d+)/;
    const port = Number(address.exec(screen.join(""))?.[1]);
    await use(terminal, port);
  });
}

/** Sends the first half of a file of two blocks; the other one is to come. */
async function sendHalf(peer: Peer, name: string): Promise<void> {
  await peer.begin(name, { tsize: "800" });
  await peer.block(1, pattern(512));
}

Deno.test("a terminal shows what is under way below the log, as wide as it is", () =>
  withServer([], 100, async (terminal, port) => {
    using one = new Peer(port);
    using two = new Peer(port);
    await sendHalf(one, "core-sw1.cfg");
    const wide = new RegExp(
      '^ {2}"core-sw1\\.cfg" {2}127\\.0\\.0\\.1 {2}512 bytes {2}64% {2}waits 0:',
      "m",
    );
    await terminal.shows(wide);
    await terminal.resize(40);
    const narrow = /^ {2}"core-sw1\.cfg" {2}512 bytes {2}64%$/m;
    await terminal.shows(narrow);
    await terminal.resize(100);
    const screen = await terminal.shows(wide);
    assertEquals(screen.filter((line) => line.startsWith("  ")).length, 1);
    // A line of the log comes above it.
    await two.upload("b.cfg", pattern(3));
    await terminal.shows(/stored "b\.cfg".*\n {2}"core-sw1/);
    await one.block(2, pattern(800).subarray(512));
    const [first = "", ...others] = await terminal.shows(
      /stored "core-sw1\.cfg" \(800 bytes in .* s\)\n*$/,
    );
    assertMatch(first, new RegExp(`^\\d{4}-\\d\\d-\\d\\d ${TIME} wotftp: `));
    for (const line of others) {
      assertMatch(line, new RegExp(`^${TIME} wotftp: 127\\.0\\.0\\.1:`));
    }
    assertEquals(others.length, 4);
  }));

Deno.test("a terminal keeps nothing of what was under way when the server ends", () =>
  withServer([], 80, async (terminal, port) => {
    using peer = new Peer(port);
    await sendHalf(peer, "a.cfg");
    await peer.ask({ kind: "rrq", filename: "x", mode: "octet", options: [] });
    await terminal.shows(/^ {2}"a\.cfg"/m);
    // Faint is the time, yellow what was refused.
    const colored = await terminal.colored();
    assert(colored.includes("\x1b[2m") && colored.includes("\x1b[33mwotftp:"));
    await terminal.interrupt();
    await terminal.shows(/stopping once 1 upload ended/);
    await terminal.shows(/^ {2}"a\.cfg"/m);
    await peer.block(2, pattern(3));
    const screen = await terminal.shows(/^code \d+/m);
    assertEquals(screen.at(-1), "code 0");
    assertMatch(screen.at(-2) ?? "", new RegExp(`^${TIME} wotftp: stopped$`));
    assertEquals(screen.filter((line) => line.startsWith("  ")), []);
  }));

Deno.test("a terminal shows the log alone where that is wanted", async () => {
  for (const args of [["--no-progress"], ["--log", "json"]]) {
    await withServer(args, 80, async (terminal, port) => {
      using peer = new Peer(port);
      await sendHalf(peer, "a.cfg");
      await terminal.shows(/accepted/);
      // Whatever is drawn is drawn by then.
      await peer.block(2, pattern(288));
      const screen = await terminal.shows(/stored/);
      assertEquals(screen.filter((line) => line.startsWith("  ")), []);
    });
  }
});
