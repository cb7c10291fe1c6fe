import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { ROOT, run, runFlags } from "../process.ts";
import { skip } from "../skip.ts";
import { locksIn, namesIn, withTempDirectory } from "../temp_directory.ts";
import { createFiles, IS_UNIX, tryRun } from "./files.ts";

/** Permission bits do not apply to root until it gives these up. */
const WITHOUT = "--bounding-set=-dac_override,-dac_read_search";

/** Runs with a directory and a sweep by someone whom permission bits apply to. */
async function withSweeper(
  use: (path: string, sweep: () => Promise<string>) => Promise<void>,
): Promise<void> {
  if (!IS_UNIX) return skip("permission bits are not those of Unix");
  await withTempDirectory(async (path) => {
    const isRoot = (await Deno.stat(path)).uid === 0;
    const prefix = isRoot ? ["setpriv", WITHOUT] : [];
    const reason = isRoot ? await tryRun(...prefix, "true") : undefined;
    if (reason !== undefined) {
      return skip(`permission bits do not apply to root: ${reason}`);
    }
    const rights = [`--allow-read=${path}`, `--allow-write=${path}`];
    const child = join(ROOT, "tests/storage/child.ts");
    const [command = "", ...args] = [
      ...[...prefix, Deno.execPath(), ...runFlags(), ...rights, child, path],
    ];
    await use(path, async () => {
      const { stdout, stderr } = await run(command, args);
      return stdout + stderr;
    });
  });
}

/** Modes of a directory, and what comes of a sweep there. */
const MODES: ReadonlyArray<readonly [mode: number, outcome: string]> = [
  [0o700, "swept 0"],
  // Without the right to write, to search, to read, and without any.
  [0o500, "denied"],
  [0o600, "denied"],
  [0o300, "denied"],
  [0o000, "denied"],
];

Deno.test("begin() refuses a directory without rights and leaves nothing there", () =>
  withSweeper(async (path, sweep) => {
    for (const [mode, expected] of MODES) {
      await Deno.chmod(path, mode);
      const outcome = await sweep();
      await Deno.chmod(path, 0o700);
      assertEquals(outcome, expected, mode.toString(8));
      assertEquals(namesIn(path), []);
      assertEquals(locksIn(path), []);
    }
  }));

Deno.test("sweep() leaves a run alone whose lock it may not open", () =>
  withSweeper(async (path, sweep) => {
    const dead = ".wotftp~fedcba9876543210";
    const foreign = ".wotftp~0123456789abcdef";
    const files = [dead, foreign].flatMap((it) => [
      `${it}.lock`,
      `${it}~0.1.part`,
    ]);
    await createFiles(path, files);
    await Deno.chmod(join(path, `${foreign}.lock`), 0o000);
    assertEquals(await sweep(), "swept 1");
    assertEquals(namesIn(path), [`${foreign}~0.1.part`]);
    assertEquals(locksIn(path), [`${foreign}.lock`]);
  }));
