import { assertEquals, assertLessOrEqual } from "@std/assert";
import {
  invalidFilename,
  MAX_NAME_BYTES,
  MAX_PATH_BYTES,
  MAX_REASON_LENGTH,
  type NameRules,
} from "../../lib/policy/filename.ts";
import { readTemplate, stampTemplate } from "../../lib/policy/name_template.ts";
import { MAX_VERSION, versionName } from "../../lib/policy/naming.ts";
import { IPV4, PLAIN_RULES, refuse, stored } from "./names.ts";

const IP = stampTemplate({ ipstamp: true, timestamp: false });
const TIME = stampTemplate({ ipstamp: false, timestamp: true });
const BOTH = stampTemplate({ ipstamp: true, timestamp: true });

/** Names, by why they are refused. */
const BAD_NAMES: Readonly<Record<string, readonly string[]>> = {
  "empty": [""],
  "is a directory": [".", ".."],
  "begins with . or -": ["-rf", "--help", ".hidden", "..."],
  "contains a directory": (
    "../etc/passwd ../../../../etc/passwd a/../b a/b a/ ./a / //x /etc/passwd " +
    "..\\windows\\system.ini \\\\server\\share a\\b \\ C:\\autoexec.bat"
  ).split(" "),
  "not only A-Z a-z 0-9 . - _": [
    ..."C:autoexec.bat file.txt:stream ~ ~root a* a? $(id) a+b@c".split(" "),
    ...["a\0", "\0", "a\0.txt", "a\n", "\na", "a\r", "\x1b[31m", "a\x7f"],
    ...["two words", " ", "a ", "a.~2~"],
    // What the server itself puts into the directory.
    ...[".wotftp~0123456789abcdef~1.part", ".wotftp~0123456789abcdef.lock"],
  ],
  "not ASCII": [
    ...["caf\xe9", "\x80", "\xc0\xae\xc0\xae", "\u03a9", "\uff0e\uff0e"],
    "\u2215etc",
  ],
};

/** The same where directories are kept. */
const BAD_PATHS: Readonly<Record<string, readonly string[]>> = {
  "contains . or ..":
    "../a a/../b /../a ..\\a C:..\\a C:/../a a/./b ./a flash:../a".split(" "),
  "an empty directory": ["//a", "a//b", "\\\\server\\share", "C:\\\\a"],
  "is a directory": ["a/..", "a/.", "/..", "C:.."],
  "empty": ["", "/", "dir/", "C:", "flash:/", "a\\"],
  "begins with . or -": [".git/a", "-rf/a", "a/.b", "a/-b", "/.ssh/keys"],
  "too many directories": ["a/".repeat(9) + "b"],
  "not only A-Z a-z 0-9 . - _": "a~/b,a/b~,a b/c,a\0/b,a/b:c".split(","),
  "not ASCII": ["caf\xe9/a", "a/caf\xe9"],
  "too long": ["x".repeat(256) + "/a", "a/" + "x".repeat(256)],
};

/** The same where other characters are allowed. */
const BAD_ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "character not allowed": ["a=b", "a~", "a\0", "+\n"],
  "begins or ends with space": [" ", " a", "a "],
  "not ASCII": ["caf\xe9"],
  "contains a directory": ["a/b"],
};

/** The same where directories are left out. */
const BAD_STRIPPED: Readonly<Record<string, readonly string[]>> = {
  ...{ "is a directory": ["a/.."], "empty": ["a/"] },
  "begins with . or -": ["a/.b"],
};

const KEEP = { paths: "keep" } as const;
const STRIP = { paths: "strip" } as const;
const ALLOW = { allowedChars: " +@" };

/** What is refused under some rules, and what is not. */
const RULES: ReadonlyArray<
  readonly [
    rules: Partial<NameRules>,
    bad: Readonly<Record<string, readonly string[]>>,
    good: readonly string[],
  ]
> = [
  [{}, BAD_NAMES, [
    ..."file.txt a 7 _ router-1_running.cfg UPPER.CFG a..b name.".split(" "),
    "con.cfg",
  ]],
  [KEEP, BAD_PATHS, [
    ...["/tftpboot/a", "a\\b", "C:\\a\\b", "a/".repeat(8) + "b"],
  ]],
  [STRIP, BAD_STRIPPED, ["../../a", "/./caf\xe9/a", "C:..\\a", "flash:/~/a"]],
  [ALLOW, BAD_ALLOWED, ["a+b@c d", "+", "@a+"]],
];

Deno.test("refuseName() refuses what is special, by what is left and allowed of a name", () => {
  for (const [rules, bad, good] of RULES) {
    const row = JSON.stringify(rules);
    for (const [reason, names] of Object.entries(bad)) {
      for (const name of names) {
        const label = `${JSON.stringify(name)} under ${row}`;
        assertEquals(refuse(name, rules), reason, label);
      }
    }
    for (const name of good) {
      assertEquals(refuse(name, rules), undefined, `${name} under ${row}`);
    }
  }
});

Deno.test("invalidFilename() tells the client, in few words and with one code", () => {
  const reasons = RULES.flatMap(([, bad]) => Object.keys(bad));
  const special = refuse("con", { isWindows: true }) ?? "";
  for (const reason of [...reasons, special]) {
    const { code, message } = invalidFilename(reason);
    assertEquals([code, message], [2, `invalid filename - ${reason}`]);
    assertLessOrEqual(message.length, MAX_REASON_LENGTH);
  }
});

Deno.test("refuseName() accepts letters, digits and three marks only", () => {
  const bytes = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i));
  const accepted = bytes.filter((it) => !refuse(`a${it}`));
  assertEquals(
    accepted.join(""),
    "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
  );
});

Deno.test("refuseName() counts the bytes of the stored name", () => {
  const rows: ReadonlyArray<
    readonly [longest: number, rules: Partial<NameRules>, hostname: string]
  > = [
    [255, {}, IPV4],
    [231, { template: TIME }, IPV4],
    [246, { template: IP }, IPV4],
    [222, { template: BOTH }, IPV4],
    [191, { template: BOTH }, "2001:db8::1"],
    [247, { onExists: "version" }, IPV4],
    [242, { template: readTemplate("dir/{name}.{port}.cfg.gz") }, IPV4],
    [244, { template: readTemplate("{name}.{date}/{time}.{port}") }, IPV4],
  ];
  for (const [longest, some, hostname] of rows) {
    const rules = { ...PLAIN_RULES, ...some };
    const name = "x".repeat(longest);
    assertEquals(refuse(name, some, hostname), undefined, `${longest}`);
    const path = stored(name, rules, hostname);
    const last = rules.onExists === "version"
      ? versionName(path, MAX_VERSION)
      : path;
    const lengths = last.split("/").map(({ length }) => length);
    assertEquals(Math.max(...lengths), MAX_NAME_BYTES);
    assertEquals(refuse(`${name}x`, some, hostname), "too long");
  }
});

Deno.test("refuseName() lets a stamp stand before any first character", () => {
  for (const name of ["-rf", ".hidden"]) {
    assertEquals(refuse(name, { template: IP }), undefined);
    const kept = refuse(`a/${name}`, { template: IP, paths: "keep" });
    assertEquals(kept, undefined);
  }
});

Deno.test("refuseName() refuses names of devices where they are special", () => {
  const rules = { paths: "keep", allowedChars: " " } as const;
  const windows = { ...rules, isWindows: true };
  const special = "CON,nul.txt,Com1.cfg,lpt9,aux,name.,con .txt,nul/a,a./b";
  for (const name of special.split(",")) {
    assertEquals(refuse(name, windows), "special on Windows", name);
    assertEquals(refuse(name, rules), undefined, name);
  }
  for (const name of ["console", "com", "nulls.txt", "a.con", "con a"]) {
    assertEquals(refuse(name, windows), undefined);
  }
});

Deno.test("versionName() numbers all but the first", () => {
  const versions = [1, 2, 10_000].map((it) => versionName("f.txt", it));
  assertEquals(versions, ["f.txt", "f.txt.~2~", "f.txt.~10000~"]);
});

Deno.test("refuseName() bounds the whole path", () => {
  const longest = `${"x".repeat(255)}/${"y".repeat(251)}/zzzz`;
  assertEquals(longest.length, MAX_PATH_BYTES);
  assertEquals(refuse(longest, { paths: "keep" }), undefined);
  assertEquals(refuse(`${longest}z`, { paths: "keep" }), "too long");
});
