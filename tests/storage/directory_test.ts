import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { UploadDirectory } from "../../lib/storage/directory.ts";
import { StorageError } from "../../lib/storage/error.ts";
import { skip } from "../skip.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { begin, keep, replace, store } from "./send.ts";
import {
  createFiles,
  namesIn,
  tryRun,
  useDirectory,
  withMount,
  withUploadDirectory,
} from "./upload_directory.ts";

async function faultOf(doing: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(doing, StorageError)).fault;
}

Deno.test("open() refuses a directory that does not exist", () =>
  withTempDirectory(async (path) => {
    const missing = join(path, "uploads");
    const error = await assertRejects(
      () => UploadDirectory.open(missing),
      StorageError,
    );
    assert(error.cause instanceof Deno.errors.NotFound);
    assertEquals(await namesIn(path), []);
  }));

Deno.test("open() refuses a file", () =>
  withTempDirectory(async (path) => {
    await createFiles(path, ["uploads"]);
    const file = join(path, "uploads");
    assertEquals(await faultOf(() => UploadDirectory.open(file)), "blocked");
    assertEquals(await Deno.readTextFile(file), "uploads");
  }));

Deno.test("open() refuses a read-only file system", async () => {
  const reason = await withMount("ro", async (path) => {
    assertEquals(await faultOf(() => UploadDirectory.open(path)), "denied");
  });
  if (reason !== undefined) skip(reason);
});

Deno.test("open() refuses a file system without room for a file", async () => {
  const reason = await withMount("nr_inodes=1", async (path) => {
    assertEquals(await faultOf(() => UploadDirectory.open(path)), "full");
  });
  if (reason !== undefined) skip(reason);
});

Deno.test("close() leaves nothing but the uploads", () =>
  withTempDirectory(async (path) => {
    const directory = await UploadDirectory.open(path);
    await store(directory, replace("file.bin"), "new");
    await directory.close();
    const names = (await Array.fromAsync(Deno.readDir(path))).map((it) =>
      it.name
    );
    assertEquals(names, ["file.bin"]);
  }));

Deno.test("check() has nothing against a free name or a file", () =>
  withUploadDirectory(async (directory, path) => {
    await createFiles(path, ["file.bin"]);
    await directory.check(replace("file.bin"));
    await directory.check(replace("free.bin"));
    await directory.check({ kind: "create", name: "free.bin" });
  }));

/** What may stand in the way of a name, and what makes it. */
const OBSTACLES: Record<
  string,
  (path: string, target: string) => Promise<string | undefined>
> = {
  "a directory": async (path) => {
    await Deno.mkdir(path);
    return undefined;
  },
  "a link to a file": async (path, target) => {
    await Deno.symlink(target, path);
    return undefined;
  },
  "a link to nothing": async (path, target) => {
    await Deno.symlink(`${target}-missing`, path);
    return undefined;
  },
  // Opened for writing, it would make the server wait for ever.
  "a FIFO": (path) => tryRun("mkfifo", path),
};

for (const [what, make] of Object.entries(OBSTACLES)) {
  Deno.test({
    name: `publish() refuses to replace ${what}`,
    ignore: Deno.build.os === "windows",
    fn: () =>
      withUploadDirectory(async (directory, path) => {
        await createFiles(path, ["target"]);
        const obstacle = join(path, "obstacle");
        const reason = await make(obstacle, join(path, "target"));
        if (reason !== undefined) return skip(reason);
        const before = await Deno.lstat(obstacle);
        const upload = await begin(directory, replace("obstacle"));
        assertEquals(await faultOf(() => upload.commit()), "blocked");
        await upload.discard();
        assertEquals(await namesIn(path), ["obstacle", "target"]);
        assertEquals((await Deno.lstat(obstacle)).ino, before.ino);
        assertEquals(await Deno.readTextFile(join(path, "target")), "target");
      }),
  });

  Deno.test({
    name: `check() reports ${what}`,
    ignore: Deno.build.os === "windows",
    fn: () =>
      withUploadDirectory(async (directory, path) => {
        const obstacle = join(path, "obstacle");
        const reason = await make(obstacle, join(path, "target"));
        if (reason !== undefined) return skip(reason);
        assertEquals(
          await faultOf(() => directory.check(replace("obstacle"))),
          "blocked",
        );
      }),
  });

  Deno.test({
    name: `publish() keeps ${what} and takes the next name`,
    ignore: Deno.build.os === "windows",
    fn: () =>
      withUploadDirectory(async (directory, path) => {
        const obstacle = join(path, "log-0");
        const reason = await make(obstacle, join(path, "target"));
        if (reason !== undefined) return skip(reason);
        assertEquals(await store(directory, keep("log"), "new"), "log-1");
        assertEquals(await namesIn(path), ["log-0", "log-1"]);
      }),
  });
}

Deno.test("publish() keeps a file and takes the next name", () =>
  withUploadDirectory(async (directory, path) => {
    await createFiles(path, ["log-0"]);
    assertEquals(await store(directory, keep("log"), "new"), "log-1");
    assertEquals(await Deno.readTextFile(join(path, "log-0")), "log-0");
    assertEquals(await Deno.readTextFile(join(path, "log-1")), "new");
  }));

Deno.test("publish() gives uploads that end at once different names", () =>
  withUploadDirectory(async (directory, path) => {
    const texts = Array.from({ length: 40 }, (_, i) => `upload ${i}`);
    const names = await Promise.all(
      texts.map((text) => store(directory, keep("log"), text)),
    );
    assertEquals(new Set(names).size, 40);
    assertEquals(await namesIn(path), [...names].sort());
    for (const [i, name] of names.entries()) {
      assertEquals(await Deno.readTextFile(join(path, name)), `upload ${i}`);
    }
  }));

Deno.test("publish() gives names once, whichever server asks", () =>
  withUploadDirectory((first, path) =>
    useDirectory(path, async (second) => {
      const names = await Promise.all(
        Array.from(
          { length: 40 },
          (_, i) => store(i % 2 === 0 ? first : second, keep("log"), "new"),
        ),
      );
      assertEquals(new Set(names).size, 40);
    })
  ));

Deno.test("publish() lets one of many replace the file, whole", () =>
  withUploadDirectory(async (directory, path) => {
    const texts = Array.from({ length: 40 }, (_, i) => `${i} `.repeat(20_000));
    await Promise.all(
      texts.map((text) => store(directory, replace("file.bin"), text)),
    );
    assertEquals(await namesIn(path), ["file.bin"]);
    const text = await Deno.readTextFile(join(path, "file.bin"));
    assert(texts.includes(text));
  }));

Deno.test("publish() reports that no name is free", () =>
  withUploadDirectory(async (directory, path) => {
    await createFiles(path, ["log-0", "log-1"]);
    const upload = await begin(directory, keep("log", 2));
    assertEquals(await faultOf(() => upload.commit()), "exists");
    await upload.discard();
    assertEquals(await namesIn(path), ["log-0", "log-1"]);
    assertEquals(await Deno.readTextFile(join(path, "log-0")), "log-0");
  }));

Deno.test("publish() claims no name for a part that is gone", () =>
  withUploadDirectory(async (directory, path) => {
    const part = directory.nextPart();
    for (const target of [keep("log"), replace("log")]) {
      assertEquals(
        await faultOf(() => directory.publish(part, target)),
        "failed",
      );
    }
    assertEquals(await namesIn(path), []);
  }));
