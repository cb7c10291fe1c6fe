import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { StorageError } from "../../lib/storage/error.ts";
import { Upload } from "../../lib/storage/upload.ts";
import { withTempDirectory } from "../temp_directory.ts";
import {
  assertFile,
  begin,
  pattern,
  replace,
  store,
  writeBlocks,
} from "./send.ts";
import {
  createFiles,
  namesIn,
  useDirectory,
  withUploadDirectory,
} from "./upload_directory.ts";

/** Sizes of files and of the blocks they come in. */
const SIZES: readonly (readonly [number, number])[] = [
  [0, 512],
  [1, 512],
  [511, 512],
  [512, 512],
  [4_096, 512],
  [20_000, 512],
  [32_767, 512],
  [32_768, 512],
  [32_769, 512],
  [32_768, 1_428],
  [65_464, 65_464],
  [100_000, 8],
  [1_048_576, 1_024],
  [5_000_011, 1_428],
  [5_000_011, 65_464],
  // So large that the disk works on it before it is complete.
  [40_000_000, 65_464],
];

for (const [size, blksize] of SIZES) {
  Deno.test(`commit() stores ${size} bytes in blocks of ${blksize}`, () =>
    withUploadDirectory(async (directory, path) => {
      const bytes = pattern(size);
      const upload = new Upload(directory, replace("file.bin"));
      await writeBlocks(upload, bytes, blksize);
      assertEquals(await upload.commit(), "file.bin");
      assertEquals(await namesIn(path), ["file.bin"]);
      await assertFile(path, "file.bin", bytes);
    }));
}

Deno.test("commit() stores blocks of all sizes in their order", () =>
  withUploadDirectory(async (directory, path) => {
    const bytes = pattern(3_000_000);
    const upload = new Upload(directory, replace("file.bin"));
    let at = 0;
    for (let size = 0; at < bytes.length; size = (size * 7 + 13) % 65_537) {
      await upload.write(bytes.subarray(at, at + size));
      at += size;
    }
    await upload.commit();
    await assertFile(path, "file.bin", bytes);
  }));

Deno.test("write() makes its caller wait for a slow disk", () =>
  withUploadDirectory(async (directory, path) => {
    const bytes = pattern(4 * 1024 * 1024);
    const upload = new Upload(directory, replace("file.bin"));
    const blksize = 512;
    let at = 0;
    let waits = 0;
    while (at < bytes.length) {
      // Nothing is awaited here until it has to be, so no write to the disk can
      // end in between: to this loop the disk is as slow as can be.
      const wait = upload.write(bytes.subarray(at, at + blksize));
      at += blksize;
      if (wait === undefined) continue;
      waits++;
      await wait;
    }
    assert(waits >= 8, `waited only ${waits} times in 4 MiB`);
    await upload.commit();
    await assertFile(path, "file.bin", bytes);
  }));

for (const blksize of [1_000, 65_464]) {
  Deno.test(`write() copies ${blksize} bytes, so they may change after it`, () =>
    withUploadDirectory(async (directory, path) => {
      const bytes = pattern(15 * blksize);
      const upload = new Upload(directory, replace("file.bin"));
      const buffer = new Uint8Array(blksize);
      for (let at = 0; at < bytes.length; at += blksize) {
        buffer.set(bytes.subarray(at, at + blksize));
        await upload.write(buffer);
        buffer.fill(0xee);
      }
      await upload.commit();
      await assertFile(path, "file.bin", bytes);
    }));
}

Deno.test("write() shows nothing under the final name", () =>
  withUploadDirectory(async (directory, path) => {
    const upload = await begin(directory, replace("file.bin"));
    const names = await namesIn(path);
    assertEquals(names.length, 1);
    assertMatch(names[0] ?? "", /^\..*~.*\.part$/);
    await upload.discard();
  }));

Deno.test("write() leaves the file it is going to replace alone", () =>
  withUploadDirectory(async (directory, path) => {
    await createFiles(path, ["file.bin"]);
    const upload = await begin(directory, replace("file.bin"));
    assertEquals(await Deno.readTextFile(join(path, "file.bin")), "file.bin");
    await upload.discard();
  }));

Deno.test("commit() replaces a file, longer or not", () =>
  withUploadDirectory(async (directory, path) => {
    await Deno.writeTextFile(join(path, "file.bin"), "something much longer");
    await store(directory, replace("file.bin"), "new");
    assertEquals(await Deno.readTextFile(join(path, "file.bin")), "new");
  }));

Deno.test("commit() never writes into the file it replaces", () =>
  withUploadDirectory(async (directory, path) => {
    await createFiles(path, ["file.bin"]);
    await Deno.link(join(path, "file.bin"), join(path, "second-name"));
    await store(directory, replace("file.bin"), "new");
    assertEquals(
      await Deno.readTextFile(join(path, "second-name")),
      "file.bin",
    );
  }));

Deno.test({
  name: "commit() stores for the owner and the group only",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withUploadDirectory(async (directory, path) => {
      await createFiles(path, ["old.bin"]);
      await Deno.chmod(join(path, "old.bin"), 0o666);
      await store(directory, replace("old.bin"), "new");
      await store(directory, replace("new.bin"), "new");
      const expected = 0o640 & await creatable(path);
      for (const name of ["old.bin", "new.bin"]) {
        const { mode } = await Deno.stat(join(path, name));
        assertEquals((mode ?? 0) & 0o7777, expected);
      }
    }),
});

Deno.test("discard() leaves nothing of a begun upload", () =>
  withUploadDirectory(async (directory, path) => {
    const upload = await begin(directory, replace("file.bin"));
    await upload.discard();
    assertEquals(await namesIn(path), []);
  }));

Deno.test("discard() waits for a part that is just being created", () =>
  withUploadDirectory(async (directory, path) => {
    const upload = new Upload(directory, replace("file.bin"));
    upload.write(pattern(512));
    await upload.discard();
    assertEquals(await namesIn(path), []);
  }));

Deno.test("discard() ends an upload without a write", () =>
  withUploadDirectory(async (directory, path) => {
    await new Upload(directory, replace("file.bin")).discard();
    assertEquals(await namesIn(path), []);
  }));

Deno.test("discard() leaves the file alone that was to be replaced", () =>
  withUploadDirectory(async (directory, path) => {
    await createFiles(path, ["file.bin"]);
    const upload = await begin(directory, replace("file.bin"));
    await upload.discard();
    assertEquals(await namesIn(path), ["file.bin"]);
    assertEquals(await Deno.readTextFile(join(path, "file.bin")), "file.bin");
  }));

Deno.test({
  name: "write() and commit() report a directory that is gone",
  // There a directory with an open file in it cannot be removed.
  ignore: Deno.build.os === "windows",
  fn: () =>
    withTempDirectory(async (parent) => {
      const path = join(parent, "uploads");
      await Deno.mkdir(path);
      await useDirectory(path, async (directory) => {
        await Deno.remove(path, { recursive: true });
        const upload = new Upload(directory, replace("file.bin"));
        upload.write(pattern(512));
        const error = await assertRejects(() => upload.commit(), StorageError);
        assertStringIncludes(error.message, "cannot create a file");
        await assertRejects(
          () => Promise.resolve(upload.write(pattern(512))),
          StorageError,
        );
        await upload.discard();
      });
    }),
});

/** The permission bits that the umask lets a new file have. */
async function creatable(path: string): Promise<number> {
  const probe = join(path, "probe");
  (await Deno.open(probe, { createNew: true, write: true, mode: 0o777 }))
    .close();
  return (await Deno.stat(probe)).mode ?? 0;
}
