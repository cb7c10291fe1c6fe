import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import type { UploadDirectory } from "../../lib/storage/directory.ts";
import { StorageError } from "../../lib/storage/error.ts";
import { Upload } from "../../lib/storage/upload.ts";
import { skip } from "../skip.ts";
import { assertFile, pattern, replace, store, writeBlocks } from "./send.ts";
import {
  createFiles,
  namesIn,
  useDirectory,
  withMount,
} from "./upload_directory.ts";

/** Runs with an upload directory on a disk of one mebibyte. */
async function withSmallDisk(
  use: (directory: UploadDirectory, path: string) => Promise<void>,
): Promise<void> {
  const reason = await withMount("size=1m", (path) => useDirectory(path, use));
  if (reason !== undefined) skip(reason);
}

/** Uploads more than the disk holds and removes what came of it. */
async function overfill(directory: UploadDirectory): Promise<string> {
  const upload = new Upload(directory, replace("file.bin"));
  const error = await assertRejects(async () => {
    await writeBlocks(upload, pattern(3 * 1024 * 1024), 1_428);
    await upload.commit();
  }, StorageError);
  await upload.discard();
  return error.fault;
}

Deno.test("write() or commit() reports a full disk", () =>
  withSmallDisk(async (directory, path) => {
    assertEquals(await overfill(directory), "full");
    assertEquals(await namesIn(path), []);
  }));

Deno.test("commit() reports a disk that its last bytes do not fit on", () =>
  withSmallDisk(async (directory, path) => {
    // All but two pages are taken; a few pages are gathered in memory.
    await Deno.writeFile(join(path, "ballast"), pattern(1024 * 1024 - 8_192));
    const upload = new Upload(directory, replace("file.bin"));
    await upload.write(pattern(16_000));
    const error = await assertRejects(() => upload.commit(), StorageError);
    assertEquals(error.fault, "full");
    await upload.discard();
    assertEquals(await namesIn(path), ["ballast"]);
  }));

Deno.test("write() goes on to reject once the disk was full", () =>
  withSmallDisk(async (directory) => {
    const upload = new Upload(directory, replace("file.bin"));
    for (let i = 0; i < 2; i++) {
      const error = await assertRejects(
        () => writeBlocks(upload, pattern(3 * 1024 * 1024), 65_464),
        StorageError,
      );
      assertEquals(error.fault, "full");
    }
    await assertRejects(() => upload.commit(), StorageError);
    await upload.discard();
  }));

Deno.test("commit() never hides bytes that were lost on a full disk", () =>
  withSmallDisk(async (directory, path) => {
    await Deno.writeFile(join(path, "ballast"), pattern(1024 * 1024 - 8_192));
    const upload = new Upload(directory, replace("file.bin"));
    await assertRejects(
      () => writeBlocks(upload, pattern(128 * 1024), 512),
      StorageError,
    );
    // From here on every byte would fit.
    await Deno.remove(join(path, "ballast"));
    await assertRejects(() => upload.commit(), StorageError);
    await upload.discard();
    assertEquals(await namesIn(path), []);
  }));

Deno.test("discard() makes room on a full disk for the next upload", () =>
  withSmallDisk(async (directory, path) => {
    assertEquals(await overfill(directory), "full");
    const bytes = pattern(900_000);
    const upload = new Upload(directory, replace("file.bin"));
    await writeBlocks(upload, bytes, 1_428);
    await upload.commit();
    await assertFile(path, "file.bin", bytes);
  }));

Deno.test("commit() keeps the old file when the disk is full", () =>
  withSmallDisk(async (directory, path) => {
    await createFiles(path, ["file.bin"]);
    assertEquals(await overfill(directory), "full");
    assertEquals(await namesIn(path), ["file.bin"]);
    assertEquals(await Deno.readTextFile(join(path, "file.bin")), "file.bin");
  }));

Deno.test("commit() of a small file works beside one that fills the disk", () =>
  withSmallDisk(async (directory, path) => {
    const [fault] = await Promise.all([
      overfill(directory),
      store(directory, replace("empty.bin"), ""),
    ]);
    assertEquals(fault, "full");
    assertEquals(await namesIn(path), ["empty.bin"]);
  }));
