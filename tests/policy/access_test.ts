import { assertEquals } from "@std/assert";
import {
  type AccessRules,
  ignoreSource,
  maySend,
  servesNobody,
} from "../../lib/policy/access.ts";
import { rangesOf } from "./ranges.ts";

const ANYONE: AccessRules = { remoteip: [], servesLowPorts: false };
const LOW = { ...ANYONE, servesLowPorts: true };

function from(port: number, hostname = "10.0.0.1"): {
  hostname: string;
  port: number;
} {
  return { hostname, port };
}

Deno.test("ignoreSource() ignores the ports of services unless told otherwise", () => {
  for (const port of [7, 19, 53, 69, 1_023]) {
    const reason = `port ${port} is a service's; see --low-ports`;
    assertEquals(ignoreSource(from(port), ANYONE), reason);
    assertEquals(ignoreSource(from(port), LOW), undefined);
  }
  for (const port of [1_024, 6_969, 65_535]) {
    assertEquals(ignoreSource(from(port), ANYONE), undefined);
  }
});

Deno.test("ignoreSource() always ignores port 0", () => {
  const reason = "nobody can be answered at port 0";
  assertEquals(ignoreSource(from(0), ANYONE), reason);
  assertEquals(ignoreSource(from(0), LOW), reason);
});

Deno.test("ignoreSource() knows those who may send however they are reported", () => {
  const rows: readonly (readonly [string, string, string | undefined])[] = [
    ["10.0.0.1", "10.0.0.1", undefined],
    ["10.0.0.1", "::ffff:10.0.0.1", undefined],
    ["10.0.0.1", "10.0.0.2", "only 10.0.0.1 may send"],
    ["10.0.0.0/8 fd00::/8", "fd00::9", undefined],
    ["10.0.0.0/8 fd00::/8", "fe80::9", "only 10.0.0.0/8, fd00::/8 may send"],
    [
      "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5",
      "10.0.0.6",
      "only 10.0.0.1, 10.0.0.2, 10.0.0.3 and 2 more may send",
    ],
  ];
  for (const [ranges, hostname, reason] of rows) {
    const rules = { ...ANYONE, remoteip: rangesOf(ranges) };
    assertEquals(ignoreSource(from(5_000, hostname), rules), reason, hostname);
    assertEquals(maySend(hostname, rules), reason === undefined, hostname);
  }
});

Deno.test("servesNobody() finds addresses that can never reach the server", () => {
  const noClient = "no client has this address";
  const rows: ReadonlyArray<
    readonly [hostnames: string, ranges: string, reason: string | undefined]
  > = [
    ["0.0.0.0", "192.0.2.7 0.0.0.0/0", undefined],
    ["127.0.0.1", "127.0.0.2", undefined],
    ["::", "2001:db8::1 192.0.2.7 ::/0", undefined],
    ["2001:db8::1", "fe80::1", undefined],
    ["192.0.2.1", "128.0.0.0/1", undefined],
    ["0.0.0.0", "::1", "an IPv6 client cannot reach 0.0.0.0"],
    [
      ...["192.0.2.1", "2001:db8::1 fd00::/8"] as const,
      "an IPv6 client cannot reach 192.0.2.1",
    ],
    ["2001:db8::1", "192.0.2.7", "an IPv4 client cannot reach 2001:db8::1"],
    ["::1", "10.0.0.0/8", "an IPv4 client cannot reach ::1"],
    ["", "::1", undefined],
    ["192.0.2.1 ::1", "::1", undefined],
    [
      ...["10.0.0.1 10.0.0.2", "::1"] as const,
      "an IPv6 client cannot reach 10.0.0.1 or 10.0.0.2",
    ],
    ["0.0.0.0", "0.0.0.0 0.0.0.0/8 232.0.0.0/8 0.1.2.3 224.0.0.1", noClient],
    ["0.0.0.0", "239.1.1.1 255.255.255.255", noClient],
    ["::", "ff00::/16 :: ff02::1", noClient],
  ];
  for (const [names, ranges, reason] of rows) {
    const hostnames = names.split(" ").filter((it) => it !== "");
    for (const range of rangesOf(ranges)) {
      assertEquals(servesNobody(hostnames, range), reason, range.text);
    }
  }
});
