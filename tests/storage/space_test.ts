import { assertEquals, assertRejects } from "@std/assert";
import { StorageError } from "../../lib/storage/error.ts";
import { type MinFree, Space } from "../../lib/storage/space.ts";
import { skip } from "../skip.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { withMount } from "./upload_directory.ts";

const M = 2 ** 20;

/** Disks of this size, all of it free, and what may be written there. */
const LEFT: ReadonlyArray<
  readonly [megabytes: number, minFree: MinFree, left: number]
> = [
  [100, { kind: "bytes", bytes: 0 }, 100 * M],
  [100, { kind: "bytes", bytes: 30 * M }, 70 * M],
  [100, { kind: "bytes", bytes: 101 * M }, -1 * M],
  [100, { kind: "percent", percent: 0 }, 100 * M],
  [100, { kind: "percent", percent: 5 }, 95 * M],
  [100, { kind: "percent", percent: 99 }, 1 * M],
  // A hundredth of a small disk, 256M of a large one.
  [100, { kind: "default" }, 99 * M],
  [25_600, { kind: "default" }, (25_600 - 256) * M],
  [102_400, { kind: "default" }, (102_400 - 256) * M],
];

for (const [megabytes, minFree, left] of LEFT) {
  const kept = Object.values(minFree).join(" ");
  Deno.test(`left() of ${megabytes} MB with ${kept} is ${left}`, async () => {
    const reason = await withMount(`size=${megabytes}m`, async (path) => {
      assertEquals(await new Space(path, minFree).left(0), left);
    });
    if (reason !== undefined) skip(reason);
  });
}

Deno.test("take() counts what is written, measured or not", async () => {
  const reason = await withMount("size=10m", async (path) => {
    const space = new Space(path, { kind: "bytes", bytes: 4 * M });
    await space.take(4 * M);
    await Deno.writeFile(`${path}/f`, new Uint8Array(4 * M));
    assertEquals(await space.left(0), 2 * M);
  });
  if (reason !== undefined) skip(reason);
});

Deno.test("take() rejects what would leave too little", async () => {
  const reason = await withMount("size=10m", async (path) => {
    const space = new Space(path, { kind: "bytes", bytes: 4 * M });
    await assertRejects(
      () => space.take(6 * M + 1),
      StorageError,
      `disk full: ${6 * M} bytes left above the minimum`,
    );
  });
  if (reason !== undefined) skip(reason);
});

Deno.test("left() is unknown where nobody can tell", () =>
  withTempDirectory(async (path) => {
    const space = new Space(`${path}/missing`, { kind: "default" });
    assertEquals(await space.left(1), undefined);
    await space.take(1);
  }));
