import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { openSource, type Source } from "../../lib/client/source.ts";
import { Problem } from "../../lib/problem.ts";
import { withTempDirectory } from "../temp_directory.ts";

/** Runs with a file of six bytes that is open. */
async function withSource(
  use: (source: Source, path: string) => Promise<void>,
): Promise<void> {
  await withTempDirectory(async (directory) => {
    const path = join(directory, "f");
    await Deno.writeTextFile(path, "123456");
    using source = await openSource(path);
    await use(source, path);
  });
}

Deno.test("openSource() sends a file that grows as it was announced", async () => {
  await withSource(async (source, path) => {
    await Deno.writeTextFile(path, "789", { append: true });
    assertEquals(source.size, 6);
    const buffer = new Uint8Array(100);
    assertEquals(await source.read(buffer), 6);
    assertEquals(await source.read(buffer), null);
  });
});

Deno.test("openSource() notices a file that got shorter", async () => {
  await withSource(async (source, path) => {
    await Deno.truncate(path, 4);
    const buffer = new Uint8Array(100);
    assertEquals(await source.read(buffer), 4);
    await assertRejects(() => source.read(buffer), Problem, "got shorter");
  });
});
