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

/** A target in words; the first three names where the first free one is it. */
function inWords(it: Target): string {
  const names = it.kind === "first-free"
    ? [0, 1, 2].map((attempt) => it.name(attempt))
    : [it.name];
  return `${it.kind} ${names.join(" ")}`;
}

/** The next free milliseconds. */
function stamped(before: string, behind = ""): string {
  const names = [999, 1_000, 1_001]
    .map((ms) => `${before}2026-11-23-11-05-37-${ms}${behind}`);
  return `first-free ${names.join(" ")}`;
}

const TEMPLATE = readTemplate("{client}/{date}/{time}.{port}-{name}");

/** What is asked of names, and the target; of "f.cfg" unless it is said. */
const TARGETS: ReadonlyArray<
  readonly [rules: Partial<NamingRules>, target: string, filename?: string]
> = [
  [{}, "replace f.cfg"],
  [{ onExists: "refuse" }, "create f.cfg"],
  [{ onExists: "version" }, "first-free f.cfg f.cfg.~2~ f.cfg.~3~"],
  [{ ipstamp: true }, "replace 10.1.1.5-f.cfg"],
  ...(["replace", "refuse", "version"] as const).map((onExists) =>
    [
      { onExists, timestamp: true, ipstamp: true },
      stamped("10.1.1.5-f.cfg-"),
    ] as const
  ),
  // Stamps go where the directories end.
  [
    { paths: "keep", ipstamp: true },
    ...["replace a/b/10.1.1.5-f.cfg", "/a\\b/f.cfg"] as const,
  ],
  [{ paths: "strip" }, "replace f.cfg", "/a\\b/f.cfg"],
  [
    { paths: "keep", onExists: "version" },
    ...["first-free a/f a/f.~2~ a/f.~3~", "a/f"] as const,
  ],
  // Of a template only a stamp is looked for.
  [
    { template: TEMPLATE },
    "replace 10.1.1.5/2026-11-23/11-05-37.7-f.cfg",
  ],
  [
    { template: TEMPLATE, paths: "keep" },
    ...["replace 10.1.1.5/2026-11-23/a/11-05-37.7-f.cfg", "a/f.cfg"] as const,
  ],
  [{ template: readTemplate("{stamp}/{name}") }, stamped("", "/f.cfg")],
];

Deno.test("targetFor() makes names and says what becomes of those that are taken", () => {
  for (const [rules, expected, filename] of TARGETS) {
    const row = JSON.stringify(rules);
    assertEquals(inWords(target(rules, filename)), expected, row);
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
