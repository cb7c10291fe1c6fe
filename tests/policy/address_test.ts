import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  formatEndpoint,
  keyOf,
  parseAddress,
  plainAddress,
} from "../../lib/policy/address.ts";

/** Spellings of the same address; the first is the canonical one. */
const ADDRESSES = [
  "192.0.2.7",
  "255.255.255.255",
  "0.0.0.0 ::ffff:0:0",
  ":: 0:0:0:0:0:0:0:0",
  "::1 0:0:0:0:0:0:0:1 0000:0000:0000:0000:0000:0000:0000:0001",
  "1::",
  "fe80::1",
  "2001:db8::1 2001:DB8::1 2001:0db8::0001",
  "2001:db8::1:0:0:1 2001:db8:0:0:1:0:0:1",
  "2001:db8::1:0:1 2001:db8:0:0:0:1:0:1",
  "1:0:0:2::3 1:0:0:2:0:0:0:3",
  "1:0:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:0 1:2:3:4:5:6:7::",
  "64:ff9b::a01:105 64:ff9b::10.1.1.5",
  "::a01:105 ::10.1.1.5",
  "1:2:3:4:5:6:a01:105 1:2:3:4:5:6:10.1.1.5",
  "10.1.1.5 ::ffff:10.1.1.5 ::FFFF:10.1.1.5 ::ffff:a01:105 " +
  "0:0:0:0:0:ffff:0a01:0105",
  "::fffe:a01:105",
  "1::ffff:a01:105",
];

Deno.test("parseAddress() reads every spelling as the canonical one", () => {
  for (const spellings of ADDRESSES) {
    const [canonical, ...others] = spellings.split(" ");
    for (const text of [canonical ?? "", ...others]) {
      assertEquals(parseAddress(text), canonical, text);
    }
  }
});

const NO_ADDRESSES = [
  ..."1 127.1 10.0.1 2130706433 0x7f000001 0x7f.1 0x7f.0.0.1".split(" "),
  ..."010.0.0.1 10.0.0.01 00.0.0.0 256.1.1.1 1.1.1.256 1.1.1.1000".split(" "),
  ..."1.2.3.4.5 1.2.3. .1.2.3 1..2.3 -1.2.3.4 +1.2.3.4 1e1.2.3.4".split(" "),
  ..."1.2.3.4:69 1.2.3.4/24 1.2.3.* \uff11.2.3.4 \u0661.2.3.4".split(" "),
  ...": ::: 1:2:3 1:2:3:4:5:6:7 1:2:3:4:5:6:7:8:9 1:2:3:4:5:6:7:8::".split(" "),
  ..."1::2::3 12345:: 00001:: ::g ::0x1 ::1.2.3 ::256.1.1.1".split(" "),
  ..."::ffff:01.2.3.4 ::1.2.3.4:5 ::1/128 [::1] [::1]:69 ::1]".split(" "),
  ..."fe80::1%eth0 fe80::1%251 localhost example.com a.b.c.d".split(" "),
  ..."dead.beef user@::1 *".split(" "),
  ...["", " ", " 1.2.3.4", "1.2.3.4 ", "1.2.3.4\n", " ::1", "::1 ", "::1\n"],
];

Deno.test("parseAddress() refuses what is no address", () => {
  for (const text of NO_ADDRESSES) {
    assertEquals(parseAddress(text), undefined, JSON.stringify(text));
  }
});

Deno.test("parseAddress() reads every IPv4 address as itself, and mapped", () => {
  fc.assert(fc.property(fc.ipV4(), (text) => {
    assertEquals(parseAddress(text), text);
    assertEquals(parseAddress(`::ffff:${text}`), text);
  }));
});

Deno.test("parseAddress() leaves its own spelling of IPv6 alone", () => {
  fc.assert(fc.property(fc.ipV6(), (text) => {
    const address = parseAddress(text);
    assert(address !== undefined, `${text} was refused`);
    assertEquals(parseAddress(address), address);
    assertEquals(parseAddress(text.toUpperCase()), address);
  }));
});

Deno.test("plainAddress() shows the IPv4 address behind a mapped one", () => {
  assertEquals(plainAddress("::ffff:192.0.2.7"), "192.0.2.7");
  for (const it of ["192.0.2.7", "::1", "2001:db8::1", "::ffff:0:1"]) {
    assertEquals(plainAddress(it), it);
  }
});

Deno.test("formatEndpoint() puts IPv6 into brackets", () => {
  const rows = [
    ["192.0.2.7", 69, "192.0.2.7:69"],
    ["2001:db8::1", 69, "[2001:db8::1]:69"],
    ["::", 65_535, "[::]:65535"],
    ["::ffff:192.0.2.7", 50_312, "192.0.2.7:50312"],
  ] as const;
  for (const [hostname, port, text] of rows) {
    assertEquals(formatEndpoint(hostname, port), text);
  }
});

Deno.test("keyOf() tells peers from each other", () => {
  const peers = ["::1 12", "::1 2", "::11 2", "10.0.0.1 2"].map((it) => {
    const [hostname = "", port] = it.split(" ");
    return keyOf({ hostname, port: Number(port) });
  });
  assertEquals(new Set(peers).size, 4);
});
