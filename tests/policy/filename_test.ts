import { assertEquals, assertLessOrEqual, assertMatch } from "@std/assert";
import { basename, join, resolve } from "@std/path";
import fc from "fast-check";
import {
  invalidFilename,
  MAX_NAME_BYTES,
  MAX_REASON_LENGTH,
  MAX_VERSION,
  refuseName,
  storedName,
  versionName,
} from "../../lib/policy/filename.ts";

const PLAIN = {
  ...{ ip: undefined, timestamp: false, versions: false, windows: false },
};
const TIME = "2020-04-20-11-05-37-345";

/** Why names are refused, and the names. */
const BAD_NAMES: ReadonlyArray<
  readonly [reason: string, names: readonly string[]]
> = [
  ["empty", [""]],
  ["is a directory", [".", ".."]],
  ["begins with . or -", ["-rf", "--help", ".hidden", "..."]],
  ["contains a directory", [
    ..."../etc/passwd ../../../../etc/passwd a/../b a/b a/ ./a / //x".split(
      " ",
    ),
    ..."/etc/passwd ..\\windows\\system.ini \\\\server\\share a\\b".split(" "),
    ..."\\ C:\\autoexec.bat".split(" "),
  ]],
  ["not only A-Z a-z 0-9 . - _", [
    ..."C:autoexec.bat file.txt:stream ~ ~root a* a? $(id) a+b@c".split(" "),
    ...["a\0", "\0", "a\0.txt", "a\n", "\na", "a\r", "\x1b[31m", "a\x7f"],
    ...["two words", " ", "a ", "a.~2~"],
    // What the server itself puts into the directory.
    ...[".wotftp~0123456789abcdef~1.part", ".wotftp~0123456789abcdef.lock"],
  ]],
  ["not ASCII", [
    ...["caf\xe9", "\x80", "\xc0\xae\xc0\xae", "\u03a9", "\uff0e\uff0e"],
    "\u2215etc",
  ]],
];

Deno.test("refuseName() refuses what is special to anybody", () => {
  for (const [reason, names] of BAD_NAMES) {
    for (const name of names) {
      assertEquals(refuseName(name, PLAIN), reason, JSON.stringify(name));
    }
  }
});

Deno.test("invalidFilename() tells the client, in few words and with one code", () => {
  const windows = { ...PLAIN, windows: true };
  const reasons = [
    ...BAD_NAMES.map(([reason]) => reason),
    refuseName("con", windows),
    refuseName("x".repeat(256), PLAIN),
  ];
  for (const reason of reasons) {
    const { code, message } = invalidFilename(reason ?? "");
    assertEquals(code, 2);
    assertEquals(message, `invalid filename - ${reason}`);
    assertLessOrEqual(message.length, MAX_REASON_LENGTH);
  }
});

Deno.test("refuseName() accepts what clients send", () => {
  const names = "file.txt a 7 _ router-1_running.cfg UPPER.CFG a..b name. " +
    "con.cfg";
  for (const name of names.split(" ")) {
    assertEquals(refuseName(name, PLAIN), undefined, name);
  }
});

Deno.test("refuseName() accepts letters, digits and three marks only", () => {
  const bytes = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i));
  const accepted = bytes.filter((it) => !refuseName(`a${it}`, PLAIN));
  assertEquals(
    accepted.join(""),
    "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
  );
});

Deno.test("refuseName() counts the bytes of the stored name", () => {
  const rows = [
    [255, {}],
    [231, { timestamp: true }],
    [246, { ip: "10.1.1.5" }],
    [222, { ip: "10.1.1.5", timestamp: true }],
    [215, { ip: "2001:db8::1" }],
    [191, { ip: "2001:db8::1", timestamp: true }],
    [247, { versions: true }],
  ] as const;
  for (const [longest, stamps] of rows) {
    const rules = { ...PLAIN, ...stamps };
    const name = "x".repeat(longest);
    assertEquals(refuseName(name, rules), undefined, `${longest}`);
    const time = rules.timestamp ? TIME : undefined;
    const stored = storedName(name, { ip: rules.ip, time });
    const last = rules.versions ? versionName(stored, MAX_VERSION) : stored;
    assertEquals(last.length, MAX_NAME_BYTES);
    assertEquals(refuseName(`${name}x`, rules), "too long");
  }
});

Deno.test("refuseName() lets a stamp stand before any first character", () => {
  for (const name of ["-rf", ".hidden"]) {
    assertEquals(refuseName(name, { ...PLAIN, ip: "10.1.1.5" }), undefined);
  }
});

Deno.test("refuseName() refuses names of devices where they are special", () => {
  const windows = { ...PLAIN, windows: true };
  for (const name of ["CON", "nul.txt", "Com1.cfg", "lpt9", "aux", "name."]) {
    assertEquals(refuseName(name, windows), "special on Windows");
    assertEquals(refuseName(name, PLAIN), undefined);
  }
  for (const name of ["console", "com", "nulls.txt", "a.con"]) {
    assertEquals(refuseName(name, windows), undefined);
  }
});

Deno.test("storedName() wraps the stamps around the name", () => {
  const rows = [
    [{}, "f.txt"],
    [{ time: TIME }, `f.txt-${TIME}`],
    [{ ip: "10.1.1.5" }, "10.1.1.5-f.txt"],
    [{ ip: "10.1.1.5", time: TIME }, `10.1.1.5-f.txt-${TIME}`],
    // All of it, or one client's "5-f.txt" were another one's "f.txt".
    [
      { ip: "fd77::9", time: TIME },
      `fd77-0000-0000-0000-0000-0000-0000-0009-f.txt-${TIME}`,
    ],
    [{ ip: "fd77::9:5" }, "fd77-0000-0000-0000-0000-0000-0009-0005-f.txt"],
    [
      { ip: "1:2:3:4:5:6:7:8" },
      "0001-0002-0003-0004-0005-0006-0007-0008-f.txt",
    ],
    [{ ip: "::1" }, "0000-0000-0000-0000-0000-0000-0000-0001-f.txt"],
    [{ ip: "fe80::" }, "fe80-0000-0000-0000-0000-0000-0000-0000-f.txt"],
  ] as const;
  for (const [stamps, stored] of rows) {
    assertEquals(storedName("f.txt", stamps), stored);
  }
});

Deno.test("versionName() numbers all but the first", () => {
  const versions = [1, 2, 10_000].map((it) => versionName("f.txt", it));
  assertEquals(versions, ["f.txt", "f.txt.~2~", "f.txt.~10000~"]);
});

// Whatever passes is one harmless component, stamped or not. Half of the names
// are built from what matters here, or random ones would hardly ever pass.
Deno.test("refuseName() passes only single components of at most 255 bytes", () => {
  const directory = resolve("uploads");
  const marks = ["..", "/", "\\", "~", ":", "\0"];
  const telling = fc.constantFrom(..."aZ09._-", ...marks);
  const name = fc.oneof(
    fc.string({ unit: fc.constantFrom(..."aZ09._-"), maxLength: 300 }),
    fc.string({ unit: telling, maxLength: 12 }),
    fc.string({ unit: "binary", maxLength: 12 }),
  );
  const ip = fc.option(fc.oneof(fc.ipV4(), fc.ipV6()), { nil: undefined });
  let passed = 0;
  fc.assert(
    fc.property(name, ip, fc.boolean(), (name, ip, timestamp) => {
      if (refuseName(name, { ...PLAIN, ip, timestamp }) !== undefined) return;
      passed++;
      const stored = storedName(name, {
        ip,
        time: timestamp ? TIME : undefined,
      });
      assertMatch(stored, /^[A-Za-z0-9_][A-Za-z0-9._-]*$/);
      assertLessOrEqual(stored.length, MAX_NAME_BYTES);
      const path = join(directory, stored);
      assertEquals(basename(path), stored);
      assertEquals(join(path, ".."), directory);
    }),
    { numRuns: 2_000 },
  );
  assertLessOrEqual(200, passed, "too few names passed to prove anything");
});
