import { assert, assertEquals } from "@std/assert";
import {
  awaitUploads,
  type Expected,
  foldStored,
  isComplete,
  parsePatterns,
  type Pattern,
  reportOf,
} from "../../lib/policy/expected.ts";

function patternsOf(text: string): readonly Pattern[] {
  const patterns = parsePatterns(text);
  assert(typeof patterns !== "string", `${patterns}`);
  return patterns;
}

/** What is stored, each as `ADDRESS NAME` or `ADDRESS NAME STORED-NAME`. */
function fold(begun: Expected, ...uploads: readonly string[]): Expected {
  return uploads.reduce((expected, it) => {
    const [hostname = "", filename = "", storedName = filename] = it.split(" ");
    return foldStored(expected, { hostname, filename, storedName });
  }, begun);
}

Deno.test("isComplete() counts files", () => {
  const begun = awaitUploads({ count: 2, patterns: [] });
  const first = fold(begun, "10.0.0.1 a");
  // The same file again is one more.
  const second = fold(first, "10.0.0.1 a");
  const third = fold(second, "10.0.0.2 b");
  assertEquals([begun, first, second, third].map(isComplete), [
    ...[false, false, true, true],
  ]);
  assertEquals(reportOf(third), {
    ...{ stored: 3, count: 2, arrived: [], missing: [] },
  });
});

Deno.test("isComplete() waits for every line of the list", () => {
  const patterns = patternsOf("sw*.cfg\n10.0.1.0/24\nrunning-config\n");
  const begun = awaitUploads({ count: undefined, patterns });
  const some = fold(
    begun,
    "10.0.0.9 other",
    "10.0.0.1 sw1.cfg",
    "10.0.0.2 sw2.cfg",
    "10.0.1.7 running-config running-config.~2~",
  );
  assert(!isComplete(begun));
  assertEquals(reportOf(fold(begun, "10.0.0.1 sw1.cfg")), {
    stored: 1,
    count: undefined,
    arrived: [{
      ...{ pattern: "sw*.cfg", hostname: "10.0.0.1", storedName: "sw1.cfg" },
    }],
    missing: ["10.0.1.0/24", "running-config"],
  });
  // One upload is what two of the lines wait for.
  const storedName = "running-config.~2~";
  assert(isComplete(some));
  assertEquals(reportOf(some).arrived.slice(1), [
    { pattern: "10.0.1.0/24", hostname: "10.0.1.7", storedName },
    { pattern: "running-config", hostname: "10.0.1.7", storedName },
  ]);
});

Deno.test("isComplete() wants the number and the list", () => {
  const patterns = patternsOf("a");
  const begun = awaitUploads({ count: 2, patterns });
  assert(!isComplete(fold(begun, "::1 b", "::1 c")));
  assert(!isComplete(fold(begun, "::1 a")));
  assert(isComplete(fold(begun, "::1 a", "::1 c")));
});

Deno.test("foldStored() knows names by * and ?, and as they are stored", () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ["running-config", "running-config", "running-config2 Running-config"],
    ["sw?.cfg", "sw1.cfg", "sw.cfg sw12.cfg sw1.cfgx"],
    ["*", "a ab", ""],
    ["sw*.cfg", "sw.cfg sw1.cfg sw.cfg.cfg", "sw1.cfg.bak sw1cfg xsw.cfg"],
    ["*-core", "a-core b-core-core", "core -corex"],
    ["a*b*c", "abc axbxc abbcc", "acb ab"],
    ["a.b", "a.b", "axb"],
    ["a**", "a ab", "b"],
  ];
  for (const [glob, names, others] of rows) {
    const begun = awaitUploads({
      count: undefined,
      patterns: patternsOf(glob),
    });
    const isMet = (name: string) =>
      isComplete(fold(begun, `10.0.0.1 ${name}`)) &&
      isComplete(fold(begun, `10.0.0.1 else ${name}`));
    for (const name of names.split(" ")) assert(isMet(name), `${glob} ${name}`);
    for (const name of others.split(" ").filter((it) => it !== "")) {
      assert(!isMet(name), `${glob} not ${name}`);
    }
  }
});

Deno.test("foldStored() does not take long for many stars", () => {
  const patterns = patternsOf(`${"*a".repeat(60)}b`);
  const begun = awaitUploads({ count: undefined, patterns });
  assert(!isComplete(fold(begun, `::1 ${"a".repeat(255)}`)));
});

Deno.test("parsePatterns() reads a line each", () => {
  const text = "# core\n\n 10.0.0.1 \r\n10.0.0.1/32\n::ffff:10.0.0.1\n" +
    "fd00::/8\nsw1.cfg\nsw1.cfg\n1.2.3\n";
  const texts = patternsOf(text).map((it) =>
    it.kind === "name" ? `name ${it.glob}` : it.range.text
  );
  assertEquals(texts, ["10.0.0.1", "fd00::/8", "name sw1.cfg", "name 1.2.3"]);
});

Deno.test("parsePatterns() says which line is wrong", () => {
  const rows = [
    ["", "no line names anybody"],
    ["# nobody\n", "no line names anybody"],
    [
      "a\n10.0.0.1/8",
      'line 2, "10.0.0.1/8": bits are set behind the prefix; did you mean ' +
      "10.0.0.0/8?",
    ],
    [
      "10.0.0.256",
      'line 1, "10.0.0.256": expected an address such as 192.0.2.7 or a range ' +
      "such as 10.0.0.0/8 or 2001:db8::/32",
    ],
  ];
  for (const [text = "", problem] of rows) {
    assertEquals(parsePatterns(text), problem, text);
  }
});
