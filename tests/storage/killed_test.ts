import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { withTempDirectory } from "../temp_directory.ts";
import { denoArgs } from "./child.ts";
import {
  createFiles,
  locksIn,
  namesIn,
  useDirectory,
} from "./upload_directory.ts";

/** Runs while another process has one half of a file; kills that in the end. */
async function withHalfUpload(
  path: string,
  use: (kill: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: denoArgs("half_upload.ts", path),
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  let isAlive = true;
  child.status.then(() => isAlive = false);
  const kill = async () => {
    if (isAlive) child.kill("SIGKILL");
    await child.status;
  };
  const reader = child.stdout.getReader();
  try {
    const { value } = await reader.read();
    assertEquals(new TextDecoder().decode(value), "ready\n");
    await use(kill);
  } finally {
    await kill();
    await reader.cancel();
    // The pipe is broken by then.
    await child.stdin.close().catch(() => {});
  }
}

Deno.test("sweep() removes what a killed server left", () =>
  withTempDirectory((path) =>
    withHalfUpload(path, async (kill) => {
      await kill();
      assertEquals((await namesIn(path)).length, 1);
      assertEquals((await locksIn(path)).length, 1);
      await useDirectory(path, async (directory) => {
        assertEquals(await directory.sweep(), 1);
        assertEquals(await namesIn(path), []);
        assertEquals((await locksIn(path)).length, 1);
      });
    })
  ));

Deno.test("sweep() leaves a living process alone", () =>
  withTempDirectory((path) =>
    withHalfUpload(path, async () => {
      const names = await namesIn(path);
      await useDirectory(path, async (directory) => {
        assertEquals(await directory.sweep(), 0);
      });
      assertEquals(await namesIn(path), names);
      assertEquals((await locksIn(path)).length, 1);
    })
  ));

Deno.test("write() leaves the file to be replaced alone if it is killed", () =>
  withTempDirectory(async (path) => {
    await createFiles(path, ["file.bin"]);
    await withHalfUpload(path, async (kill) => {
      await kill();
      assertEquals(await Deno.readTextFile(join(path, "file.bin")), "file.bin");
    });
  }));
