import { assertEquals, assertLessOrEqual, assertMatch } from "@std/assert";
import { basename, join, resolve } from "@std/path";
import fc from "fast-check";
import {
  MAX_NAME_BYTES,
  refuseName,
  storedName,
} from "../../lib/policy/filename.ts";

const UNSTAMPED = {
  ip: undefined,
  timestamp: false,
  versions: false,
  windows: false,
};
const TIME = "2020-04-20-11-05-37-345";

const GOOD_NAMES: readonly string[] = [
  "file.txt",
  "a",
  "7",
  "_",
  "router-1_running.cfg",
  "UPPER.CFG",
  "a..b",
  "name.",
  "con.cfg",
  "x".repeat(255),
];

for (const name of GOOD_NAMES) {
  Deno.test(`refuseName() accepts ${JSON.stringify(name.slice(0, 24))}`, () => {
    assertEquals(refuseName(name, UNSTAMPED), undefined);
  });
}

const LEAVES = "name leaves the upload directory";
const LETTERS = "name may hold only letters, digits, '.', '-' and '_'";
const FIRST = "name begins with '.' or '-'";
const NOT_ASCII = "name is not ASCII";
const DIRECTORY = "name is a directory";

const BAD_NAMES: readonly (readonly [string, number, string])[] = [
  ["", 2, "name is empty"],
  [".", 2, DIRECTORY],
  ["..", 2, DIRECTORY],
  ["-rf", 0, FIRST],
  ["--help", 0, FIRST],
  [".hidden", 0, FIRST],
  ["...", 0, FIRST],
  ["../etc/passwd", 0, LEAVES],
  ["../../../../etc/passwd", 0, LEAVES],
  ["a/../b", 0, LEAVES],
  ["a/b", 0, LEAVES],
  ["a/", 0, LEAVES],
  ["./a", 0, LEAVES],
  ["/", 0, LEAVES],
  ["/etc/passwd", 0, LEAVES],
  ["//server/share", 0, LEAVES],
  ["..\\windows\\system.ini", 0, LEAVES],
  ["\\\\server\\share", 0, LEAVES],
  ["a\\b", 0, LEAVES],
  ["\\", 0, LEAVES],
  ["C:\\autoexec.bat", 0, LEAVES],
  ["C:autoexec.bat", 0, LETTERS],
  ["file.txt:stream", 0, LETTERS],
  ["a\0", 0, LETTERS],
  ["\0", 0, LETTERS],
  ["a\0.txt", 0, LETTERS],
  ["a\n", 0, LETTERS],
  ["\na", 0, LETTERS],
  ["a\r", 0, LETTERS],
  ["\x1b[31m", 0, LETTERS],
  ["a\x7f", 0, LETTERS],
  ["two words", 0, LETTERS],
  [" ", 0, LETTERS],
  ["a ", 0, LETTERS],
  ["~", 0, LETTERS],
  ["~root", 0, LETTERS],
  ["a*", 0, LETTERS],
  ["a?", 0, LETTERS],
  ["$(id)", 0, LETTERS],
  ["a+b@c", 0, LETTERS],
  ["caf\xe9", 2, NOT_ASCII],
  ["\x80", 2, NOT_ASCII],
  ["\xc0\xae\xc0\xae", 2, NOT_ASCII],
  ["\u03a9", 2, NOT_ASCII],
  ["\uff0e\uff0e", 2, NOT_ASCII],
  ["\u2215etc", 2, NOT_ASCII],
  [".wotftp~0123456789abcdef~1.part", 0, LETTERS],
  [".wotftp~0123456789abcdef.lock", 0, LETTERS],
];

for (const [name, code, reason] of BAD_NAMES) {
  Deno.test(`refuseName() refuses ${JSON.stringify(name)}`, () => {
    assertEquals(refuseName(name, UNSTAMPED), { code, reason });
  });
}

Deno.test("refuseName() accepts letters, digits and three marks only", () => {
  const accepted: string[] = [];
  for (let byte = 0; byte < 256; byte++) {
    const name = `a${String.fromCharCode(byte)}`;
    if (refuseName(name, UNSTAMPED) === undefined) accepted.push(name.slice(1));
  }
  assertEquals(
    accepted.join(""),
    "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
  );
});

const LONGEST: readonly (readonly [string, string | undefined, boolean])[] = [
  ["x".repeat(255), undefined, false],
  ["x".repeat(231), undefined, true],
  ["x".repeat(246), "10.1.1.5", false],
  ["x".repeat(222), "10.1.1.5", true],
  ["x".repeat(243), "2001:db8::1", false],
  ["x".repeat(219), "2001:db8::1", true],
];

for (const [name, ip, timestamp] of LONGEST) {
  const stamps = `ip ${ip ?? "off"}, timestamp ${timestamp ? "on" : "off"}`;

  Deno.test(`refuseName() takes ${name.length} bytes with ${stamps}`, () => {
    assertEquals(
      refuseName(name, { ip, timestamp, versions: false, windows: false }),
      undefined,
    );
    const time = timestamp ? TIME : undefined;
    assertEquals(storedName(name, { ip, time }).length, 255);
  });

  Deno.test(`refuseName() refuses one byte more with ${stamps}`, () => {
    assertEquals(
      refuseName(`${name}x`, {
        ip,
        timestamp,
        versions: false,
        windows: false,
      }),
      {
        code: 2,
        reason: "stored name would exceed 255 bytes",
      },
    );
  });
}

Deno.test("refuseName() lets a stamp stand before any first character", () => {
  for (const name of ["-rf", ".hidden"]) {
    assertEquals(refuseName(name, { ...UNSTAMPED, ip: "10.1.1.5" }), undefined);
  }
});

Deno.test("refuseName() refuses names of devices where they are special", () => {
  const windows = { ...UNSTAMPED, windows: true };
  for (const name of ["CON", "nul.txt", "Com1.cfg", "lpt9", "aux", "name."]) {
    assertEquals(refuseName(name, windows), {
      code: 0,
      reason: "name is special on Windows",
    });
    assertEquals(refuseName(name, UNSTAMPED), undefined);
  }
  for (const name of ["console", "com", "nulls.txt", "a.con"]) {
    assertEquals(refuseName(name, windows), undefined);
  }
});

Deno.test("storedName() leaves a name without stamps alone", () => {
  assertEquals(storedName("file.txt", {}), "file.txt");
});

Deno.test("storedName() puts the time behind", () => {
  assertEquals(
    storedName("file.txt", { time: TIME }),
    "file.txt-2020-04-20-11-05-37-345",
  );
});

Deno.test("storedName() puts the address in front", () => {
  assertEquals(storedName("file.txt", { ip: "10.1.1.5" }), "10.1.1.5-file.txt");
});

Deno.test("storedName() wraps both around the name", () => {
  assertEquals(
    storedName("file.txt", { ip: "10.1.1.5", time: TIME }),
    "10.1.1.5-file.txt-2020-04-20-11-05-37-345",
  );
});

Deno.test("storedName() writes every colon of an IPv6 address as a hyphen", () => {
  assertEquals(
    storedName("file.txt", { ip: "2001:db8::1", time: TIME }),
    "2001-db8--1-file.txt-2020-04-20-11-05-37-345",
  );
});

// Whatever passes is one harmless component, stamped or not. Half of the names
// are built from what matters here, or random ones would hardly ever pass.
Deno.test("refuseName() passes only single components of at most 255 bytes", () => {
  const directory = resolve("uploads");
  const telling = fc.constantFrom(
    ..."aZ09._-",
    "..",
    "/",
    "\\",
    "~",
    ":",
    "\0",
  );
  const name = fc.oneof(
    fc.string({ unit: fc.constantFrom(..."aZ09._-"), maxLength: 300 }),
    fc.string({ unit: telling, maxLength: 12 }),
    fc.string({ unit: "binary", maxLength: 12 }),
  );
  const ip = fc.option(fc.oneof(fc.ipV4(), fc.ipV6()), { nil: undefined });
  let passed = 0;
  fc.assert(
    fc.property(name, ip, fc.boolean(), (name, ip, timestamp) => {
      if (
        refuseName(name, { ip, timestamp, versions: false, windows: false }) !==
          undefined
      ) {
        return;
      }
      passed++;
      const time = timestamp ? TIME : undefined;
      const stored = storedName(name, { ip, time });
      assertMatch(stored, /^[A-Za-z0-9._-]+$/);
      assertLessOrEqual(stored.length, MAX_NAME_BYTES);
      const path = join(directory, stored);
      assertEquals(basename(path), stored);
      assertEquals(join(path, ".."), directory);
    }),
    { numRuns: 2_000 },
  );
  assertLessOrEqual(200, passed, "too few names passed to prove anything");
});
