import { assert, assertEquals } from "@std/assert";
import {
  type NamingRules,
  type Target,
  targetFor,
} from "../../lib/policy/naming.ts";
import { readTemplate } from "../../lib/policy/name_template.ts";
import { PLAIN_NAMING } from "./names.ts";

function target(rules: Partial<NamingRules>, filename = "f.cfg"): Target {
  return targetFor(
    { ...PLAIN_NAMING, ...rules },
    { filename, client: { hostname: "::ffff:10.1.1.5", port: 7 }, at: 999 },
    (epochMs) => `2026-11-23-11-05-37-${epochMs}`,
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
      "10.1.1.5-f.cfg-2026-11-23-11-05-37-999",
      "10.1.1.5-f.cfg-2026-11-23-11-05-37-1000",
      "10.1.1.5-f.cfg-2026-11-23-11-05-37-1001",
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

Deno.test("targetFor() stamps what is behind the directories", () => {
  const keep = { paths: "keep", ipstamp: true } as const;
  const name = "a/b/10.1.1.5-f.cfg";
  assertEquals(target(keep, "/a\\b/f.cfg"), { kind: "replace", name });
  const stripped = { kind: "replace", name: "f.cfg" } as const;
  assertEquals(target({ paths: "strip" }, "/a\\b/f.cfg"), stripped);
  const versions = { ...keep, ipstamp: false, onExists: "version" } as const;
  const it = target(versions, "a/f");
  assert(it.kind === "first-free");
  assertEquals([it.name(0), it.name(1)], ["a/f", "a/f.~2~"]);
});

Deno.test("targetFor() fills in a template and looks for a free stamp only", () => {
  const template = readTemplate("{client}/{date}/{time}.{port}-{name}");
  const name = "10.1.1.5/2026-11-23/11-05-37.7-f.cfg";
  assertEquals(target({ template }), { kind: "replace", name });
  const kept = "10.1.1.5/2026-11-23/a/11-05-37.7-f.cfg";
  assertEquals(target({ template, paths: "keep" }, "a/f.cfg"), {
    ...{ kind: "replace", name: kept },
  });
  assertEquals(names({ template: readTemplate("{stamp}/{name}") }), [
    "2026-11-23-11-05-37-999/f.cfg",
    "2026-11-23-11-05-37-1000/f.cfg",
    "2026-11-23-11-05-37-1001/f.cfg",
  ]);
});
