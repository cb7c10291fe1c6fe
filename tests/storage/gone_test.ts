/**
 * What becomes of uploads when another directory is in the place of the one that
 * was opened.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Shared } from "../../lib/shared.ts";
import { UploadDirectory } from "../../lib/storage/directory.ts";
import { PartFile } from "../../lib/storage/part.ts";
import { skip } from "../skip.ts";
import {
  namesIn,
  partsIn,
  textsIn,
  withTempDirectory,
} from "../temp_directory.ts";
import { type Change, CHANGES } from "./changes.ts";
import { onUnix } from "./files.ts";
import { SyncWatch } from "./sync_watch.ts";
import {
  AMPLE_BYTES,
  begin,
  faultOf,
  faultOfCommit,
  type Place,
  replace,
  store,
  useDirectory,
} from "./uploads.ts";

/** Runs with a directory in another one, where that can be moved while in use. */
function withUpDirectory(
  use: (place: Place) => Promise<void>,
  options: { isSynced?: boolean } = {},
): Promise<void> {
  return onUnix(() =>
    withTempDirectory(async (parent) => {
      const path = join(parent, "up");
      await Deno.mkdir(path);
      await useDirectory(path, use, options);
    })
  );
}

/** Runs with a directory for each way it can go. */
async function withEach(
  use: (place: Place, change: Change) => Promise<void>,
  options: { isSynced?: boolean } = {},
): Promise<void> {
  for (const change of CHANGES) {
    await withUpDirectory(async (place) => {
      const { path } = place;
      const reason = await change.go(path);
      if (reason !== undefined) return skip(`${change.what}: ${reason}`);
      await change.back(path);
      try {
        await use(place, change);
      } catch (error) {
        await change.back(path).catch(() => {});
        throw error;
      }
    }, options);
  }
}

Deno.test("publish() stores nothing where the path leads elsewhere", async () => {
  for (const isSynced of [true, false]) {
    await withEach(async ({ path, directory }, { what, go, back }) => {
      const early = new PartFile(directory, replace("early"));
      early.write(new Uint8Array(40_000));
      await go(path);
      const late = new PartFile(directory, replace("late"));
      late.write(new Uint8Array(9));
      for (const part of [early, late]) {
        const fault = await faultOfCommit(part);
        // Where there is none, no part can be created to begin with.
        assert(["gone", "failed"].includes(fault), `${what}: ${fault}`);
      }
      const missing = await faultOf(() => store(directory, replace("f"), "x"));
      assert(["gone", "failed"].includes(missing), `${what}: ${missing}`);
      await back(path);
      assertEquals(namesIn(path).filter((it) => !it.endsWith(".part")), []);
      assertEquals(await store(directory, replace("f"), "new"), "f", what);
    }, { isSynced });
  }
});

Deno.test("publish() acknowledges nothing that got its name just before", () =>
  withUpDirectory(async ({ path, directory }) => {
    const { rename } = Deno;
    Deno.rename = async (from, to) => {
      await rename(from, to);
      await rename(path, `${path}.old`);
      await Deno.mkdir(path);
      await Deno.writeTextFile(join(path, "f"), "somebody else's");
    };
    try {
      const storing = () => store(directory, replace("f"), "new");
      assertEquals(await faultOf(storing), "gone");
    } finally {
      Deno.rename = rename;
    }
    assertEquals(textsIn(path), { f: "somebody else's" });
  }));

Deno.test("isThere() sees the directory go and come back", () =>
  withEach(async ({ path, run }, { what, go, back }) => {
    assert(await run.isThere(), what);
    await go(path);
    assert(!await run.isThere(), what);
    await back(path);
    assert(await run.isThere(), what);
  }));

Deno.test("end() removes what was left while the directory was elsewhere", () =>
  withEach(async ({ path }, { what, go, back }) => {
    await useDirectory(path, async ({ directory }) => {
      const part = await begin(directory, replace("f"));
      await go(path);
      await part.discard();
      await back(path);
      assertEquals(partsIn(path).length, 1, what);
    });
    assertEquals(namesIn(path), [], what);
  }));

Deno.test("open() while the directory is gone stores and syncs once it is back", () =>
  withEach(async ({ path, run: { id, identity } }, { what, go, back }) => {
    await go(path);
    const directory = await UploadDirectory.open({
      ...{ path, identity, run: id, thread: 1 },
      ...{ isSynced: true, maxBufferBytes: AMPLE_BYTES },
    }, new Shared());
    await back(path);
    using watch = new SyncWatch();
    const part = directory.nextPart();
    await Deno.writeTextFile(part, "new");
    await directory.publish(part, replace("f"));
    assertEquals([watch.seen, namesIn(path)], [["name"], ["f"]], what);
    await directory.close();
  }));
