/**
 * The unit for systemd, as far as it can be judged without running it.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { isInstalled, ROOT, run } from "./process.ts";
import { skip } from "./skip.ts";
import { withTempDirectory } from "./temp_directory.ts";

/** systemd's own scale ends at 10; below 2 it says "OK". */
const MAX_EXPOSURE = 2;

Deno.test("wotftp.service is valid and little exposed", async () => {
  if (!await isInstalled("systemd-analyze")) {
    return skip("systemd-analyze is not installed");
  }
  await withTempDirectory(async (folder) => {
    // An executable that is certainly there, or the unit counts as broken.
    const text = await Deno.readTextFile(join(ROOT, "scripts/wotftp.service"));
    const unit = join(folder, "wotftp.service");
    await Deno.writeTextFile(
      unit,
      text.replaceAll("/usr/local/bin/wotftp", "/bin/sh"),
    );
    const verified = await run("systemd-analyze", ["verify", unit]);
    assertEquals(verified.code, 0, verified.stderr);
    assertEquals(verified.stderr, "");
    const judged = await run("systemd-analyze", [
      ...["security", "--offline=true", "--no-pager", unit],
    ]);
    const exposure = /exposure level for .*: ([0-9.]+)/.exec(judged.stdout);
    if (exposure === null) return skip(`no judgement: ${judged.stderr}`);
    assert(Number(exposure[1]) < MAX_EXPOSURE, exposure[0]);
  });
});
