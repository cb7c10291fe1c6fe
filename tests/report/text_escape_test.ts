import { assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import type { Event } from "../../lib/report/event.ts";
import { quote } from "../../lib/report/words.ts";
import {
  accepted,
  failed,
  packet,
  printed,
  refused,
  stored,
} from "./events.ts";

const QUOTED: readonly (readonly [string, string])[] = [
  ["", '""'],
  ["file.txt", '"file.txt"'],
  [" ~", '" ~"'],
  ['say "hi"', '"say \\"hi\\""'],
  ["a\\x41", '"a\\\\x41"'],
  ["a\nwotftp: stopped", '"a\\x0awotftp: stopped"'],
  ["\r\t\0\x7f", '"\\x0d\\x09\\x00\\x7f"'],
  ["\x1b[2J\x1b]0;owned\x07", '"\\x1b[2J\\x1b]0;owned\\x07"'],
  ["\x80\x9b31m\xe9\xff", '"\\x80\\x9b31m\\xe9\\xff"'],
  ["\u202e", '"\\x202e"'],
  ["x".repeat(255), `"${"x".repeat(255)}"`],
  ["x".repeat(256), `"${"x".repeat(255)}"...`],
  ["\x1b".repeat(1_000), `"${"\\x1b".repeat(255)}"...`],
];

Deno.test("quote() escapes all but printable ASCII, and cuts", () => {
  for (const [text, quoted] of QUOTED) assertEquals(quote(text), quoted);
});

// Whatever comes from the network is printable ASCII when it is printed, and
// cannot make a line of its own.
Deno.test("textReport() prints nothing raw from the network", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.string({ unit: fc.constantFrom(...'\n\r\x1b\x07"\\[a') }),
  );
  const option = fc.record({ name: text, value: text });
  const options = fc.array(option, { maxLength: 3 });
  const event = fc.oneof(
    text.map((filename) => accepted({ filename })),
    fc.tuple(text, text).map(([filename, storedName]) =>
      stored({ filename, storedName })
    ),
    text.map((filename): Event => refused(filename)),
    text.map((message) => failed({ kind: "client-error", code: 0, message })),
    fc.tuple(text, text, options).map(([filename, mode, options]) =>
      packet({ kind: "wrq", filename, mode, options })
    ),
    options.map((options) => packet({ kind: "oack", options })),
    text.map((message) => packet({ kind: "error", code: 0, message })),
    fc.uint8Array({ minLength: 1, maxLength: 40 }).map((payload) =>
      packet({ kind: "data", block: 1, payload }, [...payload])
    ),
  );
  fc.assert(fc.property(event, (event) => {
    const [line = ""] = printed(2, event);
    assertMatch(line, /^[\x20-\x7e\n]+$/);
    const dump = event.kind === "packet"
      ? Math.ceil(event.bytes.length / 10)
      : 0;
    assertEquals(line.split("\n").length, 1 + dump);
  }));
});
