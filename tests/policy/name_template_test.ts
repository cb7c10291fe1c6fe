import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  fillTemplate,
  hasField,
  readTemplate,
  refuseTemplate,
  stampTemplate,
} from "../../lib/policy/name_template.ts";

const FILLING = {
  ...{ directories: [], name: "f.txt", stamp: "2026-11-23-11-05-37-345" },
  client: { hostname: "::ffff:10.1.1.5", port: 50_312 },
};
const FIELDS = "; the fields are {name} {client} {port} {date} {time} {stamp}";
const ENDS =
  "no part of a path may begin with . or -, begin or end with a space";

/** Templates that make no sense, and why. */
const BAD: Readonly<Record<string, string>> = {
  "{client}": `{name} is missing${FIELDS}`,
  "{nam}": `there is no field {nam}${FIELDS}`,
  "{name}{}": `there is no field {}${FIELDS}`,
  "{name}{Name}": `there is no field {Name}${FIELDS}`,
  "{name}{constructor}": `there is no field {constructor}${FIELDS}`,
  "{name": `a { stands alone${FIELDS}`,
  "name}": `a } stands alone${FIELDS}`,
  "{{name}}": `a { stands alone${FIELDS}`,
  "{cli/ent}{name}": `there is no field {cli/ent}${FIELDS}`,
  "/{name}": "a directory has no name",
  "a//{name}": "a directory has no name",
  "{name}/": "a directory has no name",
  "../{name}": ENDS,
  "a/.{name}": ENDS,
  "-{name}": ENDS,
  "{name} /a": ENDS,
};

Deno.test("refuseTemplate() says what is wrong", () => {
  for (const [text, reason] of Object.entries(BAD)) {
    assertEquals(refuseTemplate(text), reason, text);
  }
  for (const text of ["{name}~", "{client}\\{name}", "{name}:", "{name}\n"]) {
    assertStringIncludes(refuseTemplate(text) ?? "", "may never be in a name");
  }
});

/** Templates, and what they make of "f.txt". */
const GOOD: Readonly<Record<string, string>> = {
  "{name}": "f.txt",
  "{client}/{name}-{date}": "10.1.1.5/f.txt-2026-11-23",
  "{date}/{time} {name}": "2026-11-23/11-05-37 f.txt",
  "{name}/{stamp}.{port}": "f.txt/2026-11-23-11-05-37-345.50312",
  "cfg+{name}.bak": "cfg+f.txt.bak",
};

Deno.test("fillTemplate() fills in every field", () => {
  for (const [text, path] of Object.entries(GOOD)) {
    assertEquals(refuseTemplate(text), undefined);
    assertEquals(fillTemplate(readTemplate(text), FILLING), path);
  }
});

Deno.test("fillTemplate() puts the client's directories before its name", () => {
  const rows = {
    "{client}-{name}": "a/b/10.1.1.5-f.txt",
    "{client}/{name}": "10.1.1.5/a/b/f.txt",
    "{name}/{date}": "a/b/f.txt/2026-11-23",
    "{name}/{name}": "a/b/f.txt/f.txt",
  };
  for (const [text, path] of Object.entries(rows)) {
    const filling = { ...FILLING, directories: ["a", "b"] };
    assertEquals(fillTemplate(readTemplate(text), filling), path);
  }
});

Deno.test("stampTemplate() wraps the stamps around the name", () => {
  const rows = [
    [[false, false], "10.1.1.5", "f.txt"],
    [[false, true], "10.1.1.5", "f.txt-2026-11-23-11-05-37-345"],
    [[true, false], "10.1.1.5", "10.1.1.5-f.txt"],
    [[true, true], "10.1.1.5", "10.1.1.5-f.txt-2026-11-23-11-05-37-345"],
    // All of it, or one client's "5-f.txt" were another one's "f.txt".
    ...[
      ["fd77::9", "fd77-0000-0000-0000-0000-0000-0000-0009-f.txt"],
      ["fd77::9:5", "fd77-0000-0000-0000-0000-0000-0009-0005-f.txt"],
      ["1:2:3:4:5:6:7:8", "0001-0002-0003-0004-0005-0006-0007-0008-f.txt"],
      ["::1", "0000-0000-0000-0000-0000-0000-0000-0001-f.txt"],
      ["fe80::", "fe80-0000-0000-0000-0000-0000-0000-0000-f.txt"],
    ].map(([ip = "", path = ""]) => [[true, false], ip, path] as const),
  ] as const;
  for (const [[ipstamp, timestamp], hostname, path] of rows) {
    const template = stampTemplate({ ipstamp, timestamp });
    const client = { hostname, port: 1 };
    assertEquals(fillTemplate(template, { ...FILLING, client }), path);
  }
});

Deno.test("hasField() looks in every part of the path", () => {
  const template = readTemplate("{client}/{name}-{date}");
  assert(hasField(template, "date", "stamp"));
  assert(hasField(template, "client"));
  assert(!hasField(template, "time", "port"));
});
