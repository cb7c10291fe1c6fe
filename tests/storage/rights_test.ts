import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { skip } from "../skip.ts";
import { withTempDirectory } from "../temp_directory.ts";
import { denoArgs } from "./child.ts";
import { createFiles, locksIn, namesIn, tryRun } from "./upload_directory.ts";

/** Permission bits do not apply to root until it gives these up. */
const WITHOUT = "--bounding-set=-dac_override,-dac_read_search";

/** Opens and sweeps a directory as someone whom permission bits apply to. */
async function openAndSweep(path: string): Promise<string | undefined> {
  const args = denoArgs("open_and_sweep.ts", path);
  const isRoot = (await Deno.stat(path)).uid === 0;
  if (isRoot) {
    const reason = await tryRun("setpriv", WITHOUT, "true");
    if (reason !== undefined) {
      skip(`permission bits do not apply to root: ${reason}`);
      return undefined;
    }
  }
  const command = isRoot
    ? new Deno.Command("setpriv", { args: [WITHOUT, Deno.execPath(), ...args] })
    : new Deno.Command(Deno.execPath(), { args });
  const { stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return decoder.decode(stdout) + decoder.decode(stderr);
}

/** Modes of a directory in which uploads cannot be stored, and why not. */
const MODES: readonly (readonly [number, string])[] = [
  [0o500, "without the right to write"],
  [0o600, "without the right to search"],
  [0o300, "without the right to read"],
  [0o000, "without any right"],
];

for (const [mode, what] of MODES) {
  Deno.test({
    name: `open() refuses a directory ${what} and leaves nothing there`,
    ignore: Deno.build.os === "windows",
    fn: () =>
      withTempDirectory(async (path) => {
        await Deno.chmod(path, mode);
        const outcome = await openAndSweep(path);
        await Deno.chmod(path, 0o700);
        if (outcome === undefined) return;
        assertEquals(outcome, "denied");
        assertEquals(await namesIn(path), []);
        assertEquals(await locksIn(path), []);
      }),
  });
}

Deno.test({
  name: "open() takes a directory with all rights",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withTempDirectory(async (path) => {
      const outcome = await openAndSweep(path);
      if (outcome !== undefined) assertEquals(outcome, "swept 0");
    }),
});

Deno.test({
  name: "sweep() leaves a run alone whose lock it may not open",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withTempDirectory(async (path) => {
      const dead = ".wotftp~fedcba9876543210";
      const foreign = ".wotftp~0123456789abcdef";
      await createFiles(path, [
        `${foreign}.lock`,
        `${foreign}~1.part`,
        `${dead}.lock`,
        `${dead}~1.part`,
      ]);
      await Deno.chmod(join(path, `${foreign}.lock`), 0o000);
      const outcome = await openAndSweep(path);
      if (outcome === undefined) return;
      assertEquals(outcome, "swept 1");
      assertEquals(await namesIn(path), [`${foreign}~1.part`]);
      assertEquals(await locksIn(path), [`${foreign}.lock`]);
    }),
});
