import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { StorageError } from "../../lib/storage/error.ts";
import { PartFile } from "../../lib/storage/part.ts";
import { Random } from "../random.ts";
import { namesIn, textsIn, withTempDirectory } from "../temp_directory.ts";
import { createFiles, onUnix } from "./files.ts";
import {
  AMPLE_BYTES,
  assertFile,
  begin,
  replace,
  store,
  useDirectory,
  withDirectory,
  withUnixDirectory,
  writeBlocks,
} from "./uploads.ts";

/** Sizes of files and of the blocks they come in. */
/** Sizes of files, by those of their blocks. */
const SIZES: ReadonlyArray<
  readonly [blksize: number, sizes: readonly number[]]
> = [
  [8, [100_000]],
  [512, [0, 1, 511, 512, 20_000, 131_071, 131_072, 131_073]],
  [1_024, [1_048_576]],
  [1_428, [131_072, 5_000_011]],
  // So large that the disk works on it before it is complete.
  [65_464, [65_464, 20_000_000]],
];
const ROWS = SIZES
  .flatMap(([blksize, sizes]) => sizes.map((it) => [it, blksize] as const));

Deno.test("commit() stores files of every size in blocks of every size", async () => {
  const bytes = new Random(1).bytes(20_000_000);
  // With memory for all buffers, for some, and for none.
  for (const maxBufferBytes of [AMPLE_BYTES, 40_000, 0]) {
    await withTempDirectory((path) =>
      useDirectory(path, async ({ directory, shared }) => {
        for (const [size, blksize] of ROWS) {
          const content = bytes.subarray(0, size);
          const part = new PartFile(directory, replace("file.bin"));
          await writeBlocks(part, content, blksize);
          assertEquals((await part.commit()).name, "file.bin");
          assertEquals(namesIn(path), ["file.bin"]);
          await assertFile(path, "file.bin", content);
          assertEquals(shared.bufferBytes, 0);
        }
      }, { maxBufferBytes })
    );
  }
});

Deno.test("commit() stores blocks of all sizes in their order", () =>
  withDirectory(async ({ path, directory }) => {
    const bytes = new Random(2).bytes(3_000_000);
    const part = new PartFile(directory, replace("file.bin"));
    let at = 0;
    for (let size = 0; at < bytes.length; size = (size * 7 + 13) % 65_537) {
      await part.write(bytes.subarray(at, at + size));
      at += size;
    }
    await part.commit();
    await assertFile(path, "file.bin", bytes);
  }));

Deno.test("write() makes its caller wait for a slow disk", () =>
  withDirectory(async ({ path, directory }) => {
    const bytes = new Random(3).bytes(4 * 1024 * 1024);
    const part = new PartFile(directory, replace("file.bin"));
    let waits = 0;
    for (let at = 0; at < bytes.length; at += 512) {
      // Nothing is awaited here until it has to be, so no write to the disk can
      // end in between: to this loop the disk is as slow as can be.
      const wait = part.write(bytes.subarray(at, at + 512));
      if (wait === undefined) continue;
      waits++;
      await wait;
    }
    assert(waits >= 8, `waited only ${waits} times in 4 MiB`);
    await part.commit();
    await assertFile(path, "file.bin", bytes);
  }));

Deno.test("write() copies the bytes, so they may change after it", () =>
  withDirectory(async ({ path, directory }) => {
    for (const blksize of [1_000, 65_464]) {
      const bytes = new Random(4).bytes(15 * blksize);
      const part = new PartFile(directory, replace("file.bin"));
      const buffer = new Uint8Array(blksize);
      for (let at = 0; at < bytes.length; at += blksize) {
        buffer.set(bytes.subarray(at, at + blksize));
        await part.write(buffer);
        buffer.fill(0xee);
      }
      await part.commit();
      await assertFile(path, "file.bin", bytes);
    }
  }));

Deno.test("write() shows nothing, discard() leaves nothing but the old file", () =>
  withDirectory(async ({ path, directory }) => {
    await createFiles(path, ["file.bin"]);
    const part = await begin(directory, replace("file.bin"));
    const [name = "", ...others] = namesIn(path);
    assertMatch(name, /^\..*~.*\.part$/);
    assertEquals(others, ["file.bin"]);
    assertEquals(textsIn(path)["file.bin"], "file.bin");
    await part.discard();
    assertEquals(textsIn(path), { "file.bin": "file.bin" });
  }));

Deno.test("commit() replaces a longer file without writing into it", () =>
  withDirectory(async ({ path, directory }) => {
    await Deno.writeTextFile(join(path, "file.bin"), "much longer");
    await Deno.link(join(path, "file.bin"), join(path, "second-name"));
    await store(directory, replace("file.bin"), "new");
    const texts = { "file.bin": "new", "second-name": "much longer" };
    assertEquals(textsIn(path), texts);
  }));

Deno.test("commit() stores for the owner and the group only", () =>
  withUnixDirectory(async ({ path, directory }) => {
    await createFiles(path, ["old.bin"]);
    await Deno.chmod(join(path, "old.bin"), 0o666);
    await store(directory, replace("old.bin"), "new");
    await store(directory, replace("new.bin"), "new");
    const expected = 0o640 & await creatable(path);
    for (const name of ["old.bin", "new.bin"]) {
      const { mode } = await Deno.stat(join(path, name));
      assertEquals((mode ?? 0) & 0o7777, expected);
    }
  }));

Deno.test("discard() waits for a part that is just being created, and for nothing else", () =>
  withDirectory(async ({ path, directory }) => {
    const part = new PartFile(directory, replace("file.bin"));
    part.write(new Uint8Array(512));
    await part.discard();
    assertEquals(namesIn(path), []);
    const none = new PartFile(directory, replace("file.bin")).discard();
    await none;
    assertEquals([none, namesIn(path)], [undefined, []]);
  }));

// Elsewhere a directory with an open file in it cannot be removed.
Deno.test("write() and commit() report a directory that is gone", () =>
  withTempDirectory((parent) =>
    onUnix(async () => {
      const path = join(parent, "uploads");
      await Deno.mkdir(path);
      await useDirectory(path, async ({ directory }) => {
        await Deno.remove(path, { recursive: true });
        const part = new PartFile(directory, replace("file.bin"));
        part.write(new Uint8Array(512));
        const message = "cannot create a file";
        await assertRejects(() => part.commit(), StorageError, message);
        const write = async () => await part.write(new Uint8Array(512));
        await assertRejects(write, StorageError, message);
        await part.discard();
      });
    })
  ));

/** The permission bits that the umask lets a new file have. */
async function creatable(path: string): Promise<number> {
  const probe = join(path, "probe");
  (await Deno.open(probe, { createNew: true, write: true, mode: 0o777 }))
    .close();
  return (await Deno.stat(probe)).mode ?? 0;
}
