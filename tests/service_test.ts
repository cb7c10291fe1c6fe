/**
 * The unit for systemd, as far as it can be judged without running it.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { DEFAULTS } from "../lib/cli/flags.ts";
import { parseCommandLine } from "../lib/cli/parse.ts";
import { GRACE_MS } from "../lib/front/front.ts";
import { isInstalled, ROOT, run } from "./process.ts";
import { skip } from "./skip.ts";
import { withTempDirectory } from "./temp_directory.ts";

/** systemd's own scale ends at 10; below 2 it says "OK". */
const MAX_EXPOSURE = 2;
const UNIT = await Deno.readTextFile(join(ROOT, "scripts/wotftp.service"));

/** A setting of the unit; settings that are not there are an error. */
function settingOf(name: string): string {
  const value = new RegExp(`^${name}=(.*)$`, "m").exec(UNIT)?.[1];
  assert(value !== undefined, `${name} is not set`);
  return value;
}

Deno.test("wotftp.service starts the program with flags that it knows", () => {
  const [program, ...args] = settingOf("ExecStart").split(" ");
  assertEquals(program, "/usr/local/bin/wotftp");
  const command = parseCommandLine(args);
  assert(command.kind === "serve", command.kind);
  const { directory } = command.settings;
  assertEquals(directory, settingOf("ReadWritePaths"));
  assertEquals(directory, `/var/lib/${settingOf("StateDirectory")}`);
});

Deno.test("wotftp.service leaves time and descriptors enough", () => {
  assert(Number(settingOf("TimeoutStopSec")) * 1_000 > GRACE_MS);
  // A socket and a file for each upload, and some for the program itself and
  // each of its threads.
  const least = 2 * DEFAULTS.maxTransfers + 1_000;
  assert(Number(settingOf("LimitNOFILE")) > least);
});

Deno.test("wotftp.service is valid and little exposed", async () => {
  if (!await isInstalled("systemd-analyze")) {
    return skip("systemd-analyze is not installed");
  }
  await withTempDirectory(async (folder) => {
    // An executable that is certainly there, or the unit counts as broken.
    const unit = join(folder, "wotftp.service");
    const text = UNIT.replaceAll("/usr/local/bin/wotftp", "/bin/sh");
    await Deno.writeTextFile(unit, text);
    const verified = await run("systemd-analyze", ["verify", unit]);
    assertEquals([verified.code, verified.stderr], [0, ""]);
    const judged = await run("systemd-analyze", [
      ...["security", "--offline=true", "--no-pager", unit],
    ]);
    const exposure = /exposure level for .*: ([0-9.]+)/.exec(judged.stdout);
    if (exposure === null) return skip(`no judgement: ${judged.stderr}`);
    assert(Number(exposure[1]) < MAX_EXPOSURE, exposure[0]);
  });
});
