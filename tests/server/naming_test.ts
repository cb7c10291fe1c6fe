import { assert, assertEquals } from "@std/assert";
import type { Target } from "../../lib/storage/directory.ts";
import { DEFAULT_CONFIG, type ServerConfig } from "../../lib/server/config.ts";
import { targetFor } from "../../lib/server/naming.ts";

/** Local time, whatever the zone of this machine. */
const TIME = new Date(2026, 10, 23, 11, 5, 37, 999).getTime();

function target(config: Partial<ServerConfig>): Target {
  const all = { ...DEFAULT_CONFIG, ...config };
  return targetFor(all, "f.cfg", "10.1.1.5", TIME);
}

/** The first names that are tried. */
function names(config: Partial<ServerConfig>): (string | undefined)[] {
  const it = target(config);
  assert(it.kind === "first-free");
  return [0, 1, 2].map((attempt) => it.name(attempt));
}

Deno.test("targetFor() replaces unless told otherwise", () => {
  assertEquals(target({}), { kind: "replace", name: "f.cfg" });
});

Deno.test("targetFor() creates a name where a file may not be replaced", () => {
  assertEquals(target({ onExists: "refuse" }), {
    kind: "create",
    name: "f.cfg",
  });
});

Deno.test("targetFor() numbers versions from 2", () => {
  assertEquals(names({ onExists: "version" }), [
    "f.cfg",
    "f.cfg.~2~",
    "f.cfg.~3~",
  ]);
});

Deno.test("targetFor() puts the client's address in front", () => {
  assertEquals(target({ ipstamp: true }), {
    kind: "replace",
    name: "10.1.1.5-f.cfg",
  });
});

for (const onExists of ["replace", "refuse", "version"] as const) {
  Deno.test(`targetFor() with ${onExists} stamps with the next free millisecond`, () => {
    assertEquals(names({ onExists, timestamp: true, ipstamp: true }), [
      "10.1.1.5-f.cfg-2026-11-23-11-05-37-999",
      "10.1.1.5-f.cfg-2026-11-23-11-05-38-000",
      "10.1.1.5-f.cfg-2026-11-23-11-05-38-001",
    ]);
  });
}

Deno.test("targetFor() does not try names for ever", () => {
  const it = target({ onExists: "version" });
  assert(it.kind === "first-free");
  assertEquals(it.name(1_000_000), undefined);
});
