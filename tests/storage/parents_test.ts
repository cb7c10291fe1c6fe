import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Target } from "../../lib/policy/naming.ts";
import { parentsOf } from "../../lib/storage/parents.ts";
import { skip } from "../skip.ts";
import { namesIn, withTempDirectory } from "../temp_directory.ts";
import { createFiles, IS_UNIX, tryRun, withMount } from "./files.ts";
import { SyncWatch } from "./sync_watch.ts";
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

/** Lets something happen just before the next rename or link. */
class Interruption implements Disposable {
  readonly #own = { rename: Deno.rename, link: Deno.link };

  constructor(happen: () => Promise<unknown>) {
    let hasHappened = false;
    const once = async () => {
      if (!hasHappened) await happen();
      hasHappened = true;
    };
    const { rename, link } = this.#own;
    Deno.rename = async (from, to) => {
      await once();
      await rename(from, to);
    };
    Deno.link = async (from, to) => {
      await once();
      await link(from, to);
    };
  }

  [Symbol.dispose](): void {
    Object.assign(Deno, this.#own);
  }
}

Deno.test("parentsOf() gives the way to a file", () => {
  assertEquals(parentsOf("a/b/c"), ["a", "a/b"]);
  assertEquals(parentsOf("c"), []);
});

Deno.test("publish() makes directories, and makes every one durable", () =>
  withDirectory(async ({ path, directory }) => {
    using watch = new SyncWatch();
    const name = await store(directory, replace("a/b/f"), "new");
    assertEquals(name, "a/b/f");
    assertEquals(await Deno.readTextFile(join(path, name)), "new");
    if (!IS_UNIX) return;
    assertEquals(watch.seen, ["data", "name", "name", "name"]);
    for (const made of ["a", "a/b"]) {
      const { mode } = await Deno.stat(join(path, made));
      assertEquals((mode ?? 0) & 0o027, 0, made);
    }
  }));

Deno.test("publish() uses the directories that are there, for all kinds of target", () =>
  withDirectory(async ({ path, directory }) => {
    await Deno.mkdir(join(path, "a"));
    const create: Target = { kind: "create", name: "a/f" };
    for (const target of [create, replace("a/f"), keep("a/f"), keep("a/f")]) {
      await directory.check(target);
      await store(directory, target, "new");
    }
    assertEquals(await faultOf(() => directory.check(create)), "exists");
    assertEquals(namesIn(join(path, "a")), ["f", "f-0", "f-1"]);
  }));

/** What may be in the place of a directory, and what makes it. */
const OBSTACLES: ReadonlyArray<
  readonly [what: string, make: (path: string) => Promise<unknown>]
> = [
  ["a file", (path) => Deno.writeTextFile(path, "old")],
  ["a link to a directory", (path) => Deno.symlink("target", path)],
  ["a link to nothing", (path) => Deno.symlink("missing", path)],
  ["a FIFO", (path) => tryRun("mkfifo", path)],
];

Deno.test("check() and publish() go no way that is no directory", async () => {
  for (const [what, make] of OBSTACLES) {
    for (const obstacle of ["a", "a/b"]) {
      await withDirectory(async ({ path, directory }) => {
        const target = replace("a/b/f");
        const part = await begin(directory, target);
        await Deno.mkdir(join(path, "target"));
        if (obstacle === "a/b") await Deno.mkdir(join(path, "a"));
        const reason = await make(join(path, obstacle));
        if (reason !== undefined) return skip(`${what}: ${reason}`);
        const { ino } = await Deno.lstat(join(path, obstacle));
        for (const it of [target, keep("a/b/f")]) {
          assertEquals(await faultOf(() => directory.check(it)), "astray");
        }
        assertEquals(await faultOfCommit(part), "astray", what);
        assertEquals(namesIn(path), ["a", "target"], what);
        assertEquals(namesIn(join(path, "target")), [], what);
        assertEquals((await Deno.lstat(join(path, obstacle))).ino, ino);
      });
    }
  }
});

Deno.test("publish() replaces no directory by a file of its name", () =>
  withDirectory(async ({ path, directory }) => {
    await store(directory, replace("a/b"), "new");
    const check = () => directory.check(replace("a"));
    assertEquals(await faultOf(check), "blocked");
    assertEquals(await Deno.readTextFile(join(path, "a/b")), "new");
  }));

Deno.test("check() and publish() refuse a directory on another disk", () =>
  withMount("size=1m", (disk) =>
    withDirectory(async ({ path, directory }) => {
      const part = await begin(directory, replace("m/f"));
      await Deno.mkdir(join(path, "m"));
      const mounted = join(path, "m");
      assertEquals(await tryRun("mount", "--bind", disk, mounted), undefined);
      const check = () => directory.check(replace("m/f"));
      assertEquals(await faultOf(check), "astray");
      assertEquals(await faultOf(() => part.commit()), "astray");
      assertEquals(await tryRun("umount", mounted), undefined);
      await part.discard();
      assertEquals(namesIn(disk), []);
      assertEquals(namesIn(path), ["m"]);
    })));

Deno.test("publish() tells what is mounted elsewhere by the rename that fails", () =>
  withTempDirectory((other) =>
    withDirectory(async ({ path, directory }) => {
      const mounted = join(path, "m");
      await Deno.mkdir(mounted);
      // The same file system, so only the system knows.
      const reason = await tryRun("mount", "--bind", other, mounted);
      if (reason !== undefined) return skip(reason);
      try {
        for (const target of [replace("m/f"), keep("m/f")]) {
          await directory.check(target);
          const part = await begin(directory, target);
          assertEquals(await faultOfCommit(part), "astray");
        }
      } finally {
        assertEquals(await tryRun("umount", mounted), undefined);
      }
      assertEquals(namesIn(other), []);
      assertEquals(namesIn(path), ["m"]);
    })
  ));

Deno.test("publish() removes the directories that it made in vain, and no others", () =>
  withDirectory(async ({ path, directory }) => {
    await Deno.mkdir(join(path, "old"));
    const gone = directory.nextPart();
    for (const name of ["old/new/f", "new/f"]) {
      const publish = () => directory.publish(gone, replace(name));
      assertEquals(await faultOf(publish), "failed");
    }
    assertEquals(namesIn(path), ["old"]);
    assertEquals(namesIn(join(path, "old")), []);
  }));

Deno.test("publish() makes a directory again that somebody took away", () =>
  withDirectory(async ({ path, directory }) => {
    for (const target of [replace("a/f"), keep("b/f")]) {
      const parent = target.kind === "replace" ? "a" : "b";
      using _ = new Interruption(() => Deno.remove(join(path, parent)));
      const name = await store(directory, target, "new");
      assertEquals(await Deno.readTextFile(join(path, name)), "new");
    }
  }));

Deno.test("publish() acknowledges nothing that a link has led elsewhere", () =>
  withUnixDirectory(async ({ path, directory }) => {
    await withTempDirectory(async (elsewhere) => {
      for (const target of [replace("a/f"), keep("b/f")]) {
        const parent = target.kind === "replace" ? "a" : "b";
        const part = await begin(directory, target);
        using _ = new Interruption(async () => {
          await Deno.remove(join(path, parent));
          await Deno.symlink(elsewhere, join(path, parent));
        });
        assertEquals(await faultOfCommit(part), "astray");
      }
      assertEquals(namesIn(path), ["a", "b"]);
    });
  }));

Deno.test("publish() stores many at once in directories that nobody has made yet", () =>
  withDirectory(({ path, directory }) =>
    useDirectory(path, async ({ directory: other }) => {
      const names = Array.from(
        { length: 60 },
        (_, i) => `a/${i % 3}/${i % 2}/f${i}`,
      );
      const stored = await Promise.all(
        names.map((name, i) =>
          store(i % 2 ? directory : other, replace(name), name)
        ),
      );
      assertEquals(stored, names);
      for (const name of names) {
        assertEquals(await Deno.readTextFile(join(path, name)), name);
      }
    })
  ));

Deno.test("commit() takes back a name whose directory cannot be synced", () =>
  withUnixDirectory(async ({ path, directory }) => {
    await createFiles(path, ["f"]);
    using watch = new SyncWatch();
    let names = 0;
    // The upload directory can, what is in it cannot.
    watch.onSync = async (what) => {
      if (what === "name" && ++names === 2) {
        await Promise.reject(new Error("Disk is broken"));
      }
    };
    const part = await begin(directory, { kind: "create", name: "a/f" });
    assertEquals(await faultOfCommit(part), "failed");
    assertEquals(namesIn(join(path, "a")), []);
    assert(names === 2);
  }));
