import { assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { hexDump } from "../../lib/report/packet_text.ts";

const TEN = "0000 : 30 0  31 1  32 2  33 3  34 4  35 5  36 6  37 7  38 8  39 9";

Deno.test("hexDump() writes ten bytes a row, printable ASCII beside them", () => {
  const rows: readonly (readonly [readonly number[], string[]])[] = [
    [[], []],
    [[0x41], ["0000 : 41 A"]],
    [[0x00, 0x02, 0x6e, 0x2e], ["0000 : 00 ?  02 ?  6E n  2E ."]],
    [[48, 49, 50, 51, 52, 53, 54, 55, 56, 57], [TEN]],
    [[48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 255], [TEN, "0010 : FF ?"]],
    // No blanks at the end.
    [[0x20], ["0000 : 20"]],
    [
      [0x1f, 0x20, 0x7e, 0x7f, 0x80, 0xff, 0x0a, 0x1b],
      ["0000 : 1F ?  20    7E ~  7F ?  80 ?  FF ?  0A ?  1B ?"],
    ],
  ];
  for (const [bytes, text] of rows) {
    assertEquals(hexDump(Uint8Array.from(bytes), Infinity), text);
  }
});

Deno.test("hexDump() says how much is left after so many rows", () => {
  const rows: readonly (readonly [number, string[]])[] = [
    [20, []],
    [21, ["... 1 more byte"]],
    [516, ["... 496 more bytes"]],
  ];
  for (const [length, rest] of rows) {
    assertEquals(hexDump(new Uint8Array(length), 2).slice(2), rest);
  }
});

Deno.test("hexDump() lets offsets grow beyond four digits", () => {
  const rows = hexDump(new Uint8Array(100_001).fill(0x61), Infinity);
  assertEquals(rows.length, 10_001);
  assertMatch(rows[999] ?? "", /^9990 : 61 a {2}61 a /);
  assertMatch(rows[1_000] ?? "", /^10000 : 61 a {2}61 a /);
  assertEquals(rows[10_000], "100000 : 61 a");
});

Deno.test("hexDump() looks at a view, not at the buffer behind it", () => {
  const bytes = Uint8Array.of(0x61, 0x62, 0x63, 0x64);
  assertEquals(hexDump(bytes.subarray(1, 3), 1), ["0000 : 62 b  63 c"]);
});

Deno.test("hexDump() writes printable ASCII only, and every byte back", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
    const rows = hexDump(bytes, Infinity);
    assertMatch(rows.join(""), /^[\x20-\x7e]*$/);
    const read = rows.flatMap((row) =>
      // A blank may be missing at the end, where it is the last byte.
      [...`${row}   `.slice("0000 :".length).matchAll(/ ([0-9A-F]{2}) . /g)]
        .map((match) => parseInt(match[1] ?? "", 16))
    );
    assertEquals(read, [...bytes]);
  }));
});
