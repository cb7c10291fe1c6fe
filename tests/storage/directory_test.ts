import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { skip } from "../skip.ts";
import {
  locksIn,
  namesIn,
  textsIn,
  withTempDirectory,
} from "../temp_directory.ts";
import { createFiles, tryRun } from "./files.ts";
import {
  begin,
  faultOf,
  faultOfCommit,
  keep,
  replace,
  store,
  useDirectory,
  withDirectory,
  withUnixDirectory,
} from "./uploads.ts";

Deno.test("close() leaves nothing but the uploads", () =>
  withTempDirectory(async (path) => {
    await useDirectory(path, async ({ directory }) => {
      await store(directory, replace("f"), "new");
    });
    assertEquals([namesIn(path), locksIn(path)], [["f"], []]);
  }));

Deno.test("check() has nothing against a free name or a file", () =>
  withDirectory(async ({ path, directory }) => {
    await createFiles(path, ["file.bin"]);
    const create = { kind: "create", name: "free.bin" } as const;
    for (
      const it of [replace("file.bin"), replace("free.bin"), create, keep("f")]
    ) await directory.check(it);
  }));

Deno.test("check() and publish() keep a file that may not be replaced", () =>
  withDirectory(async ({ path, directory }) => {
    const target = { kind: "create", name: "file.bin" } as const;
    const part = await begin(directory, target);
    await createFiles(path, ["file.bin"]);
    assertEquals(await faultOf(() => directory.check(target)), "exists");
    assertEquals(await faultOfCommit(part), "exists");
    assertEquals(textsIn(path), { "file.bin": "file.bin" });
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

Deno.test("check() and publish() refuse to replace what is no file", async () => {
  for (const [what, make] of OBSTACLES) {
    await withUnixDirectory(async ({ path, directory }) => {
      await createFiles(path, ["target"]);
      const target = replace("obstacle");
      const part = await begin(directory, target);
      const obstacle = join(path, "obstacle");
      const reason = await make(obstacle);
      if (reason !== undefined) return skip(`${what}: ${reason}`);
      const { ino } = await Deno.lstat(obstacle);
      const check = () => directory.check(target);
      const faults = [await faultOf(check), await faultOfCommit(part)];
      assertEquals(faults, ["blocked", "blocked"], what);
      assertEquals(namesIn(path), ["obstacle", "target"], what);
      assertEquals((await Deno.lstat(obstacle)).ino, ino, what);
      assertEquals(await Deno.readTextFile(join(path, "target")), "target");
    });
  }
});

Deno.test("publish() keeps whatever has a name and takes the next one", async () => {
  const write = (path: string) => Deno.writeTextFile(path, "old");
  for (const [what, make] of [...OBSTACLES, ["a file", write] as const]) {
    await withUnixDirectory(async ({ path, directory }) => {
      const obstacle = join(path, "log-0");
      const reason = await make(obstacle);
      if (reason !== undefined) return skip(`${what}: ${reason}`);
      const { ino } = await Deno.lstat(obstacle);
      assertEquals(await store(directory, keep("log"), "new"), "log-1", what);
      assertEquals(namesIn(path), ["log-0", "log-1"], what);
      assertEquals((await Deno.lstat(obstacle)).ino, ino, what);
    });
  }
});

Deno.test("publish() gives a name once, however many servers ask at once", () =>
  withDirectory(({ path, directory }) =>
    useDirectory(path, async ({ directory: other }) => {
      const texts = Array.from({ length: 40 }, (_, i) => `upload ${i}`);
      const names = await Promise.all(
        texts.map((it, i) => store(i % 2 ? directory : other, keep("log"), it)),
      );
      const stored = names.map((name, i) => [name, texts[i]]);
      assertEquals(textsIn(path), Object.fromEntries(stored));
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
      const stored = Object.entries(textsIn(path));
      assertEquals(stored.length, 1);
      assert(texts.includes(textsIn(path)["file.bin"] ?? ""));
    })
  ));

Deno.test("publish() reports that no name is free", () =>
  withDirectory(async ({ path, directory }) => {
    await createFiles(path, ["log-0", "log-1"]);
    const part = await begin(directory, keep("log", 2));
    assertEquals(await faultOfCommit(part), "exists");
    assertEquals(textsIn(path), { "log-0": "log-0", "log-1": "log-1" });
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
