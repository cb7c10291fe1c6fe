import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { basename, join } from "@std/path";
import { refuseName } from "../../lib/policy/filename.ts";
import { PLAIN_RULES } from "../policy/names.ts";
import { StorageError } from "../../lib/storage/error.ts";
import { partPaths, Run, type Swept } from "../../lib/storage/run.ts";
import {
  locksIn,
  namesIn,
  textsIn,
  withTempDirectory,
} from "../temp_directory.ts";
import { createFiles, IS_UNIX, withMount } from "./files.ts";
import {
  begin,
  faultOf,
  replace,
  useDirectory,
  withDirectory,
} from "./uploads.ts";

const DEAD = ".wotftp~0123456789abcdef";
const DEAD_TOO = ".wotftp~fedcba9876543210";

Deno.test("begin() creates one file, its user's only, and end() removes it", () =>
  withTempDirectory(async (path) => {
    const run = await Run.begin(path);
    const [name = "", ...others] = locksIn(path);
    assertEquals(name, `.wotftp~${run.id}.lock`);
    assertEquals(others, []);
    assertMatch(run.id, /^[0-9a-f]{16}$/);
    const { mode } = await Deno.stat(join(path, name));
    if (IS_UNIX) assertEquals((mode ?? 0) & 0o077, 0);
    await run.end();
    assertEquals(locksIn(path), []);
    assertEquals(namesIn(path), []);
  }));

Deno.test("begin() refuses what is no directory and leaves nothing there", () =>
  withTempDirectory(async (path) => {
    const missing = () => Run.begin(join(path, "missing"));
    const error = await assertRejects(missing, StorageError);
    assert(error.cause instanceof Deno.errors.NotFound);
    await createFiles(path, ["file"]);
    assertEquals(await faultOf(() => Run.begin(join(path, "file"))), "blocked");
    assertEquals(textsIn(path), { "file": "file" });
  }));

Deno.test("begin() refuses a file system that takes no file", async () => {
  for (const [options, fault] of [["ro", "denied"], ["nr_inodes=1", "full"]]) {
    await withMount(`${options}`, async (path) => {
      assertEquals(await faultOf(() => Run.begin(path)), fault, options);
    });
  }
});

/** Older versions keep a thread waiting for every lock that is held. */
const ROUNDS = "tryLock" in Deno.FsFile.prototype ? 50 : 3;

Deno.test("begin() holds its lock, one for each run, although others sweep", () =>
  withTempDirectory(async (path) => {
    const sweeper = await Run.begin(path);
    const sweeps: Promise<Swept>[] = [];
    const begins: Promise<Run>[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      begins.push(Run.begin(path));
      sweeps.push(sweeper.sweep());
    }
    await Promise.all(sweeps);
    const runs = await Promise.all(begins);
    await sweeper.sweep();
    assertEquals(locksIn(path).length, ROUNDS + 1);
    for (const run of [sweeper, ...runs]) await run.end();
    assertEquals(locksIn(path), []);
  }));

Deno.test("partPaths() never gives a path twice, whatever run or thread", () => {
  const parts: string[] = [];
  for (const run of ["0123456789abcdef", "fedcba9876543210"]) {
    for (let thread = 0; thread < 12; thread++) {
      parts.push(...partPaths("up", run, thread).take(12));
    }
  }
  assertEquals(new Set(parts).size, 2 * 12 * 12);
});

Deno.test("partPaths() gives names that no client can ask for", () => {
  const [part = ""] = partPaths("up", "0123456789abcdef", 3).take(1);
  assertEquals(part, join("up", ".wotftp~0123456789abcdef~3.1.part"));
  const client = { hostname: "10.1.1.5", port: 5_000 };
  for (const name of [basename(part), `${DEAD}.lock`]) {
    for (const paths of ["flat", "strip", "keep"] as const) {
      const refusal = refuseName(name, client, { ...PLAIN_RULES, paths });
      assert(refusal !== undefined, name);
    }
  }
});

const NOTHING: Swept = { removed: 0, left: 0 };

/** What dead runs left, and how many parts that are. */
const LEFT: ReadonlyArray<readonly [files: string[], parts: number]> = [
  [[`${DEAD}.lock`, `${DEAD}~0.1.part`, `${DEAD}~11.234.part`], 2],
  [[`${DEAD}.lock`], 0],
  [[DEAD, DEAD_TOO].flatMap((it) => [`${it}.lock`, `${it}~0.1.part`]), 2],
];

Deno.test("sweep() removes what dead runs left and counts the parts", () =>
  withDirectory(async ({ path, run }) => {
    const own = locksIn(path);
    for (const [files, parts] of LEFT) {
      await createFiles(path, files);
      const swept = { removed: parts, left: 0 };
      assertEquals(await run.sweep(), swept, `${files}`);
      assertEquals(namesIn(path), []);
      assertEquals(locksIn(path), own);
      assertEquals(await run.sweep(), NOTHING);
    }
  }));

Deno.test("sweep() leaves the parts of a run alone that has no lock, and counts them", () =>
  withDirectory(async ({ path, run }) => {
    await createFiles(path, [
      ...[`${DEAD}~0.1.part`, `${DEAD}~0.2.part`],
      ...[`${DEAD_TOO}.lock`, `${DEAD_TOO}~0.1.part`],
    ]);
    assertEquals(await run.sweep(), { removed: 1, left: 2 });
    assertEquals(namesIn(path), [`${DEAD}~0.1.part`, `${DEAD}~0.2.part`]);
  }));

Deno.test("end() removes what is left of its own uploads, before its lock", () =>
  withTempDirectory(async (path) => {
    const run = await Run.begin(path);
    const own = `.wotftp~${run.id}~0.1.part`;
    await createFiles(path, [own, `${DEAD}~0.1.part`, "file.bin"]);
    const { remove } = Deno;
    using _ = {
      [Symbol.dispose]() {
        Deno.remove = remove;
      },
    };
    const removed: string[] = [];
    Deno.remove = (file, options) => {
      removed.push(basename(`${file}`));
      return remove(file, options);
    };
    await run.end();
    assertEquals(removed, [own, `.wotftp~${run.id}.lock`]);
    assertEquals(namesIn(path), [`${DEAD}~0.1.part`, "file.bin"]);
    assertEquals(locksIn(path), []);
  }));

Deno.test("sweep() leaves the parts of living runs alone, its own too", () =>
  withDirectory(({ path, directory, run }) =>
    useDirectory(path, async (other) => {
      const parts = [
        await begin(directory, replace("own")),
        await begin(other.directory, replace("others")),
      ];
      const names = namesIn(path);
      assertEquals(names.length, 2);
      assertEquals(await run.sweep(), NOTHING);
      assertEquals(namesIn(path), names);
      assertEquals(locksIn(path).length, 2);
      for (const part of parts) await part.commit();
      assertEquals(namesIn(path), ["others", "own"]);
    })
  ));

Deno.test("sweep() may run in two servers at once", () =>
  withDirectory(({ path, run }) =>
    useDirectory(path, async (other) => {
      const parts = Array.from({ length: 50 }, (_, i) => `${DEAD}~0.${i}.part`);
      await createFiles(path, [`${DEAD}.lock`, ...parts]);
      await Promise.all([run.sweep(), other.run.sweep()]);
      assertEquals(namesIn(path), []);
    })
  ));

/** Nearly the names of parts; DEAD stands for a run that is. */
const OTHER_FILES: readonly string[] =
  ("file.bin part .hidden .part wotftp~0123456789abcdef~0.1.part " +
    "aDEAD~0.1.part DEAD~0.1.part.bak DEAD~0.1.par DEAD~1.part DEAD~0..part " +
    "DEAD~.1.part DEAD~0.x.part DEAD~0.-1.part DEAD.part DEAD0~0.1.part " +
    "DEAD~0.1.lock .wotftp~0123456789ABCDEF~0.1.part " +
    ".wotftp~0123456789abcde~0.1.part .wotftp~~0.1.part")
    .replaceAll("DEAD", DEAD).split(" ");

Deno.test("sweep() leaves files of other names alone", () =>
  withDirectory(async ({ path, run }) => {
    await createFiles(path, OTHER_FILES);
    assertEquals(await run.sweep(), NOTHING);
    for (const name of OTHER_FILES) {
      assertEquals(await Deno.readTextFile(join(path, name)), name);
    }
  }));

Deno.test("sweep() leaves directories and links alone, and what is behind them", () =>
  withDirectory(async ({ path, run }) => {
    const inner = join(path, `${DEAD}~0.1.part`);
    await Deno.mkdir(inner);
    await createFiles(inner, [`${DEAD}~0.2.part`]);
    await createFiles(path, ["file.bin"]);
    const link = join(path, `${DEAD}~0.3.part`);
    if (IS_UNIX) await Deno.symlink("file.bin", link);
    assertEquals(await run.sweep(), NOTHING);
    assertEquals(namesIn(inner), [`${DEAD}~0.2.part`]);
    if (IS_UNIX) assert((await Deno.lstat(link)).isSymlink);
  }));
