/**
 * The unit for systemd, as far as it can be judged without running it.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { parseCommandLine } from "../lib/cli.ts";
import { DEFAULT_CONFIG, GRACE_MS } from "../lib/server/config.ts";
import { isInstalled, ROOT, run } from "./process.ts";
import { skip } from "./skip.ts";
import { withTempDirectory } from "./temp_directory.ts";

/** systemd's own scale ends at 10; below 2 it says "OK". */
const MAX_EXPOSURE = 2;

/** A setting of the unit; settings that are not there are an error. */
async function settingOf(name: string): Promise<string> {
  const text = await Deno.readTextFile(join(ROOT, "scripts/wotftp.service"));
  const value = new RegExp(`^${name}=(.*)$`, "m").exec(text)?.[1];
  assert(value !== undefined, `${name} is not set`);
  return value;
}

Deno.test("wotftp.service starts the program with flags that it knows", async () => {
  const [program, ...args] = (await settingOf("ExecStart")).split(" ");
  assertEquals(program, "/usr/local/bin/wotftp");
  const command = parseCommandLine(args);
  assert(command.kind === "serve", command.kind);
  const { directory } = command.config;
  assertEquals(directory, await settingOf("ReadWritePaths"));
  assertEquals(directory, `/var/lib/${await settingOf("StateDirectory")}`);
});

Deno.test("wotftp.service leaves time and descriptors enough", async () => {
  const seconds = Number(await settingOf("TimeoutStopSec"));
  assert(seconds * 1_000 > GRACE_MS);
  const descriptors = Number(await settingOf("LimitNOFILE"));
  // A socket and a file for each upload, and some for the program itself.
  assert(descriptors > 2 * DEFAULT_CONFIG.maxTransfers + 100);
});

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
