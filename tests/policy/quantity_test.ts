import { assertEquals } from "@std/assert";
import { parseDuration, parseSize } from "../../lib/policy/quantity.ts";

/** Values, and texts that mean them. */
const SIZES: ReadonlyArray<readonly [bytes: number, texts: string]> = [
  [0, "0 0T"],
  [1, "1 1B"],
  [7, "007"],
  [1_500, "1500"],
  [1_024, "1K 1k 1KB 1kb 1Kb 1KiB 1kib 1KIB"],
  [10_485_760, "10M 10mb 10MiB"],
  [1_610_612_736, "1.5G 1.50gib"],
  [1_126, "1.1K"],
  [2_147_483_648, "2G 2gib"],
  [3_298_534_883_328, "3T 3tb"],
  [999_999_999_999_999, "999999999999999"],
  [9_006_099_743_113_216, "8191T"],
];
const DURATIONS: ReadonlyArray<readonly [ms: number, texts: string]> = [
  [0, "0"],
  [1_000, "1 1s"],
  [30_000, "30 30s 30S"],
  [90_000, "90 1m30s 1M30S 0h1m30s"],
  [300_000, "5m 5M"],
  [5_400_000, "1h30m 90m"],
  [7_200_000, "2h 2H"],
  [86_400_000, "1d 1D"],
];

Deno.test("parseSize() and parseDuration() read numbers with units", () => {
  for (
    const [parse, rows] of [
      [parseSize, SIZES],
      [parseDuration, DURATIONS],
    ] as const
  ) {
    for (const [value, texts] of rows) {
      for (const it of texts.split(" ")) assertEquals(parse(it), value, it);
    }
  }
});

const NOTHING = ["", " ", "-1", "+1", "1e3", "0x10", "Infinity", "1x", "1_000"];
const NO_SIZES = [
  ..."1.5 1.5B 1.G 1.2.3G 1,5G .5 .5G 1P 1KK 1KBB 1BK 1Ki K B iB 10% NaN".split(
    " ",
  ),
  ...["10 M", " 10M", "10M ", "10M\n"],
  // A Kelvin sign and Arabic digits.
  ...["1\u212a", "\u0661\u0660"],
  // More than a number can hold exactly.
  ...["9999999999999999", "8192T", "999999999999999K"],
];
const NO_DURATIONS = [
  ..."s 1.5h 10ms 10sec 1h30 30s1m 1m1m 1w 1y 1234567890".split(" "),
  ...["10 s", " 10s", "10s ", "10s\n"],
  // A long s, whose upper case is S.
  "10\u017f",
];

Deno.test("parseSize() and parseDuration() refuse all else", () => {
  for (const it of [...NOTHING, ...NO_SIZES]) {
    assertEquals(parseSize(it), undefined, JSON.stringify(it));
  }
  for (const it of [...NOTHING, ...NO_DURATIONS]) {
    assertEquals(parseDuration(it), undefined, JSON.stringify(it));
  }
});
