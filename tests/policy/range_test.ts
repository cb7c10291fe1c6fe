import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type AddressRange,
  isInRanges,
  isWithin,
  parseRange,
} from "../../lib/policy/range.ts";
import { rangesOf } from "./ranges.ts";

function rangeOf(text: string): AddressRange {
  const [range] = rangesOf(text);
  assert(range !== undefined);
  return range;
}

Deno.test("parseRange() reads addresses and ranges in their one spelling", () => {
  const rows = {
    "192.0.2.7": "192.0.2.7 192.0.2.7/32 ::ffff:192.0.2.7",
    "10.0.0.0/8": "10.0.0.0/8 ::ffff:10.0.0.0/104",
    "0.0.0.0/0": "0.0.0.0/0 ::ffff:0:0/96",
    "128.0.0.0/1": "128.0.0.0/1",
    "203.0.113.254/31": "203.0.113.254/31",
    "10.0.1.5": "::ffff:a00:105/128",
    "2001:db8::/32": "2001:DB8::/32",
    "2001:db8::1": "2001:db8:0:0:0:0:0:1 2001:db8::1/128",
    "fd00::/8": "fd00::/8 [fd00::]/8",
    "2001:db8:1:2::/64": "2001:db8:1:2::/64",
    "2001:db8:1:2:8000::/65": "2001:db8:1:2:8000::/65",
    "::/0": "::/0",
    "::1": "[::1]",
  };
  for (const [spelled, texts] of Object.entries(rows)) {
    for (const text of texts.split(" ")) {
      assertEquals(rangeOf(text).text, spelled, text);
    }
  }
});

Deno.test("parseRange() says what is wrong and what would be right", () => {
  const expected = "expected an address such as 192.0.2.7 or a range such as " +
    "10.0.0.0/8 or 2001:db8::/32";
  const meant = (text: string) =>
    `bits are set behind the prefix; did you mean ${text}?`;
  const rows: readonly (readonly [string, string])[] = [
    ["10.1.2.3/8", meant("10.0.0.0/8")],
    ["192.0.2.7/0", meant("0.0.0.0/0")],
    ["192.0.2.7/31", meant("192.0.2.6/31")],
    ["2001:db8::1/64", meant("2001:db8::/64")],
    ["2001:db8:ffff::/33", meant("2001:db8:8000::/33")],
    ["::ffff:10.1.2.3/104", meant("10.0.0.0/8")],
    ["10.0.0.0/33", "the prefix is at most 32 bits"],
    ["fd00::/129", "the prefix is at most 128 bits"],
    ["::ffff:10.0.0.0/129", "the prefix is at most 128 bits"],
    ["::ffff:10.0.0.0/95", "write a range of IPv4 addresses as 10.0.0.0/8"],
    ...["", "/", "/8", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/+8", "10.0.0.0/-1"]
      .concat(["10.0.0.0/8/8", "10.0.0.0/255.0.0.0", "10/8", "10.0.0/24"])
      .concat(["10.0.0.0 /8", "10.0.0.0/8 ", "10.0.0.*", "10.0.0.1-10.0.0.9"])
      .concat(["fe80::1%eth0", "fe80::%eth0/10", "[10.0.0.0]/8", "localhost"])
      .concat(["010.0.0.0/8", "10.0.0.0/8\n", "10.0.0.0/1e1", "fd00::]/8"])
      .map((text) => [text, expected] as const),
  ];
  for (const [text, problem] of rows) {
    assertEquals(parseRange(text), problem, JSON.stringify(text));
  }
});

Deno.test("isInRanges() knows the borders of every range", () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ["10.0.0.0/8", "10.0.0.0 10.255.255.255", "9.255.255.255 11.0.0.0"],
    [
      "192.0.2.7",
      "192.0.2.7 ::ffff:192.0.2.7",
      "192.0.2.6 192.0.2.8 ::c000:207",
    ],
    ["0.0.0.0/0", "1.2.3.4 255.255.255.255 ::ffff:1.2.3.4", "::1"],
    ["128.0.0.0/1", "128.0.0.0 255.0.0.1", "127.255.255.255"],
    [
      "192.0.2.128/25",
      "192.0.2.128 192.0.2.255",
      "192.0.2.127 192.0.3.0 192.0.3.200",
    ],
    ["fd00::/8", "fd00:: fdff::1 fd12:3456::9", "fc00::1 fe00::1 253.0.0.1"],
    [
      "2001:db8:0:8000::/49",
      "2001:db8:0:8000:: 2001:db8:0:ffff:1:2:3:4",
      "2001:db8:0:7fff:: 2001:db8:1:8000::",
    ],
    ["2001:db8::1", "2001:db8::1", "2001:db8::2 2001:db8::1:1 1:2:3:4:5:6:7:8"],
    ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:9 1::8"],
    ["::/0", "::1 2001:db8::", "10.0.0.1 ::ffff:10.0.0.1"],
  ];
  for (const [text, inside, outside] of rows) {
    const ranges = [rangeOf(text)];
    for (const it of inside.split(" ")) {
      assert(isInRanges(it, ranges), `${it} in ${text}`);
    }
    for (const it of outside.split(" ")) {
      assert(!isInRanges(it, ranges), `${it} not in ${text}`);
    }
  }
});

Deno.test("isInRanges() looks through all of them", () => {
  const ranges = rangesOf("10.0.0.0/8 fd00::/8 192.0.2.7");
  for (const it of ["10.1.1.1", "fd00::1", "192.0.2.7"]) {
    assert(isInRanges(it, ranges), it);
  }
  assert(!isInRanges("192.0.2.8", ranges));
  assert(!isInRanges("192.0.2.7", []));
});

Deno.test("isWithin() compares two ranges", () => {
  const rows: readonly (readonly [string, string, boolean])[] = [
    ["10.1.0.0/16", "10.0.0.0/8", true],
    ["10.0.0.0/8", "10.0.0.0/8", true],
    ["10.0.0.0/8", "10.1.0.0/16", false],
    ["11.0.0.0/16", "10.0.0.0/8", false],
    ["ff02::1", "ff00::/8", true],
    ["::/0", "ff00::/8", false],
    ["10.0.0.0/8", "::/0", false],
  ];
  for (const [inner, outer, is] of rows) {
    assertEquals(isWithin(rangeOf(inner), rangeOf(outer)), is, inner);
  }
});

Deno.test("parseRange() finds its own spelling and the address it came from", () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(128), (address, n) => {
      const whole = rangeOf(address);
      assert(isInRanges(whole.text, [whole]));
      const prefix = whole.words.length === 1 ? n % 33 : n;
      const problem = parseRange(`${whole.text}/${prefix}`);
      const meant = typeof problem !== "string"
        ? problem
        : rangeOf(/mean (.*)\?$/.exec(problem)?.[1] ?? "");
      assert(isInRanges(whole.text, [meant]));
      assertEquals(meant.prefix, prefix);
      assertEquals(parseRange(meant.text), meant);
    }),
  );
});
