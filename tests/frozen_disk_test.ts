/**
 * A disk that stands still for a while: a file system of its own, frozen by the
 * kernel.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { pattern, Peer } from "./peer.ts";
import { run, ServerProcess } from "./process.ts";
import { skip } from "./skip.ts";
import { tryRun } from "./storage/files.ts";
import { namesIn, partsIn, withTempDirectory } from "./temp_directory.ts";

/** More than wait for a disk in a server that has lost control. */
const CLIENTS = 60;

const MAX_FROZEN_MS = 30_000;

/** Runs with a disk that can be frozen; where there is none, says so. */
async function withDisk(use: (disk: Disk) => Promise<void>): Promise<void> {
  await withTempDirectory(async (parent) => {
    const image = join(parent, "image");
    const path = join(parent, "disk");
    await Deno.mkdir(path);
    const reason = await tryRun("truncate", "-s", "64M", image) ??
      await tryRun("mkfs.ext4", "-q", "-m", "0", image) ??
      await tryRun("mount", "-o", "loop", image, path);
    if (reason !== undefined) return skip(reason);
    const disk = new Disk(path);
    try {
      await Deno.remove(join(path, "lost+found"));
      await use(disk);
    } finally {
      await disk.thaw();
      assertEquals(await tryRun("umount", "-l", path), undefined);
    }
  });
}

class Disk {
  readonly path: string;
  #watchdog: ReturnType<typeof setTimeout> | undefined;

  constructor(path: string) {
    this.path = path;
  }

  async freeze(): Promise<void> {
    // A test that fails has to wait for processes that wait for the disk.
    this.#watchdog = setTimeout(() => this.thaw(), MAX_FROZEN_MS);
    assertEquals(await tryRun("fsfreeze", "-f", this.path), undefined);
  }

  /** Also one that is not frozen. */
  async thaw(): Promise<void> {
    clearTimeout(this.#watchdog);
    await tryRun("fsfreeze", "-u", this.path);
  }
}

/** Whether the main thread of a process has ended. */
async function hasGivenUp(pid: number): Promise<boolean> {
  const { stdout } = await run("ps", ["-o", "stat=", "-p", `${pid}`]);
  return /^Z/.test(stdout);
}

Deno.test("a frozen disk loses nothing that was acknowledged, and serves as soon as it thaws", () =>
  withDisk(async (disk) => {
    await using server = await ServerProcess.start(disk.path);
    const acknowledged: string[] = [];
    const upload = async (i: number) => {
      using peer = new Peer(server.port);
      const name = `f${i}`;
      const { kind } = await peer.upload(name, pattern(700 + i));
      if (kind === "ack") acknowledged.push(name);
    };
    await upload(0);
    await disk.freeze();
    const uploads = Array.from({ length: CLIENTS }, (_, i) => upload(i + 1));
    // Who waits for the disk is not in the way of who does not.
    using reader = new Peer(server.port);
    await reader.expectSilence();
    assertEquals(acknowledged, ["f0"]);
    await disk.thaw();
    await upload(CLIENTS + 1);
    await Promise.all(uploads);
    assertEquals(namesIn(disk.path), acknowledged.sort());
    assertEquals(acknowledged.length, CLIENTS + 2);
    for (const name of acknowledged) {
      const { size } = await Deno.stat(join(disk.path, name));
      assertEquals(size, 700 + Number(name.slice(1)));
    }
  }));

Deno.test("a server ends though its disk is frozen, and the next one sweeps", () =>
  withDisk(async (disk) => {
    await using server = await ServerProcess.start(disk.path);
    using peer = new Peer(server.port);
    await peer.begin("f");
    await peer.block(1, pattern(512));
    while (partsIn(disk.path).length === 0) await Deno.stat(disk.path);
    await disk.freeze();
    await peer.send({ kind: "data", block: 2, payload: pattern(9) });
    server.kill("SIGTERM");
    await server.line(/stopping/);
    // One keypress may arrive twice within a moment, so press until it ends.
    while (!await hasGivenUp(server.pid)) server.kill("SIGTERM");
    // The kernel keeps a process that waits for a frozen disk until then.
    await disk.thaw();
    assertEquals(await server.exitCode(), 130);
    await using next = await ServerProcess.start(disk.path);
    await next.line(/removed 1 unfinished upload/);
    assert(!namesIn(disk.path).includes("f"));
  }));
