import { assert, assertEquals } from "@std/assert";
import {
  type NamingRules,
  type Target,
  targetFor,
} from "../../lib/policy/naming.ts";

function target(rules: Partial<NamingRules>): Target {
  return targetFor(
    { ipstamp: false, timestamp: false, onExists: "replace", ...rules },
    { filename: "f.cfg", hostname: "::ffff:10.1.1.5", at: 999 },
    (epochMs) => `time${epochMs}`,
  );
}

/** The first names that are tried. */
function names(rules: Partial<NamingRules>): (string | undefined)[] {
  const it = target(rules);
  assert(it.kind === "first-free");
  return [0, 1, 2].map((attempt) => it.name(attempt));
}

Deno.test("targetFor() replaces a file or refuses to", () => {
  assertEquals(target({}), { kind: "replace", name: "f.cfg" });
  const refuse = target({ onExists: "refuse" });
  assertEquals(refuse, { kind: "create", name: "f.cfg" });
});

Deno.test("targetFor() numbers versions from 2", () => {
  const versions = ["f.cfg", "f.cfg.~2~", "f.cfg.~3~"];
  assertEquals(names({ onExists: "version" }), versions);
});

Deno.test("targetFor() puts the client's address in front", () => {
  const stamped = { kind: "replace", name: "10.1.1.5-f.cfg" } as const;
  assertEquals(target({ ipstamp: true }), stamped);
});

Deno.test("targetFor() stamps with the next free millisecond", () => {
  for (const onExists of ["replace", "refuse", "version"] as const) {
    assertEquals(names({ onExists, timestamp: true, ipstamp: true }), [
      "10.1.1.5-f.cfg-time999",
      "10.1.1.5-f.cfg-time1000",
      "10.1.1.5-f.cfg-time1001",
    ]);
  }
});

Deno.test("targetFor() does not try names for ever", () => {
  for (const rules of [{ onExists: "version" }, { timestamp: true }] as const) {
    const it = target(rules);
    assert(it.kind === "first-free");
    assert(it.name(9_999) !== undefined);
    assertEquals(it.name(10_000), undefined);
  }
});
