/**
 * The memory of one upload on its way to the disk: how much it takes while
 * there is enough, little or none, and that all of it is given back.
 *
 * @module
 */

import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import type { Memory } from "../../lib/storage/buffers.ts";
import { PartFile } from "../../lib/storage/part.ts";
import { Random } from "../random.ts";
import { withTempDirectory } from "../temp_directory.ts";
import {
  assertFile,
  faultOf,
  type Place,
  replace,
  useDirectory,
} from "./uploads.ts";

/** Beyond all that one upload takes. */
const MAX_BYTES = 8 * 1024 * 1024;
const KIB = 1024;

/** What others take up. */
const OTHERS: Readonly<Record<Memory, number>> = {
  ample: 0,
  short: MAX_BYTES / 2,
  none: MAX_BYTES,
};
const KINDS = ["ample", "short", "none"] as const;

/** A directory whose memory others take up, as much as is wanted. */
function withMemory(
  use: (
    place: Place,
    set: (memory: Memory) => void,
    own: () => number,
  ) => Promise<void>,
): Promise<void> {
  return withTempDirectory((path) =>
    useDirectory(path, async (place) => {
      const { shared } = place;
      let others = 0;
      const set = (memory: Memory) => {
        shared.countBuffer(OTHERS[memory] - others);
        others = OTHERS[memory];
      };
      await use(place, set, () => shared.bufferBytes - others);
      set("ample");
      assertEquals(shared.bufferBytes, 0);
    }, { maxBufferBytes: MAX_BYTES, isSynced: false })
  );
}

/** Sizes of blocks, and the most that is taken for them, in KiB. */
const MOST: ReadonlyArray<
  readonly [blksize: number, ample: number, short: number, none: number]
> = [
  [8, 512, 9, 5],
  [512, 512, 9, 5],
  [1_428, 512, 10, 6],
  [9_000, 512, 24, 13],
  [65_464, 512, 128, 64],
];

Deno.test("write() takes little while memory is short, and one buffer when there is none", () =>
  withMemory(async ({ path, directory }, set, own) => {
    const bytes = new Random(1).bytes(1_000_003);
    for (const [blksize, ...most] of MOST) {
      for (const [i, memory] of KINDS.entries()) {
        set(memory);
        const part = new PartFile(directory, replace("f"));
        let peak = 0;
        for (let at = 0; at < bytes.length; at += blksize) {
          await part.write(bytes.subarray(at, at + blksize));
          peak = Math.max(peak, own());
        }
        const limit = (most[i] ?? 0) * KIB;
        assertLessOrEqual(peak, limit, `${blksize} ${memory}`);
        assertEquals((await part.commit()).name, "f");
        await assertFile(path, "f", bytes);
        assertEquals(own(), 0, `${blksize} ${memory}`);
      }
    }
  }));

Deno.test("write() gives memory back as soon as others need it", () =>
  withMemory(async ({ directory }, set, own) => {
    for (
      const [memory, blksize, most] of [
        ...[["short", 512, 8], ["none", 512, 4]] as const,
        ...[["short", 65_464, 128], ["none", 65_464, 64]] as const,
      ]
    ) {
      const part = new PartFile(directory, replace("f"));
      const block = new Uint8Array(blksize);
      const write = async (total: number) => {
        for (let at = 0; at < total; at += blksize) await part.write(block);
      };
      set("ample");
      await write(2_000_000);
      assert(own() > 256 * KIB, `${own()} in use`);
      set(memory);
      await write(800_000);
      assertLessOrEqual(own(), most * KIB, `${memory} ${blksize}`);
      await part.discard();
      assertEquals(own(), 0, `${memory} ${blksize}`);
    }
  }));

Deno.test("write() keeps every byte while memory comes and goes", () =>
  withMemory(async ({ path, directory }, set, own) => {
    const random = new Random(2);
    const bytes = random.bytes(1_500_001);
    for (const [blksize] of MOST) {
      const part = new PartFile(directory, replace("f"));
      for (let at = 0; at < bytes.length; at += blksize) {
        if (random.chance(0.1)) set(random.pick(KINDS));
        await part.write(bytes.subarray(at, at + blksize));
      }
      await part.commit();
      await assertFile(path, "f", bytes);
      assertEquals(own(), 0, `${blksize}`);
    }
  }));

/** What was done before all is discarded. */
const BEFORE: ReadonlyArray<
  readonly [what: string, act: (part: PartFile, place: Place) => unknown]
> = [
  ["nothing", () => {}],
  ["a block", (part) => part.write(new Uint8Array(512))],
  ["blocks that are just being written", async (part) => {
    for (let i = 0; i < 66; i++) {
      const wait = part.write(new Uint8Array(512));
      if (wait !== undefined) await wait;
    }
  }],
  ["a write that failed", async (part, { shared }) => {
    shared.freeBytes = 40_000;
    const write = () => part.write(new Uint8Array(20_000));
    await write();
    assertEquals(
      await faultOf(async () => {
        for (let i = 0; i < 99; i++) await write();
      }),
      "full",
    );
  }],
  ["a commit that failed", async (part, { shared }) => {
    shared.freeBytes = 10;
    await part.write(new Uint8Array(512));
    assertEquals(await faultOf(() => part.commit()), "full");
  }],
  ["a name that is taken", async (part, { path }) => {
    await part.write(new Uint8Array(512));
    await Deno.mkdir(`${path}/f`);
    assertEquals(await faultOf(() => part.commit()), "blocked");
  }],
];

Deno.test("discard() gives all memory back, whatever was done before", async () => {
  for (const memory of KINDS) {
    for (const [what, act] of BEFORE) {
      await withMemory(async (place, set, own) => {
        const part = new PartFile(place.directory, replace("f"));
        set(memory);
        await act(part, place);
        await part.discard();
        assertEquals(own(), 0, `${what}, ${memory}`);
      });
    }
  }
});
