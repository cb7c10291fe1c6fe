/**
 * Takes the picture of the README: a server in a terminal, some uploads that it
 * is sent by real clients, and what the screen shows then. Needs tmux.
 *
 * @module
 */

import { join } from "@std/path";
import { pattern, Peer, writeRequest } from "../tests/peer.ts";
import { denoFlags } from "../tests/process.ts";
import { withTempDirectory } from "../tests/temp_directory.ts";
import { Terminal } from "../tests/terminal.ts";
import { terminalSvg } from "./terminal_svg.ts";

const PICTURE = new URL("live_view.svg", import.meta.url);
/** No line is broken, for the real directory has a longer name. */
const SIZE = { columns: 120, rows: 14 };
const PORT = 6_969;
/** What the picture calls the directory. */
const DIRECTORY = "/srv/uploads";
const BLKSIZE = 8_192;

/** An upload that is not over when the picture is taken. */
interface Slow {
  readonly client: string;
  readonly name: string;
  /** Its size, if it is announced. */
  readonly size?: number;
  /** How long it waits before each block. */
  readonly pauseMs: number;
  /** After so many blocks it sends no more. */
  readonly blocks: number;
}

const SLOW: readonly Slow[] = [
  {
    ...{ client: "127.0.4.11", name: "edge-fw2.tar", size: 24_000_000 },
    ...{ pauseMs: 5, blocks: Infinity },
  },
  {
    ...{ client: "127.0.7.142", name: "phone-0412.log" },
    ...{ pauseMs: 40, blocks: Infinity },
  },
  {
    ...{ client: "127.0.4.17", name: "access-17.core", size: 9_000_000 },
    ...{ pauseMs: 10, blocks: 400 },
  },
];

async function send(peer: Peer, slow: Slow, end: AbortSignal): Promise<void> {
  const { blocks, name, pauseMs, size } = slow;
  const tsize = size === undefined ? {} : { tsize: `${size}` };
  await peer.begin(name, { blksize: `${BLKSIZE}`, ...tsize });
  for (let block = 1; block <= blocks && !end.aborted; block++) {
    await pause(pauseMs);
    await peer.block(block, pattern(BLKSIZE));
  }
}

function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms);
  return promise;
}

/** Runs a server and gives what it shows when the last of the slow ones waits. */
function look(): Promise<string> {
  return withTempDirectory(async (folder) => {
    const directory = join(folder, "up");
    await Deno.mkdir(directory);
    // The addresses of this machine are nobody's business.
    const flags = denoFlags(directory)
      .map((it) => it.startsWith("--allow-sys") ? "--allow-sys=statfs" : it);
    const command = [Deno.execPath(), ...flags, "--dir", directory];
    await using terminal = await Terminal.open(
      folder,
      [...command, "--port", `${PORT}`],
      SIZE,
    );
    await terminal.shows(/storing in/);
    using router = new Peer(PORT, "127.0.1.5");
    await router.upload("core-sw1.cfg", pattern(48_213));
    await router.ask(writeRequest("cfg/sw2.cfg"));
    const end = new AbortController();
    const peers = SLOW.map(({ client }) => new Peer(PORT, client));
    const sent = peers.map((peer, i) => {
      const slow = SLOW[i];
      return slow && send(peer, slow, end.signal);
    });
    await terminal.shows(/waits 0:04/);
    const colored = await terminal.colored();
    end.abort();
    await Promise.all(sent);
    for (const peer of peers) {
      // The server need not wait for them.
      await peer.send({ kind: "error", code: 0, message: "enough" });
      peer[Symbol.dispose]();
    }
    return colored.replaceAll(directory, DIRECTORY);
  });
}

if (import.meta.main) {
  await Deno.writeTextFile(PICTURE, terminalSvg(await look()));
}
