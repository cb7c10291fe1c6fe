/**
 * The tools behind the tasks refuse what they do not understand. What they do
 * otherwise is tested where it belongs.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import config from "../deno.json" with { type: "json" };
import { ENGINE_FLAGS } from "../scripts/engine_flags.ts";
import { ROOT, run, runFlags } from "./process.ts";

/** Wrong command lines, by the tool's module. */
const WRONG: Readonly<Record<string, readonly string[]>> = {
  "scripts/bench.ts": ["--nope", "--runs 0", "--work W99", "--threads 1,"],
  "scripts/compile.ts": ["--nope", "--target vax", "stray"],
  "scripts/reference.ts": ["--nope"],
  "tests/interop/main.ts": ["--nope", "--only culr", "stray"],
  "tests/simulation/main.ts": ["--nope", "--runs 0"],
  "tests/siege/main.ts": ["--nope", "--only flo", "--seconds 0"],
  "tests/stress/flood.ts": ["--nope", "--requests many"],
  "tests/stress/soak.ts": ["--minutes -1"],
  "tests/stress/fuzz.ts": ["--cases "],
};

Deno.test("every tool refuses what it does not understand with exit code 2", async () => {
  const rows = Object.entries(WRONG)
    .flatMap(([module, lines]) => lines.map((it) => [module, it] as const));
  for (const [module, line] of rows) {
    // No rights: nothing may be done before the command line is understood.
    const all = [...runFlags(), "--allow-env", join(ROOT, module)];
    const { code, stdout, stderr } = await run(Deno.execPath(), [
      ...[...all, ...line.split(" ")],
    ]);
    const row = `${module} ${line}: ${stderr}`;
    assertEquals({ code, stdout }, { code: 2, stdout: "" }, row);
    assertMatch(stderr, /^[a-z]+: error: /, row);
  }
});

Deno.test("the tools of the tasks print their usage when asked", async () => {
  const tools = [
    ...["scripts/bench.ts", "scripts/compile.ts"],
    ...["tests/interop/main.ts", "tests/siege/main.ts"],
  ];
  for (const module of tools) {
    const all = [...runFlags(), join(ROOT, module), "--help"];
    const { code, stdout, stderr } = await run(Deno.execPath(), all);
    assertEquals(code, 0, stderr);
    assert((stdout + stderr).startsWith("Usage:\n    deno task "), module);
  }
});

Deno.test("the tasks that run the program tell the engine what the binary does", () => {
  for (const { command } of [config.tasks.serve, config.tasks.start]) {
    const flags = command.split(" ").filter((it) => /--v8-flags/.test(it));
    assertEquals(flags, ENGINE_FLAGS);
  }
});
