import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { skip } from "../skip.ts";
import { namesIn, withTempDirectory } from "../temp_directory.ts";
import { createFiles, IS_UNIX, tryRun } from "./files.ts";
import {
  begin,
  faultOf,
  keep,
  replace,
  store,
  useDirectory,
  withDirectory,
} from "./uploads.ts";

Deno.test("close() leaves nothing but the uploads", () =>
  withTempDirectory(async (path) => {
    await useDirectory(path, async ({ directory }) => {
      await store(directory, replace("file.bin"), "new");
    });
    const entries = await Array.fromAsync(Deno.readDir(path));
    assertEquals(entries.map(({ name }) => name), ["file.bin"]);
  }));

Deno.test("check() has nothing against a free name or a file", () =>
  withDirectory(async ({ path, directory }) => {
    await createFiles(path, ["file.bin"]);
    await directory.check(replace("file.bin"));
    await directory.check(replace("free.bin"));
    await directory.check({ kind: "create", name: "free.bin" });
    await directory.check(keep("file.bin"));
  }));

Deno.test("check() and publish() keep a file that may not be replaced", () =>
  withDirectory(async ({ path, directory }) => {
    const target = { kind: "create", name: "file.bin" } as const;
    const part = await begin(directory, target);
    await createFiles(path, ["file.bin"]);
    assertEquals(await faultOf(() => directory.check(target)), "exists");
    assertEquals(await faultOf(() => part.commit()), "exists");
    await part.discard();
    assertEquals(namesIn(path), ["file.bin"]);
    assertEquals(await Deno.readTextFile(join(path, "file.bin")), "file.bin");
  }));

/** What may stand in the way of a name, and what makes it. */
const OBSTACLES: ReadonlyArray<
  readonly [what: string, make: (path: string) => Promise<unknown>]
> = [
  ["a directory", (path) => Deno.mkdir(path)],
  ["a link to a file", (path) => Deno.symlink("target", path)],
  ["a link to nothing", (path) => Deno.symlink("missing", path)],
  // Opened for writing, it would make the server wait for ever.
  ["a FIFO", (path) => tryRun("mkfifo", path)],
];

Deno.test({
  name: "check() and publish() refuse to replace what is no file",
  ignore: !IS_UNIX,
  fn: async () => {
    for (const [what, make] of OBSTACLES) {
      await withDirectory(async ({ path, directory }) => {
        await createFiles(path, ["target"]);
        const target = replace("obstacle");
        const part = await begin(directory, target);
        const obstacle = join(path, "obstacle");
        const reason = await make(obstacle);
        if (reason !== undefined) return skip(`${what}: ${reason}`);
        const { ino } = await Deno.lstat(obstacle);
        const faults = [
          await faultOf(() => directory.check(target)),
          await faultOf(() => part.commit()),
        ];
        await part.discard();
        assertEquals(faults, ["blocked", "blocked"], what);
        assertEquals(namesIn(path), ["obstacle", "target"], what);
        assertEquals((await Deno.lstat(obstacle)).ino, ino, what);
        assertEquals(await Deno.readTextFile(join(path, "target")), "target");
      });
    }
  },
});

Deno.test({
  name: "publish() keeps whatever has a name and takes the next one",
  ignore: !IS_UNIX,
  fn: async () => {
    const file = [
      "a file",
      (path: string) => Deno.writeTextFile(path, "old"),
    ] as const;
    for (const [what, make] of [...OBSTACLES, file]) {
      await withDirectory(async ({ path, directory }) => {
        const obstacle = join(path, "log-0");
        const reason = await make(obstacle);
        if (reason !== undefined) return skip(`${what}: ${reason}`);
        const { ino } = await Deno.lstat(obstacle);
        assertEquals(await store(directory, keep("log"), "new"), "log-1", what);
        assertEquals(namesIn(path), ["log-0", "log-1"], what);
        assertEquals((await Deno.lstat(obstacle)).ino, ino, what);
      });
    }
  },
});

Deno.test("publish() gives a name once, however many servers ask at once", () =>
  withDirectory(({ path, directory }) =>
    useDirectory(path, async ({ directory: other }) => {
      const names = await Promise.all(
        Array.from(
          { length: 40 },
          (_, i) =>
            store(i % 2 ? directory : other, keep("log"), `upload ${i}`),
        ),
      );
      assertEquals(new Set(names).size, 40);
      assertEquals(namesIn(path), [...names].sort());
      for (const [i, name] of names.entries()) {
        assertEquals(await Deno.readTextFile(join(path, name)), `upload ${i}`);
      }
    })
  ));

Deno.test("publish() lets one of many replace the file, whole, of any server", () =>
  withDirectory(({ path, directory }) =>
    useDirectory(path, async ({ directory: other }) => {
      const target = replace("file.bin");
      const texts = Array.from(
        { length: 40 },
        (_, i) => `${i} `.repeat(20_000),
      );
      await Promise.all(
        texts.map((text, i) => store(i % 2 ? directory : other, target, text)),
      );
      assertEquals(namesIn(path), ["file.bin"]);
      const text = await Deno.readTextFile(join(path, "file.bin"));
      assert(texts.includes(text));
    })
  ));

Deno.test("publish() reports that no name is free", () =>
  withDirectory(async ({ path, directory }) => {
    await createFiles(path, ["log-0", "log-1"]);
    const part = await begin(directory, keep("log", 2));
    assertEquals(await faultOf(() => part.commit()), "exists");
    await part.discard();
    assertEquals(namesIn(path), ["log-0", "log-1"]);
    assertEquals(await Deno.readTextFile(join(path, "log-0")), "log-0");
  }));

Deno.test("publish() claims no name for a part that is gone", () =>
  withDirectory(async ({ path, directory }) => {
    const part = directory.nextPart();
    for (const target of [keep("log"), replace("log")]) {
      const publish = () => directory.publish(part, target);
      assertEquals(await faultOf(publish), "failed");
    }
    assertEquals(namesIn(path), []);
  }));
