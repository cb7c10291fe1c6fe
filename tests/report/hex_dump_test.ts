import { assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { hexDump } from "../../lib/report/hex_dump.ts";

const ROWS: readonly (readonly [string, readonly number[], string])[] = [
  ["nothing for no bytes", [], ""],
  ["one byte", [0x41], "0000 : 41 A "],
  [
    "a short row",
    [0x00, 0x02, 0x6e, 0x2e],
    "0000 : 00 ?  02 ?  6E n  2E . ",
  ],
  [
    "a full row without a line break",
    [0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39],
    "0000 : 30 0  31 1  32 2  33 3  34 4  35 5  36 6  37 7  38 8  39 9 ",
  ],
  [
    "the eleventh byte in a second row",
    [0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0xff],
    "0000 : 30 0  31 1  32 2  33 3  34 4  35 5  36 6  37 7  38 8  39 9 \n" +
    "0010 : FF ? ",
  ],
  [
    "only printable ASCII as characters",
    [0x1f, 0x20, 0x7e, 0x7f, 0x80, 0xff, 0x0a, 0x1b],
    "0000 : 1F ?  20    7E ~  7F ?  80 ?  FF ?  0A ?  1B ? ",
  ],
];

for (const [what, bytes, text] of ROWS) {
  Deno.test(`hexDump() writes ${what}`, () => {
    assertEquals(hexDump(Uint8Array.from(bytes)), text);
  });
}

Deno.test("hexDump() lets offsets grow beyond four digits", () => {
  const rows = hexDump(new Uint8Array(100_001).fill(0x61)).split("\n");
  assertEquals(rows.length, 10_001);
  assertMatch(rows[999] ?? "", /^9990 : 61 a {2}61 a /);
  assertMatch(rows[1_000] ?? "", /^10000 : 61 a {2}61 a /);
  assertEquals(rows[10_000], "100000 : 61 a ");
});

Deno.test("hexDump() looks at a view, not at the buffer behind it", () => {
  const bytes = Uint8Array.of(0x61, 0x62, 0x63, 0x64);
  assertEquals(hexDump(bytes.subarray(1, 3)), "0000 : 62 b  63 c ");
});

Deno.test("hexDump() writes printable ASCII only, and every byte back", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
    const text = hexDump(bytes);
    assertMatch(text, /^[\x20-\x7e\n]*$/);
    const read = text.split("\n").flatMap((row) =>
      [...row.slice("0000 :".length).matchAll(/ ([0-9A-F]{2}) . /g)]
        .map((match) => parseInt(match[1] ?? "", 16))
    );
    assertEquals(read, [...bytes]);
  }));
});
