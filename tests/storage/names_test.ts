/**
 * Which of many names a part gets, and with how few looks at the disk.
 *
 * @module
 */

import { assertEquals, assertLessOrEqual } from "@std/assert";
import { basename, join } from "@std/path";
import { targetFor } from "../../lib/policy/naming.ts";
import { StorageError } from "../../lib/storage/error.ts";
import { movePart } from "../../lib/storage/names.ts";
import { PLAIN_NAMING } from "../policy/names.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { createFiles } from "./files.ts";

const VERSIONS = targetFor(
  { ...PLAIN_NAMING, onExists: "version" },
  { filename: "f", client: { hostname: "10.1.1.5", port: 5_000 }, at: 0 },
  () => "",
);

/** The names of the first versions. */
function versions(count: number): string[] {
  return Array.from(
    { length: count },
    (_, i) => i === 0 ? "f" : `f.~${i + 1}~`,
  );
}

/** A disk on which only names are taken, and looks at it are counted. */
class FakeDisk implements Disposable {
  looks = 0;
  readonly #own = { link: Deno.link, lstat: Deno.lstat, remove: Deno.remove };

  constructor(taken: Set<string>) {
    Deno.link = async (_, to) => {
      this.looks++;
      const name = basename(`${to}`);
      if (taken.has(name)) throw new Deno.errors.AlreadyExists(name);
      await Promise.resolve(taken.add(name));
    };
    Deno.lstat = async (path) => {
      this.looks++;
      const name = basename(`${path}`);
      if (!taken.has(name)) throw new Deno.errors.NotFound(name);
      return await this.#own.lstat(".");
    };
    Deno.remove = () => Promise.resolve();
  }

  [Symbol.dispose](): void {
    Object.assign(Deno, this.#own);
  }
}

/** The next version beside those that are there. */
async function nextVersion(): Promise<string> {
  try {
    return (await movePart("up", ".part", VERSIONS)).name;
  } catch (error) {
    if (error instanceof StorageError) return error.fault;
    throw error;
  }
}

Deno.test("movePart() finds the next of thousands of versions with few looks", async () => {
  using disk = new FakeDisk(new Set(versions(9_000)));
  for (const next of ["f.~9001~", "f.~9002~"]) {
    disk.looks = 0;
    assertEquals(await nextVersion(), next);
    assertLessOrEqual(disk.looks, 32);
  }
});

Deno.test("movePart() misses no version that is free", async () => {
  const all = versions(10_000);
  for (const count of [0, 1, 2, 3, 8_191, 8_192, 9_999]) {
    using _ = new FakeDisk(new Set(all.slice(0, count)));
    assertEquals(await nextVersion(), all[count]);
  }
  using full = new FakeDisk(new Set(all));
  assertEquals(await nextVersion(), "exists");
  full[Symbol.dispose]();
  // One that none of the looks of a search is at.
  using _ = new FakeDisk(new Set(all.filter((it) => it !== "f.~7000~")));
  assertEquals(await nextVersion(), "f.~7000~");
});

Deno.test("movePart() gives each of many at once a version of its own", () =>
  withTempDirectory(async (directory) => {
    await createFiles(directory, versions(100));
    const names = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const part = join(directory, `.part${i}`);
        await Deno.writeTextFile(part, `${i}`);
        return (await movePart(directory, part, VERSIONS)).name;
      }),
    );
    assertEquals(names.sort(), versions(120).slice(100).sort());
  }));

Deno.test("movePart() says how large the file was that it replaced", () =>
  withTempDirectory(async (directory) => {
    const part = join(directory, ".part");
    for (const replacedBytes of [undefined, 3, 3]) {
      await Deno.writeTextFile(part, "new");
      const target = { kind: "replace", name: "f" } as const;
      const stored = await movePart(directory, part, target);
      assertEquals(stored, { name: "f", replacedBytes });
    }
  }));
