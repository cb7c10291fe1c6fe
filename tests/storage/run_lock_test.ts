import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { basename, join } from "@std/path";
import { refuseName } from "../../lib/policy/filename.ts";
import { RunLock } from "../../lib/storage/run_lock.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { begin, replace } from "./send.ts";
import {
  createFiles,
  locksIn,
  namesIn,
  useDirectory,
  withUploadDirectory,
} from "./upload_directory.ts";

const DEAD = ".wotftp~0123456789abcdef";

Deno.test("take() creates one file that release() removes", () =>
  withTempDirectory(async (path) => {
    const lock = await RunLock.take(path);
    const [name] = await locksIn(path);
    assertMatch(name ?? "", /^\.wotftp~[0-9a-f]{16}\.lock$/);
    await lock.release();
    assertEquals(await locksIn(path), []);
    assertEquals(await namesIn(path), []);
  }));

Deno.test({
  name: "take() creates a file that only its user can read",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withTempDirectory(async (path) => {
      const lock = await RunLock.take(path);
      const [name] = await locksIn(path);
      const { mode } = await Deno.stat(join(path, name ?? ""));
      assertEquals((mode ?? 0) & 0o077, 0);
      await lock.release();
    }),
});

Deno.test("take() begins another run each time", () =>
  withTempDirectory(async (path) => {
    const locks = [await RunLock.take(path), await RunLock.take(path)];
    assertEquals((await locksIn(path)).length, 2);
    for (const lock of locks) await lock.release();
  }));

Deno.test("take() rejects where there is no directory", () =>
  withTempDirectory(async (path) => {
    await assertRejects(
      () => RunLock.take(join(path, "missing")),
      Deno.errors.NotFound,
    );
  }));

/** Older versions keep a thread waiting for every lock that is held. */
const ROUNDS = "tryLock" in Deno.FsFile.prototype ? 50 : 3;

Deno.test("take() holds a lock although others sweep", () =>
  withTempDirectory(async (path) => {
    const sweeper = await RunLock.take(path);
    const sweeps: Promise<number>[] = [];
    const takes: Promise<RunLock>[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      takes.push(RunLock.take(path));
      sweeps.push(sweeper.sweep());
    }
    await Promise.all(sweeps);
    const locks = await Promise.all(takes);
    await sweeper.sweep();
    assertEquals((await locksIn(path)).length, ROUNDS + 1);
    for (const lock of [sweeper, ...locks]) await lock.release();
    assertEquals(await locksIn(path), []);
  }));

Deno.test("nextPart() never gives a path twice, nor one of another run", () =>
  withTempDirectory(async (path) => {
    const locks = [await RunLock.take(path), await RunLock.take(path)];
    const parts = locks.flatMap((lock) =>
      Array.from({ length: 100 }, () => lock.nextPart())
    );
    assertEquals(new Set(parts).size, 200);
    for (const lock of locks) await lock.release();
  }));

Deno.test("nextPart() gives a name that no client can ask for", () =>
  withTempDirectory(async (path) => {
    const lock = await RunLock.take(path);
    const part = lock.nextPart();
    assertEquals(join(path, basename(part)), part);
    assertMatch(basename(part), /^\..*~/);
    const stamps = {
      ip: undefined,
      timestamp: false,
      versions: false,
      windows: false,
    };
    assertEquals(refuseName(basename(part), stamps)?.code, 0);
    const [name] = await locksIn(path);
    assertEquals(refuseName(name ?? "", stamps)?.code, 0);
    await lock.release();
  }));

Deno.test("sweep() removes the parts of a dead run and counts them", () =>
  withUploadDirectory(async (directory, path) => {
    const own = await locksIn(path);
    await createFiles(path, [
      `${DEAD}.lock`,
      `${DEAD}~1.part`,
      `${DEAD}~23.part`,
    ]);
    assertEquals(await directory.sweep(), 2);
    assertEquals(await namesIn(path), []);
    assertEquals(await locksIn(path), own);
    assertEquals(await directory.sweep(), 0);
  }));

Deno.test("sweep() removes parts whose run has no lock any more", () =>
  withUploadDirectory(async (directory, path) => {
    await createFiles(path, [`${DEAD}~1.part`]);
    assertEquals(await directory.sweep(), 1);
    assertEquals(await namesIn(path), []);
  }));

Deno.test("sweep() removes a dead run's lock that has no parts", () =>
  withUploadDirectory(async (directory, path) => {
    const own = await locksIn(path);
    await createFiles(path, [`${DEAD}.lock`]);
    assertEquals(await directory.sweep(), 0);
    assertEquals(await locksIn(path), own);
  }));

Deno.test("sweep() removes the parts of many dead runs", () =>
  withUploadDirectory(async (directory, path) => {
    const second = ".wotftp~fedcba9876543210";
    await createFiles(path, [
      `${DEAD}.lock`,
      `${DEAD}~1.part`,
      `${second}.lock`,
      `${second}~1.part`,
    ]);
    assertEquals(await directory.sweep(), 2);
    assertEquals(await namesIn(path), []);
  }));

Deno.test("sweep() leaves the parts of a living server alone", () =>
  withUploadDirectory((first, path) =>
    useDirectory(path, async (second) => {
      const upload = await begin(second, replace("file.bin"));
      const names = await namesIn(path);
      assertEquals(await first.sweep(), 0);
      assertEquals(await namesIn(path), names);
      assertEquals((await locksIn(path)).length, 2);
      assertEquals(await upload.commit(), "file.bin");
    })
  ));

Deno.test("sweep() leaves its own parts alone", () =>
  withUploadDirectory(async (directory) => {
    const upload = await begin(directory, replace("file.bin"));
    assertEquals(await directory.sweep(), 0);
    assertEquals(await upload.commit(), "file.bin");
  }));

Deno.test("sweep() may run in two servers at once", () =>
  withUploadDirectory((first, path) =>
    useDirectory(path, async (second) => {
      const parts = Array.from({ length: 50 }, (_, i) => `${DEAD}~${i}.part`);
      await createFiles(path, [`${DEAD}.lock`, ...parts]);
      await Promise.all([first.sweep(), second.sweep()]);
      assertEquals(await namesIn(path), []);
    })
  ));

const OTHER_FILES: readonly string[] = [
  "file.bin",
  "part",
  ".hidden",
  ".part",
  "wotftp~0123456789abcdef~1.part",
  "a.wotftp~0123456789abcdef~1.part",
  `${DEAD}~1.part.bak`,
  `${DEAD}~1.par`,
  `${DEAD}~.part`,
  `${DEAD}~x.part`,
  `${DEAD}~-1.part`,
  `${DEAD}.part`,
  `${DEAD}0~1.part`,
  `${DEAD}~1.lock`,
  ".wotftp~0123456789ABCDEF~1.part",
  ".wotftp~0123456789abcde~1.part",
  ".wotftp~~1.part",
];

for (const name of OTHER_FILES) {
  Deno.test(`sweep() leaves a file called ${name} alone`, () =>
    withUploadDirectory(async (directory, path) => {
      await createFiles(path, [name]);
      assertEquals(await directory.sweep(), 0);
      assertEquals(await Deno.readTextFile(join(path, name)), name);
    }));
}

Deno.test("sweep() leaves a directory alone, and what is in it", () =>
  withUploadDirectory(async (directory, path) => {
    const inner = join(path, `${DEAD}~1.part`);
    await Deno.mkdir(inner);
    await createFiles(inner, [`${DEAD}~2.part`]);
    assertEquals(await directory.sweep(), 0);
    assertEquals(await namesIn(inner), [`${DEAD}~2.part`]);
  }));

Deno.test({
  name: "sweep() leaves a link alone, and what it points to",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withUploadDirectory(async (directory, path) => {
      await createFiles(path, ["file.bin"]);
      await Deno.symlink("file.bin", join(path, `${DEAD}~1.part`));
      assertEquals(await directory.sweep(), 0);
      assertEquals(await namesIn(path), [`${DEAD}~1.part`, "file.bin"]);
    }),
});
