import { assertEquals } from "@std/assert";
import { reachableAddresses } from "../../lib/policy/reachable.ts";
import { having } from "./ranges.ts";

const LOOPBACK = ["127.0.0.1", "::1"];
const LINK = ["169.254.7.7", "fe80::1"];
const ALL = having(...LOOPBACK, ...LINK, "fd00::2", "10.1.1.2", "10.1.1.2");

type Row = readonly [
  hostname: string,
  interfaces: ReturnType<typeof having>,
  reachable: readonly string[],
];

const ROWS: readonly Row[] = [
  ["0.0.0.0", ALL, ["10.1.1.2"]],
  ["::", ALL, ["10.1.1.2", "fd00::2"]],
  ["", ALL, ["10.1.1.2", "fd00::2"]],
  ["10.1.1.2", ALL, []],
  ["::1", ALL, []],
  ["0.0.0.0", having(...LOOPBACK, ...LINK, "fd00::2"), ["169.254.7.7"]],
  ["::", having(...LOOPBACK, "fe80::1"), LOOPBACK],
  ["0.0.0.0", having(...LOOPBACK), ["127.0.0.1"]],
  ["0.0.0.0", [], []],
];

Deno.test("reachableAddresses() names those that can be reached from afar", () => {
  for (const [hostname, interfaces, reachable] of ROWS) {
    const hostnames = hostname === "" ? [] : [hostname];
    const found = reachableAddresses({ hostnames, remoteip: [] }, interfaces);
    assertEquals(found, reachable, `${hostname} of ${interfaces.length}`);
  }
});
