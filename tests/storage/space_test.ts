import { assertEquals, assertThrows } from "@std/assert";
import type { MinFree } from "../../lib/config.ts";
import { StorageError } from "../../lib/storage/error.ts";
import { PartFile } from "../../lib/storage/part.ts";
import { measureFree } from "../../lib/storage/space.ts";
import { namesIn, withTempDirectory } from "../temp_directory.ts";
import { withMount } from "./files.ts";
import { faultOfCommit, replace, withDirectory } from "./uploads.ts";

const M = 2 ** 20;

/** Disks of this size, all of it free, and what may be written there. */
const DISKS: ReadonlyArray<
  readonly [megabytes: number, minFree: MinFree, megabytesLeft: number]
> = [
  [100, { kind: "bytes", bytes: 0 }, 100],
  [100, { kind: "bytes", bytes: 30 * M }, 70],
  [100, { kind: "bytes", bytes: 101 * M }, -1],
  [100, { kind: "percent", percent: 0 }, 100],
  [100, { kind: "percent", percent: 5 }, 95],
  [100, { kind: "percent", percent: 99 }, 1],
  // A hundredth of a small disk, 256M of a large one.
  [100, { kind: "default" }, 99],
  [25_600, { kind: "default" }, 25_600 - 256],
  [102_400, { kind: "default" }, 102_400 - 256],
];

Deno.test("measureFree() leaves as much of a disk free as it is told", async () => {
  for (const [megabytes, minFree, left] of DISKS) {
    await withMount(`size=${megabytes}m`, async (path) => {
      const row = `${Object.values(minFree)} of ${megabytes} MB`;
      assertEquals(await measureFree(path, minFree), left * M, row);
    });
  }
});

Deno.test("measureFree() sees what is written", () =>
  withMount("size=10m", async (path) => {
    await Deno.writeFile(`${path}/f`, new Uint8Array(4 * M));
    const minFree = { kind: "bytes", bytes: 4 * M } as const;
    assertEquals(await measureFree(path, minFree), 2 * M);
  }));

Deno.test("measureFree() knows nothing where nobody can tell", () =>
  withTempDirectory(async (path) => {
    const missing = `${path}/missing`;
    assertEquals(await measureFree(missing, { kind: "default" }), undefined);
  }));

Deno.test("takeSpace() grants what is left and not a byte more", () =>
  withDirectory(({ directory, shared }) => {
    shared.freeBytes = 6 * M;
    directory.takeSpace(4 * M);
    directory.takeSpace(2 * M - 5);
    const left = "disk full: 5 bytes free above --min-free";
    assertThrows(() => directory.takeSpace(6), StorageError, left);
    directory.takeSpace(5);
    shared.freeBytes = undefined;
    directory.takeSpace(Number.MAX_SAFE_INTEGER);
    return Promise.resolve();
  }));

Deno.test("a part takes its space before it is written, amid and at the end", () =>
  withDirectory(async ({ path, directory, shared }) => {
    for (const bytes of [1_000, M]) {
      shared.freeBytes = bytes - 1;
      const part = new PartFile(directory, replace("f"));
      part.write(new Uint8Array(bytes));
      assertEquals(await faultOfCommit(part), "full");
      assertEquals(namesIn(path), []);
      shared.freeBytes = bytes;
      const fitting = new PartFile(directory, replace("f"));
      fitting.write(new Uint8Array(bytes));
      await fitting.commit();
      assertEquals(shared.freeBytes, 0);
      await Deno.remove(`${path}/f`);
    }
  }));
