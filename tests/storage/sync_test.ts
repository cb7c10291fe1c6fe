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
import { UploadDirectory } from "../../lib/storage/directory.ts";
import { StorageError } from "../../lib/storage/error.ts";
import { Upload } from "../../lib/storage/upload.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { pattern, replace, writeBlocks } from "./send.ts";
import { SyncWatch } from "./sync_watch.ts";
import {
  createFiles,
  namesIn,
  withUploadDirectory,
} from "./upload_directory.ts";

/** So large that the disk works on it before it is complete. */
const LARGE = 20_000_000;

/** Windows cannot sync a directory. */
const NAME = Deno.build.os === "windows" ? [] : ["name"];

Deno.test("commit() syncs the bytes, then shows the name, then syncs that", () =>
  withUploadDirectory(async (directory, path) => {
    using watch = new SyncWatch();
    const shown: string[][] = [];
    watch.onSync = async () => {
      const names = await namesIn(path);
      shown.push(names.filter((name) => !name.endsWith(".part")));
    };
    await save(directory, 700);
    assertEquals(watch.seen, ["data", ...NAME]);
    assertEquals(shown, [[], ...NAME.map(() => ["f"])]);
  }));

Deno.test("commit() syncs a large file again behind its last byte", () =>
  withUploadDirectory(async (directory) => {
    using watch = new SyncWatch();
    const upload = new Upload(directory, replace("f"));
    await writeBlocks(upload, pattern(LARGE), 65_464);
    const before = watch.seen.length;
    await upload.commit();
    assert(before > 0, "the disk rested");
    assertEquals(watch.seen.slice(-1 - NAME.length), ["data", ...NAME]);
  }));

for (const size of [0, 700, LARGE]) {
  Deno.test(`commit() syncs none of ${size} bytes if nobody wants it`, () =>
    withTempDirectory(async (path) => {
      using watch = new SyncWatch();
      const directory = await UploadDirectory.open(path, { isSynced: false });
      await save(directory, size);
      await directory.close();
      assertEquals(await namesIn(path), ["f"]);
      assertEquals(watch.seen, []);
    }));
}

Deno.test("commit() publishes nothing that cannot be synced", () =>
  withUploadDirectory(async (directory, path) => {
    using watch = new SyncWatch();
    watch.onSync = fail;
    await createFiles(path, ["f"]);
    const upload = new Upload(directory, replace("f"));
    upload.write(pattern(700));
    await assertRejects(() => upload.commit(), StorageError, "Disk is broken");
    await upload.discard();
    assertEquals(await namesIn(path), ["f"]);
    assertEquals(await Deno.readTextFile(`${path}/f`), "f");
  }));

Deno.test({
  name: "commit() rejects if the name cannot be synced",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withUploadDirectory(async (directory) => {
      using watch = new SyncWatch();
      watch.onSync = (what) => what === "name" ? fail() : undefined;
      const upload = new Upload(directory, replace("f"));
      upload.write(pattern(700));
      await assertRejects(() => upload.commit(), StorageError, '"f"');
      await upload.discard();
    }),
});

Deno.test({
  name: "publish() waits for a sync that began behind its own step",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withUploadDirectory(async (directory, path) => {
      using watch = new SyncWatch();
      const begun = Promise.withResolvers<void>();
      const disk = Promise.withResolvers<void>();
      const durable = new Set<string>();
      watch.onSync = async () => {
        const shown = await namesIn(path);
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
      const areThere = async () =>
        (await namesIn(path)).filter((it) => /^f\d/.test(it)).length === 20;
      while (!await areThere()) { /* They are being renamed. */ }
      disk.resolve();
      await Promise.all([first, ...others]);
      // They share what comes next, but for those that were just too late.
      assertLessOrEqual(watch.seen.length, 3);
    }),
});

async function save(directory: UploadDirectory, size: number): Promise<void> {
  const upload = new Upload(directory, replace("f"));
  await writeBlocks(upload, pattern(size), 65_464);
  await upload.commit();
}

async function fail(): Promise<void> {
  await Promise.reject(new Error("Disk is broken"));
}
