/**
 * What is on disk when an upload counts as saved. No power fails here: the
 * calls are watched that make files durable.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertLessOrEqual,
  assertRejects,
} from "@std/assert";
import type { Target } from "../../lib/policy/naming.ts";
import type { UploadDirectory } from "../../lib/storage/directory.ts";
import { StorageError } from "../../lib/storage/error.ts";
import { PartFile } from "../../lib/storage/part.ts";
import { namesIn, textsIn, withTempDirectory } from "../temp_directory.ts";
import { createFiles, IS_UNIX } from "./files.ts";
import { SyncWatch } from "./sync_watch.ts";
import {
  keep,
  replace,
  useDirectory,
  withDirectory,
  withUnixDirectory,
  writeBlocks,
} from "./uploads.ts";

/** So large that the disk works on it before it is complete. */
const LARGE = 20_000_000;

/** Windows cannot sync a directory. */
const NAME = IS_UNIX ? ["name"] : [];

Deno.test("commit() syncs the bytes, then shows the name, then syncs that", () =>
  withDirectory(async ({ path, directory }) => {
    using watch = new SyncWatch();
    const shown: string[][] = [];
    watch.onSync = () => {
      const names = namesIn(path);
      shown.push(names.filter((name) => !name.endsWith(".part")));
    };
    await save(directory, 700);
    assertEquals(watch.seen, ["data", ...NAME]);
    assertEquals(shown, [[], ...NAME.map(() => ["f"])]);
  }));

Deno.test("commit() syncs a large file again behind its last byte", () =>
  withDirectory(async ({ directory }) => {
    using watch = new SyncWatch();
    const part = new PartFile(directory, replace("f"));
    await writeBlocks(part, new Uint8Array(LARGE), 65_464);
    const before = watch.seen.length;
    await part.commit();
    assert(before > 0, "the disk rested");
    assertEquals(watch.seen.slice(-1 - NAME.length), ["data", ...NAME]);
  }));

Deno.test("commit() syncs nothing if nobody wants it", () =>
  withTempDirectory((path) =>
    useDirectory(path, async ({ directory }) => {
      using watch = new SyncWatch();
      for (const size of [0, 700, LARGE]) await save(directory, size);
      assertEquals(namesIn(path), ["f"]);
      assertEquals(watch.seen, []);
    }, { isSynced: false })
  ));

Deno.test("commit() publishes nothing that cannot be synced", () =>
  withDirectory(async ({ path, directory }) => {
    using watch = new SyncWatch();
    watch.onSync = fail;
    await createFiles(path, ["f"]);
    await refuse(directory, replace("f"), "Disk is broken");
    assertEquals(textsIn(path), { f: "f" });
  }));

Deno.test("write() and commit() reject once the disk failed in between", () =>
  withDirectory(async ({ path, directory }) => {
    for (const last of ["write", "commit"]) {
      using watch = new SyncWatch();
      // The disk says so once, and goes on as if nothing were lost.
      let syncs = 0;
      watch.onSync = () => ++syncs === 1 ? fail() : undefined;
      const part = new PartFile(directory, replace("f"));
      const write = (bytes: number) =>
        writeBlocks(part, new Uint8Array(bytes), 65_464);
      await write(9_000_000);
      const act = last === "write" ? () => write(LARGE) : async () => {
        await part.commit();
      };
      await assertRejects(act, StorageError, "Disk is broken", last);
      await part.discard();
      assertEquals(namesIn(path), []);
    }
  }));

Deno.test("commit() rejects if the name cannot be synced, and takes back a new one", () =>
  withUnixDirectory(async ({ path, directory }) => {
    using watch = new SyncWatch();
    watch.onSync = (what) => what === "name" ? fail() : undefined;
    await createFiles(path, ["log-0"]);
    for (
      const target of [{ kind: "create", name: "f" }, keep("log")] as const
    ) {
      await refuse(directory, target, "sync");
      assertEquals(namesIn(path), ["log-0"]);
    }
    await refuse(directory, replace("f"), '"f"');
  }));

Deno.test("publish() waits for a sync that began behind its own step", () =>
  withUnixDirectory(async ({ path, directory }) => {
    using watch = new SyncWatch();
    const begun = Promise.withResolvers<void>();
    const disk = Promise.withResolvers<void>();
    const durable = new Set<string>();
    watch.onSync = async () => {
      const shown = namesIn(path);
      begun.resolve();
      await disk.promise;
      for (const name of shown) durable.add(name);
    };
    const publish = async (name: string) => {
      const part = directory.nextPart();
      await Deno.writeTextFile(part, name);
      await directory.publish(part, replace(name));
      assert(durable.has(name), `"${name}" came back too early`);
    };
    const first = publish("first");
    await Promise.race([begun.promise, first]);
    const others = Array.from({ length: 20 }, (_, i) => publish(`f${i}`));
    const published = () => namesIn(path).filter((it) => /^f\d/.test(it));
    // They are being renamed meanwhile.
    while (published().length < 20) await Deno.stat(path);
    disk.resolve();
    await Promise.all([first, ...others]);
    // They share what comes next, but for those that were just too late.
    assertLessOrEqual(watch.seen.length, 3);
  }));

/** Uploads what cannot be saved. */
async function refuse(
  directory: UploadDirectory,
  target: Target,
  message: string,
): Promise<void> {
  const part = new PartFile(directory, target);
  part.write(new Uint8Array(700));
  await assertRejects(() => part.commit(), StorageError, message);
  await part.discard();
}

async function save(directory: UploadDirectory, size: number): Promise<void> {
  const part = new PartFile(directory, replace("f"));
  await writeBlocks(part, new Uint8Array(size), 65_464);
  await part.commit();
}

async function fail(): Promise<void> {
  await Promise.reject(new Error("Disk is broken"));
}
