import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  formatEndpoint,
  parseAddress,
  plainAddress,
} from "../../lib/policy/address.ts";

const ADDRESSES: readonly (readonly [string, string])[] = [
  ["192.0.2.7", "192.0.2.7"],
  ["0.0.0.0", "0.0.0.0"],
  ["255.255.255.255", "255.255.255.255"],
  ["::", "::"],
  ["0:0:0:0:0:0:0:0", "::"],
  ["::1", "::1"],
  ["0:0:0:0:0:0:0:1", "::1"],
  ["0000:0000:0000:0000:0000:0000:0000:0001", "::1"],
  ["1::", "1::"],
  ["2001:db8::1", "2001:db8::1"],
  ["2001:DB8::1", "2001:db8::1"],
  ["2001:0db8::0001", "2001:db8::1"],
  ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
  ["2001:db8:0:0:0:1:0:1", "2001:db8::1:0:1"],
  ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
  ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"],
  ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
  ["64:ff9b::10.1.1.5", "64:ff9b::a01:105"],
  ["::10.1.1.5", "::a01:105"],
  ["1:2:3:4:5:6:10.1.1.5", "1:2:3:4:5:6:a01:105"],
  ["fe80::1", "fe80::1"],
  ["::ffff:10.1.1.5", "10.1.1.5"],
  ["::FFFF:10.1.1.5", "10.1.1.5"],
  ["::ffff:a01:105", "10.1.1.5"],
  ["0:0:0:0:0:ffff:0a01:0105", "10.1.1.5"],
  ["::ffff:0:0", "0.0.0.0"],
  ["::ffff:255.255.255.255", "255.255.255.255"],
  ["::fffe:a01:105", "::fffe:a01:105"],
  ["1::ffff:a01:105", "1::ffff:a01:105"],
];

for (const [text, address] of ADDRESSES) {
  Deno.test(`parseAddress() reads ${text} as ${address}`, () => {
    assertEquals(parseAddress(text), address);
  });
}

const NO_ADDRESSES: readonly string[] = [
  "",
  " ",
  "1",
  "127.1",
  "10.0.1",
  "2130706433",
  "0x7f000001",
  "0x7f.1",
  "0x7f.0.0.1",
  "010.0.0.1",
  "10.0.0.01",
  "00.0.0.0",
  "256.1.1.1",
  "1.1.1.256",
  "1.1.1.1000",
  "1.2.3.4.5",
  "1.2.3.",
  ".1.2.3",
  "1..2.3",
  "-1.2.3.4",
  "+1.2.3.4",
  "1e1.2.3.4",
  " 1.2.3.4",
  "1.2.3.4 ",
  "1.2.3.4\n",
  "1.2.3.4:69",
  "1.2.3.4/24",
  "1.2.3.*",
  "\uff11.2.3.4",
  "\u0661.2.3.4",
  ":",
  ":::",
  "1:2:3",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8:9",
  "1:2:3:4:5:6:7:8::",
  "1::2::3",
  "12345::",
  "00001::",
  "::g",
  "::0x1",
  "::1.2.3",
  "::256.1.1.1",
  "::ffff:01.2.3.4",
  "::1.2.3.4:5",
  " ::1",
  "::1 ",
  "::1\n",
  "::1/128",
  "[::1]",
  "[::1]:69",
  "::1]",
  "fe80::1%eth0",
  "fe80::1%251",
  "localhost",
  "example.com",
  "a.b.c.d",
  "dead.beef",
  "user@::1",
  "*",
];

for (const text of NO_ADDRESSES) {
  Deno.test(`parseAddress() refuses ${JSON.stringify(text)}`, () => {
    assertEquals(parseAddress(text), undefined);
  });
}

Deno.test("parseAddress() reads every IPv4 address as itself", () => {
  fc.assert(fc.property(fc.ipV4(), (text) => {
    assertEquals(parseAddress(text), text);
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

Deno.test("parseAddress() reads the mapped form as the IPv4 address", () => {
  fc.assert(fc.property(fc.ipV4(), (text) => {
    assertEquals(parseAddress(`::ffff:${text}`), text);
  }));
});

const PLAIN: readonly (readonly [string, string])[] = [
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["::1", "::1"],
  ["2001:db8::1", "2001:db8::1"],
  ["::ffff:0:1", "::ffff:0:1"],
];

for (const [hostname, plain] of PLAIN) {
  Deno.test(`plainAddress() shows ${hostname} as ${plain}`, () => {
    assertEquals(plainAddress(hostname), plain);
  });
}

const ENDPOINTS: readonly (readonly [string, number, string])[] = [
  ["192.0.2.7", 69, "192.0.2.7:69"],
  ["2001:db8::1", 69, "[2001:db8::1]:69"],
  ["::", 65_535, "[::]:65535"],
  ["::ffff:192.0.2.7", 50_312, "192.0.2.7:50312"],
  ["0.0.0.0", 0, "0.0.0.0:0"],
];

for (const [hostname, port, text] of ENDPOINTS) {
  Deno.test(`formatEndpoint() writes ${text}`, () => {
    assertEquals(formatEndpoint(hostname, port), text);
  });
}
