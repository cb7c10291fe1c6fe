import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { UploadDirectory } from "../../lib/storage/directory.ts";
import { PartFile } from "../../lib/storage/part.ts";
import { Random } from "../random.ts";
import { namesIn, textsIn } from "../temp_directory.ts";
import { createFiles, withMount } from "./files.ts";
import {
  assertFile,
  faultOf,
  faultOfCommit,
  type Place,
  replace,
  store,
  useDirectory,
  writeBlocks,
} from "./uploads.ts";

const MEBIBYTE = 1024 * 1024;
const TOO_MUCH = new Uint8Array(3 * MEBIBYTE);

/** Runs with an upload directory on a disk of one mebibyte. */
async function withSmallDisk(
  use: (place: Place) => Promise<void>,
): Promise<void> {
  await withMount("size=1m", (path) => useDirectory(path, use));
}

/** Leaves two pages of the disk free. */
async function fill(path: string): Promise<void> {
  await Deno.writeFile(
    join(path, "ballast"),
    TOO_MUCH.slice(MEBIBYTE * 2 + 8_192),
  );
}

/** Uploads more than the disk holds and removes what came of it. */
async function overfill(directory: UploadDirectory): Promise<string> {
  const part = new PartFile(directory, replace("file.bin"));
  const fault = await faultOf(async () => {
    await writeBlocks(part, TOO_MUCH, 1_428);
    await part.commit();
  });
  await part.discard();
  return fault;
}

Deno.test("a full disk is reported, and keeps the file to be replaced", () =>
  withSmallDisk(async ({ path, directory }) => {
    await createFiles(path, ["file.bin"]);
    assertEquals(await overfill(directory), "full");
    assertEquals(textsIn(path), { "file.bin": "file.bin" });
  }));

Deno.test("commit() reports a disk that its last bytes do not fit on", () =>
  withSmallDisk(async ({ path, directory }) => {
    await fill(path);
    const part = new PartFile(directory, replace("file.bin"));
    part.write(new Uint8Array(16_000));
    assertEquals(await faultOfCommit(part), "full");
    assertEquals(namesIn(path), ["ballast"]);
  }));

Deno.test("write() and commit() go on to reject once bytes were lost", () =>
  withSmallDisk(async ({ path, directory }) => {
    await fill(path);
    const part = new PartFile(directory, replace("file.bin"));
    const write = () => writeBlocks(part, TOO_MUCH, 512);
    assertEquals(await faultOf(write), "full");
    // From here on every byte would fit.
    await Deno.remove(join(path, "ballast"));
    assertEquals(await faultOf(write), "full");
    assertEquals(await faultOfCommit(part), "full");
    assertEquals(namesIn(path), []);
  }));

Deno.test("discard() makes room on a full disk for the next upload", () =>
  withSmallDisk(async ({ path, directory }) => {
    assertEquals(await overfill(directory), "full");
    const bytes = new Random(1).bytes(900_000);
    const part = new PartFile(directory, replace("file.bin"));
    await writeBlocks(part, bytes, 1_428);
    await part.commit();
    await assertFile(path, "file.bin", bytes);
  }));

Deno.test("commit() of a small file works beside one that fills the disk", () =>
  withSmallDisk(async ({ path, directory }) => {
    const [fault] = await Promise.all([
      overfill(directory),
      store(directory, replace("empty.bin"), ""),
    ]);
    assertEquals(fault, "full");
    assertEquals(namesIn(path), ["empty.bin"]);
  }));
