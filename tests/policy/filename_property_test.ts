import { assertEquals, assertLessOrEqual, assertMatch } from "@std/assert";
import { join, relative, resolve } from "@std/path";
import fc from "fast-check";
import { MAX_NAME_BYTES, MAX_PATH_BYTES } from "../../lib/policy/filename.ts";
import { readTemplate } from "../../lib/policy/name_template.ts";
import { PLAIN_RULES, refuse, stored } from "./names.ts";

const HARMLESS = /^[A-Za-z0-9_]([A-Za-z0-9._ -]*[A-Za-z0-9._-])?$/;

// Whatever passes leads nowhere but down, whatever the rules. Half of the names
// are built from what matters here, or random ones would hardly ever pass.
Deno.test("refuseName() passes only harmless components of at most 255 bytes", () => {
  const directory = resolve("uploads");
  const marks = ["..", "/", "\\", "~", ":", "\0", " ", "a/", "C:"];
  const telling = fc.constantFrom(..."aZ09._-", ...marks);
  const name = fc.oneof(
    fc.string({ unit: fc.constantFrom(..."aZ09._-"), maxLength: 300 }),
    fc.string({ unit: telling, maxLength: 12 }),
    fc.string({ unit: "binary", maxLength: 12 }),
  );
  const ip = fc.oneof(fc.ipV4(), fc.ipV6());
  const rules = fc.record({
    paths: fc.constantFrom("flat", "strip", "keep"),
    allowedChars: fc.constantFrom("", " "),
    template: fc.constantFrom(
      ...("{name} {client}-{name} {name}-{stamp} {client}-{name}-{stamp} " +
        "{client}/{name} {name}/{date} d/{port}{name}/e-{name}")
        .split(" ").map(readTemplate),
    ),
    onExists: fc.constantFrom("replace", "version"),
    isWindows: fc.boolean(),
  });
  let passed = 0;
  fc.assert(
    fc.property(name, ip, rules, (name, ip, rules) => {
      if (refuse(name, rules, ip) !== undefined) return;
      passed++;
      const path = stored(name, { ...PLAIN_RULES, ...rules }, ip);
      const components = path.split("/");
      for (const component of components) {
        assertMatch(component, HARMLESS);
        assertLessOrEqual(component.length, MAX_NAME_BYTES);
      }
      assertLessOrEqual(path.length, MAX_PATH_BYTES);
      const depth = rules.template.length;
      if (rules.paths !== "keep") assertEquals(components.length, depth);
      assertEquals(relative(directory, join(directory, path)), path);
    }),
    { numRuns: 3_000 },
  );
  assertLessOrEqual(300, passed, "too few names passed to prove anything");
});
