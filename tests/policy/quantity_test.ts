import { assertEquals } from "@std/assert";
import { parseDuration, parseSize } from "../../lib/policy/quantity.ts";

const SIZES: ReadonlyArray<readonly [text: string, bytes: number]> = [
  ["0", 0],
  ["1", 1],
  ["1500", 1_500],
  ["007", 7],
  ["10B", 10],
  ["10b", 10],
  ["1K", 1_024],
  ["1k", 1_024],
  ["1KB", 1_024],
  ["1kb", 1_024],
  ["1Kb", 1_024],
  ["1KiB", 1_024],
  ["1kib", 1_024],
  ["1KIB", 1_024],
  ["10M", 10_485_760],
  ["10mb", 10_485_760],
  ["10MiB", 10_485_760],
  ["2G", 2_147_483_648],
  ["2gib", 2_147_483_648],
  ["3T", 3_298_534_883_328],
  ["3tb", 3_298_534_883_328],
  ["0T", 0],
  ["999999999999999", 999_999_999_999_999],
  ["8191T", 9_006_099_743_113_216],
];

for (const [text, bytes] of SIZES) {
  Deno.test(`parseSize() reads "${text}" as ${bytes} bytes`, () => {
    assertEquals(parseSize(text), bytes);
  });
}

const NO_SIZES: readonly string[] = [
  "",
  " ",
  "-1",
  "+1",
  "1.5G",
  "1,5G",
  ".5",
  "10 M",
  " 10M",
  "10M ",
  "10M\n",
  "1X",
  "1P",
  "1KK",
  "1KBB",
  "1BK",
  "1Ki",
  "K",
  "B",
  "iB",
  "1e3",
  "0x10",
  "1_000",
  "10%",
  "Infinity",
  "NaN",
  // A Kelvin sign and Arabic digits.
  "1\u212a",
  "\u0661\u0660",
];

for (const text of NO_SIZES) {
  Deno.test(`parseSize() takes no ${JSON.stringify(text)}`, () => {
    assertEquals(parseSize(text), undefined);
  });
}

Deno.test("parseSize() takes no size that a number cannot hold exactly", () => {
  for (const text of ["9999999999999999", "8192T", "999999999999999K"]) {
    assertEquals(parseSize(text), undefined);
  }
});

const DURATIONS: ReadonlyArray<readonly [text: string, ms: number]> = [
  ["0", 0],
  ["1", 1_000],
  ["90", 90_000],
  ["30s", 30_000],
  ["30S", 30_000],
  ["5m", 300_000],
  ["5M", 300_000],
  ["2h", 7_200_000],
  ["2H", 7_200_000],
  ["1d", 86_400_000],
  ["7D", 604_800_000],
];

for (const [text, ms] of DURATIONS) {
  Deno.test(`parseDuration() reads "${text}" as ${ms} ms`, () => {
    assertEquals(parseDuration(text), ms);
  });
}

const NO_DURATIONS: readonly string[] = [
  "",
  " ",
  "s",
  "-1",
  "+1",
  "1.5h",
  "10 s",
  " 10s",
  "10s ",
  "10s\n",
  "10ms",
  "10sec",
  "1h30m",
  "1w",
  "1y",
  "1x",
  "1e3",
  "0x10",
  "Infinity",
  "1234567890",
  // A long s, whose upper case is S.
  "10\u017f",
];

for (const text of NO_DURATIONS) {
  Deno.test(`parseDuration() takes no ${JSON.stringify(text)}`, () => {
    assertEquals(parseDuration(text), undefined);
  });
}
